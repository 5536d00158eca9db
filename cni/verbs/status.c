/* SPDX-License-Identifier: Apache-2.0 */
/*
 * STATUS: could this network serve an ADD? Only a fault is a "no": the runtime takes the whole
 * node down for it. A NIC that is with a pod just now is none. What is wrong with the network's
 * attachments goes to the log; it is a fault where it is the very NIC that the network names.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "delegate.h"
#include "log.h"
#include "mem.h"
#include "nic.h"
#include "pool.h"
#include "problem.h"
#include "verbs.h"

struct search {
	const struct machine *m;
	const struct netconf *conf;
	bool found;       /* the NIC that the network names has a record */
	char fault[2048]; /* what is wrong with it that does not pass by itself; "": nothing */
};

static int look(const char *container, const char *ifname, struct record *rec,
	const struct err *why, void *arg)
{
	struct search *s = arg;
	const struct claim_owner owner = claim_owner(container, ifname);
	char text[sizeof(s->fault)];

	(void)why;
	if (!rec)
		return 0;
	const bool named = nic_matches(s->m, s->conf, rec);

	s->found |= named;
	if (!named && (!rec->network || strcmp(rec->network, s->conf->name) != 0))
		return 0;
	enum problem p = problem_find(s->m, rec, text, sizeof(text));

	/* A call that is under way is no news. */
	if (p != PROBLEM_NONE && (rec->state == RECORD_ADDED || rec->problem))
		log_warning("interface %s of container %s: %s", ifname, container, text);
	/* A lease that is stuck keeps its record, and the NIC from nobody. */
	if (named && p == PROBLEM_FAULT && rec->returned != 1 &&
		claim_is(&s->m->state, rec->claim, &owner))
		(void)snprintf(s->fault, sizeof(s->fault), "%s", text);
	return 0;
}

/* A NIC that the network names must exist, here or in a pod. With a device plugin none is named. */
static int check_nic(const struct machine *m, const struct netconf *c, struct err *e)
{
	struct netconf_selector by;
	struct search s = {.m = m, .conf = c};
	auto_nic struct nic n;
	struct err why = ERR_INIT;
	int r;

	nic_init(&n);
	(void)state_each(&m->state, NULL, look, &s);
	if (s.fault[0])
		return err_set(e, ERR_UNAVAILABLE, ENODEV, "the network's NIC: %s", s.fault);
	if (netconf_selector(c, &by, NULL) < 0)
		return 0;
	r = by.by == SELECT_PF ? pool_check(m, c, &why) : nic_find(m, c, &n, &why);
	if (r == 0 || s.found)
		return 0;
	*e = why;
	e->code = ERR_UNAVAILABLE;
	return -ENODEV;
}

static int check_state(struct machine *m, struct err *e)
{
	int r = state_open(m->root, true, &m->state, e);

	if (r == 0 && faccessat(m->state.pods, ".", W_OK, AT_EACCESS) < 0)
		r = err_sys(e, ERR_UNAVAILABLE, errno, "state directory /run/dpdk-cni");
	return r;
}

int verb_status(struct request *req, char **ret_out, struct err *e)
{
	auto_machine struct machine m = MACHINE_INIT;
	auto_netconf struct netconf conf;

	(void)ret_out;
	netconf_init(&conf);
	int r = netconf_decode(req->tree, &conf, e);

	if (r < 0)
		return r;
	r = machine_open(&m, e);
	if (r == 0)
		r = policy_load(m.root, &m.policy, e);
	if (r == 0)
		r = verb_setup_log(&m, &conf, e);
	if (r == 0)
		r = check_state(&m, e);
	if (r == 0)
		r = check_nic(&m, &conf, e);
	if (r < 0) {
		e->code = ERR_UNAVAILABLE;
		return r;
	}
	if (!conf.ipam_type)
		return 0;
	const struct delegate d = delegate_of_request(req, &conf, &m.policy);

	r = delegate_ask(&d, "STATUS", e);
	/* Its own word counts if it is one of those for STATUS. */
	if (r < 0 && e->code != ERR_UNAVAILABLE && e->code != ERR_LIMITED)
		e->code = ERR_UNAVAILABLE;
	return r;
}
