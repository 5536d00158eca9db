/* SPDX-License-Identifier: Apache-2.0 */
/*
 * STATUS: could this network serve an ADD? Only a fault is a "no": the runtime takes the whole
 * node down for it. A NIC that is with a pod just now is none. It looks at the very NIC that the
 * network names and at no other: the runtime asks every few seconds, however many pods there are.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bind.h"
#include "delegate.h"
#include "driver.h"
#include "log.h"
#include "mem.h"
#include "nic.h"
#include "pool.h"
#include "problem.h"
#include "verbs.h"

struct nic_record {
	const struct machine *m;
	const struct netconf *conf;
	struct netconf_selector by;
	const char *claim; /* the NIC's; NULL: it is not on the host, whichever record means it */
	bool found;        /* it has a record */
	char fault[2048];  /* what is wrong with it that does not pass by itself; "": nothing */
};

static int look(const char *container, const char *ifname, struct record *rec,
	const struct err *why, void *arg)
{
	struct nic_record *s = arg;
	const struct claim_owner owner = claim_owner(container, ifname);
	enum claim_holder holder;
	enum problem kind = PROBLEM_NONE;
	char text[sizeof(s->fault)];

	(void)why;
	if (!rec || !rec->claim ||
		(s->claim ? strcmp(rec->claim, s->claim) != 0 : !nic_matches(s->m, s->conf, rec)))
		return 0;
	s->found = true;
	/* A lease that is stuck keeps its record, and the NIC from nobody. */
	if (rec->returned != 1 &&
		claim_holder(&s->m->state, rec->claim, &owner, &holder, NULL) == 0 &&
		holder != CLAIM_OTHERS)
		kind = problem_find(s->m, rec, text, sizeof(text));
	if (kind == PROBLEM_FAULT)
		(void)snprintf(s->fault, sizeof(s->fault), "%s", text);
	else if (kind != PROBLEM_NONE)
		log_warning("interface %s of container %s: %s", ifname, container, text);
	return 1;
}

/* What the claims tell by their names saves reading the records: a NIC without a bus address has its
 * name in there, and in the record of one that has the name stands somewhere. */
static int look_named(const char *name, const struct claim_owner *o, void *arg)
{
	struct nic_record *s = arg;
	const size_t n = strlen(name), tail = strlen(s->by.value);
	const bool bare = strncmp(name, "link-", 5) == 0;
	auto_record struct record rec;

	record_init(&rec);
	if (!o || name[0] == '.' ||
		(bare && (n <= tail || strcmp(name + n - tail, s->by.value) != 0)) ||
		state_read(&s->m->state, o->container, o->ifname, s->by.value, &rec, NULL) < 0)
		return 0;
	return look(o->container, o->ifname, &rec, NULL, s);
}

/* A record that means it, of a NIC that is not on the host. */
static void find_absent(struct nic_record *s)
{
	if (s->by.by == SELECT_DEVICE)
		(void)claim_each(&s->m->state, look_named, s);
	if (!s->found)
		(void)state_each(&s->m->state, NULL, look, s);
}

static void find_owner(struct nic_record *s, const struct nic *n)
{
	char name[CLAIM_NAME];
	struct claim_owner o;

	s->claim = claim_name(n->pci.address, n->auxiliary, &n->link, name);
	if (claim_read(&s->m->state, s->claim, &o) == 0)
		(void)state_each(&s->m->state, o.container, look, s);
	s->claim = NULL;
}

/* Mode vfio needs a driver, and most drivers an IOMMU. n: the NIC, where the network names one that is
 * here; of a pool's VFs one stands for all. */
static int check_driver(const struct machine *m, const struct netconf *c, const struct nic *n,
	bool is_pool, struct err *e)
{
	const char *address = n->pci.address[0] ? n->pci.address : NULL;
	auto_pool struct pool p = {0};

	/* Without a word about it, what it is with serves. */
	if (c->mode != MODE_VFIO || (!c->driver && driver_kind(n->pci.driver) == DRIVER_VFIO))
		return 0;
	if (is_pool && pool_list(m, c, NULL, &p, NULL) == 0 && p.n)
		address = p.vf[0].address;
	return bind_possible(m->root, address, c->driver ? c->driver : DRIVER_VFIO_PCI, e);
}

/* A NIC that the network names must exist, here or in a pod. With a device plugin none is named. */
static int check_nic(const struct machine *m, const struct netconf *c, struct err *e)
{
	struct nic_record s = {.m = m, .conf = c};
	auto_nic struct nic n;
	struct err why = ERR_INIT;
	int r;

	nic_init(&n);
	if (netconf_selector(c, &s.by, NULL) < 0)
		return check_driver(m, c, &n, false, e);
	r = s.by.by == SELECT_PF ? pool_check(m, c, &why) : nic_find(m, c, &n, &why);
	if (r == 0 && s.by.by != SELECT_PF)
		find_owner(&s, &n);
	else if (r < 0 && s.by.by != SELECT_PF)
		find_absent(&s);
	if (s.fault[0])
		return err_set(e, ERR_UNAVAILABLE, ENODEV, "the network's NIC: %s", s.fault);
	if (r == 0 || s.found)
		return check_driver(m, c, &n, s.by.by == SELECT_PF, e);
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
