/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GC: attachments of this network that the runtime does not list any more are undone. Without a
 * list (missing or null) nothing is; an empty list is a list. Goes past errors, reports all.
 */
#include <errno.h>
#include <string.h>

#include "delegate.h"
#include "detach.h"
#include "log.h"
#include "mem.h"
#include "verbs.h"

struct sweep {
	struct machine *m;
	const struct netconf *conf;
	struct err *e;
	size_t removed;
};

static bool is_kept(const struct netconf *c, const char *container, const char *ifname)
{
	for (size_t i = 0; i < c->n_valid; i++)
		if (strcmp(c->valid[i].container, container) == 0 &&
			strcmp(c->valid[i].ifname, ifname) == 0)
			return true;
	return false;
}

/* The first error keeps its code; the others' words are added. */
static void note(struct err *all, const char *container, const char *ifname, const struct err *why)
{
	size_t n = strlen(all->msg);

	if (all->code == ERR_NONE) {
		*all = *why;
		err_prefix(all, "interface %s of container %s", ifname, container);
		return;
	}
	(void)snprintf(all->msg + n, sizeof(all->msg) - n, "; interface %s of container %s: %s",
		ifname, container, why->msg);
}

static void note_ipam(struct err *all, const struct err *why)
{
	size_t n = strlen(all->msg);

	if (all->code == ERR_NONE)
		*all = *why;
	else
		(void)snprintf(all->msg + n, sizeof(all->msg) - n, "; %s", why->msg);
}

static int remove_one(struct sweep *s, const char *container, const char *ifname, struct err *e)
{
	struct sandbox b = SANDBOX_INIT;
	auto_record struct record rec;

	record_init(&rec);
	int r = sandbox_lock(&s->m->state, container, SANDBOX_TRY, &b, e);

	if (r == -ENOENT)
		return 0; /* a DEL was quicker */
	if (r < 0)
		return r;
	r = sandbox_read(&b, ifname, &rec, e);
	if (r == 0)
		r = detach_record(s->m, &b, &rec, NULL, e);
	else if (r == -ENOENT)
		r = 0;
	sandbox_unlock(&s->m->state, &b);
	return r;
}

static int visit(const char *container, const char *ifname, struct record *rec,
	const struct err *why, void *arg)
{
	struct sweep *s = arg;
	struct err mine = ERR_INIT;

	/* Nobody knows whose a damaged record is. */
	if (!rec) {
		log_warning("%s", why->msg);
		return 0;
	}
	if (!rec->network || strcmp(rec->network, s->conf->name) != 0 ||
		is_kept(s->conf, container, ifname))
		return 0;
	if (remove_one(s, container, ifname, &mine) < 0)
		note(s->e, container, ifname, &mine);
	else
		s->removed++;
	return 0;
}

int verb_gc(struct request *req, char **ret_out, struct err *e)
{
	auto_machine struct machine m = MACHINE_INIT;
	auto_netconf struct netconf conf;
	struct err all = ERR_INIT, why = ERR_INIT;
	struct sweep s = {&m, &conf, &all, 0};

	(void)ret_out;
	netconf_init(&conf);
	int r = machine_open(&m, e);

	if (r == 0)
		r = netconf_decode_gc(req->tree, &conf, e);
	if (r == 0 &&
		(policy_load(m.root, &m.policy, &why) < 0 || verb_setup_log(&m, &conf, &why) < 0))
		log_warning("%s", why.msg);
	/* The IPAM plugin would take a missing list for an empty one, and free every lease. */
	if (r < 0 || !conf.valid_given)
		return r;
	r = state_open(m.root, false, &m.state, e);
	if (r == 0)
		r = state_enter_alone(&m.state, e);
	if (r == 0)
		(void)state_each(&m.state, NULL, visit, &s);
	if (r < 0 && r != -ENOENT)
		return r;
	log_debug("gc: %zu attachments taken back", s.removed);
	if (conf.ipam_type) {
		const struct delegate d = delegate_of_request(req, &conf, &m.policy);
		struct err ipam = ERR_INIT;

		if (delegate_ask(&d, "GC", &ipam) < 0)
			note_ipam(&all, &ipam);
	}
	if (all.code == ERR_NONE)
		return 0;
	*e = all;
	return -EIO;
}
