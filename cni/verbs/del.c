/* SPDX-License-Identifier: Apache-2.0 */
/* DEL: what the record says is undone; without one the lease is given back all the same. */
#include <errno.h>
#include <string.h>

#include "delegate.h"
#include "detach.h"
#include "foreign.h"
#include "log.h"
#include "mem.h"
#include "verbs.h"

static int release_lease(const struct machine *m, const struct request *req,
	const struct netconf *c, struct err *e)
{
	const struct delegate d = delegate_of_request(req, c, &m->policy);

	return c->ipam_type ? delegate_release(&d, e) : 0;
}

/* No record: an ADD that failed or never was, or a second DEL. */
static int forget(struct machine *m, struct sandbox *b, const struct request *req,
	const struct netconf *c, struct err *e)
{
	int r = detach_leftover(m, b, req->ifname, e);
	int lease = release_lease(m, req, c, e);

	foreign_warn(m, req);
	return r < 0 ? r : lease;
}

static int locked(struct machine *m, struct sandbox *b, const struct request *req,
	const struct netconf *c, struct err *e)
{
	auto_record struct record rec;

	record_init(&rec);
	int r = sandbox_read(b, req->ifname, &rec, e);

	if (r == -ENOENT)
		return forget(m, b, req, c, e);
	return r < 0 ? r : detach_record(m, b, &rec, req->netns, e);
}

int verb_del(struct request *req, char **ret_out, struct err *e)
{
	auto_machine struct machine m = MACHINE_INIT;
	auto_netconf struct netconf conf;
	struct sandbox sandbox = SANDBOX_INIT;
	struct err why = ERR_INIT;

	(void)ret_out;
	netconf_init(&conf);
	int r = machine_open(&m, e);

	if (r == 0)
		r = netconf_decode_del(req->tree, &conf, e);
	if (r < 0)
		return r;
	/* A bad policy or log file stops an ADD, and no DEL. */
	if (policy_load(m.root, &m.policy, &why) < 0 || verb_setup_log(&m, &conf, &why) < 0)
		log_warning("%s", why.msg);
	/* Made where they are missing: an ADD beside us would do so too, and the lock is in there. */
	r = state_open(m.root, true, &m.state, e);
	if (r == 0)
		r = sandbox_lock(&m.state, req->container, SANDBOX_CREATE, &sandbox, e);
	if (r < 0)
		return r;
	r = locked(&m, &sandbox, req, &conf, e);
	sandbox_unlock(&m.state, &sandbox);
	return r;
}
