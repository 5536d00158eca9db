/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GC: attachments of this network that the runtime does not list any more are undone. Without a
 * list (missing or null) nothing is; an empty list is a list. Goes past errors, reports all.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "delegate.h"
#include "detach.h"
#include "leftover.h"
#include "log.h"
#include "mem.h"
#include "verbs.h"

struct sweep {
	struct machine *m;
	const struct netconf *conf;
	struct err *e;
	char needle[600]; /* what the text of every record of this network has */
	size_t removed;
};

static int compare(const void *a, const void *b)
{
	const struct netconf_attachment *x = a, *y = b;
	const int r = strcmp(x->container, y->container);

	return r ? r : strcmp(x->ifname, y->ifname);
}

static bool is_kept(const struct netconf *c, const char *container, const char *ifname)
{
	const struct netconf_attachment key = {(char *)(uintptr_t)container,
		(char *)(uintptr_t)ifname};

	return c->n_valid > 0 && bsearch(&key, c->valid, c->n_valid, sizeof(key), compare) != NULL;
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

/* Of no record, and so of no network: what a killed call left. A call that is at work has the lock. */
static void sweep_sandbox(struct sweep *s, const char *container, const char *ifname)
{
	struct sandbox b = SANDBOX_INIT;
	struct err why = ERR_INIT;

	if (sandbox_lock(&s->m->state, container, SANDBOX_TRY, &b, NULL) < 0)
		return;
	if (*ifname && detach_leftover(s->m, &b, ifname, &why) < 0)
		log_warning("%s", why.msg);
	sandbox_unlock(&s->m->state, &b); /* and the directory, where it is empty */
}

static void visit_record(struct sweep *s, const char *container, const char *ifname)
{
	auto_record struct record rec;
	struct err why = ERR_INIT, mine = ERR_INIT;

	record_init(&rec);
	int r = state_read(&s->m->state, container, ifname, s->needle, &rec, &why);

	/* Nobody knows whose a damaged record is. */
	if (r < 0 && r != -ENOENT)
		log_warning("%s", why.msg);
	if (r < 0 || !rec.network || strcmp(rec.network, s->conf->name) != 0)
		return;
	if (remove_one(s, container, ifname, &mine) < 0)
		note(s->e, container, ifname, &mine);
	else
		s->removed++;
}

static int visit(const char *container, const char *ifname, enum state_file kind, void *arg)
{
	struct sweep *s = arg;

	if (kind != STATE_RECORD)
		sweep_sandbox(s, container, ifname);
	else if (!is_kept(s->conf, container, ifname))
		visit_record(s, container, ifname);
	return 0;
}

/* A claim is dropped under the lock of who it names, if there is still no record of his. */
static int visit_claim(const char *name, const struct claim_owner *o, void *arg)
{
	struct sweep *s = arg;
	struct sandbox b = SANDBOX_INIT;

	if (!leftover_claim(&s->m->state, name, o) ||
		sandbox_lock(&s->m->state, o->container, SANDBOX_TRY_CREATE, &b, NULL) < 0)
		return 0;
	if (leftover_claim(&s->m->state, name, o))
		(void)claim_drop(&s->m->state, name, o); /* the next GC tries again */
	sandbox_unlock(&s->m->state, &b);
	return 0;
}

static int sweep(struct sweep *s, struct err *e)
{
	int r = state_open(s->m->root, false, &s->m->state, e);

	if (r == 0)
		r = state_enter_alone(&s->m->state, e);
	if (r < 0)
		return r == -ENOENT && e->code == ERR_NONE ? 0 : r;
	(void)snprintf(s->needle, sizeof(s->needle), "\"%.500s\"", s->conf->name);
	(void)state_each_name(&s->m->state, visit, s);
	(void)claim_each(&s->m->state, visit_claim, s);
	return 0;
}

int verb_gc(struct request *req, char **ret_out, struct err *e)
{
	auto_machine struct machine m = MACHINE_INIT;
	auto_netconf struct netconf conf;
	struct err all = ERR_INIT, why = ERR_INIT;
	struct sweep s = {.m = &m, .conf = &conf, .e = &all};

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
	mem_sort(conf.valid, conf.n_valid, compare);
	r = sweep(&s, e);
	if (r < 0)
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
