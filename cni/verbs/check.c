/* SPDX-License-Identifier: Apache-2.0 */
/* CHECK: is what ADD set still so? What the pod may rightly change is not looked at. */
#include <errno.h>
#include <string.h>

#include "mem.h"
#include "steps.h"
#include "verbs.h"

static int unknown(const struct request *req, struct err *e)
{
	int r = err_set(e, ERR_CONTAINER, ENOENT,
		"container %s, interface %s: not attached by this plugin", req->container,
		req->ifname);

	err_remedy(e, "dpdk-cni list shows what is attached");
	return r;
}

static int locked(struct attach *a, const struct request *req, struct err *e)
{
	int r = sandbox_read(a->sandbox, req->ifname, &a->rec, e);

	if (r == -ENOENT)
		return unknown(req, e);
	if (r == 0)
		r = attach_resume(a, req->netns, e);
	if (r < 0)
		return r;
	if (a->rec.state != RECORD_ADDED)
		return err_set(e, ERR_MISMATCH, EINVAL,
			"container %s, interface %s: its state is %s, an earlier call did not end",
			req->container, req->ifname, record_state_names[a->rec.state]);
	return steps_check(a, e);
}

int verb_check(struct request *req, char **ret_out, struct err *e)
{
	auto_machine struct machine m = MACHINE_INIT;
	struct sandbox sandbox = SANDBOX_INIT;
	auto_netconf struct netconf conf;
	auto_attach struct attach a;

	(void)ret_out;
	netconf_init(&conf);
	attach_init(&a, &m, &sandbox);
	int r = machine_open(&m, e);

	if (r == 0)
		r = netconf_decode(req->tree, &conf, e);
	if (r == 0)
		r = policy_load(m.root, &m.policy, e);
	if (r == 0)
		r = verb_setup_log(&m, &conf, e);
	if (r == 0 && !conf.prev_result)
		r = err_set(e, ERR_CONFIG, EINVAL, "stdin: prevResult: missing, CHECK needs it");
	if (r == 0)
		r = state_open(m.root, false, &m.state, e);
	if (r == 0)
		r = sandbox_lock(&m.state, req->container, SANDBOX_WAIT, &sandbox, e);
	if (r == -ENOENT && e->code == ERR_NONE)
		r = unknown(req, e);
	if (r < 0)
		return r;
	a.input = req->input;
	a.prev = conf.prev_result;
	r = locked(&a, req, e);
	sandbox_unlock(&m.state, &sandbox);
	return r;
}
