/* SPDX-License-Identifier: Apache-2.0 */
/* ADD: claim, image, record, steps, record. A failure anywhere leaves the host as it was. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "detach.h"
#include "file.h"
#include "log.h"
#include "mem.h"
#include "prepare.h"
#include "steps.h"
#include "verbs.h"

int verb_setup_log(const struct machine *m, const struct netconf *c, struct err *e)
{
	const char *rest = NULL,
		   *dir = c->log_file ? policy_log_dir(&m->policy, c->log_file, &rest) : NULL;

	if (c->log_file && !dir) {
		int r = err_set(e, ERR_REFUSED, EPERM,
			"logFile %s: the node's policy does not allow it", c->log_file);

		err_remedy(e,
			"name a file below /var/log, or let the node's owner add the directory to "
			"\"logDirs\" in /etc/dpdk-cni/policy.json");
		return r;
	}
	/* The directory is the node's own; what follows it is the network's word. */
	auto_close int fd = dir ? file_open(m->root, dir, O_PATH | O_DIRECTORY, 0, FILE_IN_ROOT)
				: -1;

	if (dir && fd < 0)
		return err_sys(e, ERR_IO, -fd, "logFile %s: open %s", c->log_file, dir);
	return log_setup(c->log_level, fd, rest, e);
}

/* A record of this very attachment: alive, it is an error of the caller's; else it is undone. */
static int settle_own(struct attach *a, struct err *e)
{
	auto_record struct record rec;

	record_init(&rec);
	int r = sandbox_read(a->sandbox, a->rec.ifname, &rec, e);

	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return r;
	if (rec.state == RECORD_ADDED && attach_netns_alive(a->m, &rec)) {
		r = err_set(e, ERR_EXISTS, EEXIST,
			"interface %s of container %s: it is attached already", a->rec.ifname,
			a->rec.container);
		err_remedy(e, "call DEL first");
		return r;
	}
	log_info("interface %s of container %s: taking back what an earlier call left",
		a->rec.ifname, a->rec.container);
	return detach_record(a->m, a->sandbox, &rec, NULL, e);
}

/* From here on a killed call leaves the temporary of the record, which says that there are claims. */
static int begin(struct attach *a, struct err *e)
{
	int r = sandbox_begin(a->sandbox, a->rec.ifname, e);

	if (r != -EEXIST)
		return r;
	r = detach_leftover(a->m, a->sandbox, a->rec.ifname, e);
	return r < 0 ? r : sandbox_begin(a->sandbox, a->rec.ifname, e);
}

/* What came in with prevResult comes out again, ours behind it. */
static int finish_result(struct attach *a, char **ret_out, struct err *e)
{
	auto_result struct result all;
	int64_t ours;
	int r = 0;

	result_init(&all);
	if (a->conf.prev_result)
		r = result_decode(a->conf.prev_result, strlen(a->conf.prev_result),
			"stdin: prevResult", &all, e);
	if (r < 0)
		return r;
	ours = (int64_t)all.n_interfaces;
	r = result_encode(&a->result, CNI_110, &a->rec.result, e);
	if (r < 0)
		return r;
	for (size_t i = 0; i < a->result.n_ips; i++)
		a->result.ips[i].interface = ours;
	/* The network's word counts; IPAM plugins say {} where they have none. */
	if (a->conf.dns && strcmp(a->conf.dns, "{}") != 0)
		r = mem_set_text(&a->result.dns, a->conf.dns, e);
	if (r < 0)
		return r;
	r = result_append(&all, &a->result, e);
	return r < 0 ? r : result_encode(&all, a->conf.version, ret_out, e);
}

/* Everything that changes the world. */
static int make(struct attach *a, char **ret_out, struct err *e)
{
	size_t reached = 0;
	int r = sandbox_write(a->sandbox, &a->rec, e);

	if (r < 0)
		return r;
	r = steps_apply(a, &reached, e);
	if (r == 0)
		r = finish_result(a, ret_out, e);
	if (r == 0) {
		a->rec.state = RECORD_ADDED;
		r = sandbox_write(a->sandbox, &a->rec, e);
	}
	if (r == 0)
		return 0;

	struct err why = ERR_INIT;

	if (detach(a, reached, &why) < 0)
		log_warning("undo: %s", why.msg);
	return r;
}

static int claim_and_make(struct attach *a, char **ret_out, struct err *e)
{
	struct err why = ERR_INIT;
	int r = prepare_nic(a, true, e);

	if (r == 0) {
		log_debug("claim %s taken", a->rec.claim);
		r = steps_capture(a, e);
	}
	if (r == 0)
		r = make(a, ret_out, e);
	if (r == 0 || a->rec.state != RECORD_ADDING)
		return r;
	/* Before the record there is nothing to undo: the claim of this call alone goes. */
	if (a->rec.claim)
		attach_drop(a, a->rec.claim);
	/* Its temporary says that there are claims. */
	if (a->claim_left < 0)
		log_warning("claim: remove: %s", strerror(-a->claim_left));
	else if (sandbox_remove(a->sandbox, a->rec.ifname, &why) < 0)
		log_warning("%s", why.msg);
	return r;
}

static int locked(struct attach *a, char **ret_out, struct err *e)
{
	int r = settle_own(a, e);

	if (r == 0)
		r = begin(a, e);
	return r < 0 ? r : claim_and_make(a, ret_out, e);
}

int verb_add(struct request *req, char **ret_out, struct err *e)
{
	auto_machine struct machine m = MACHINE_INIT;
	struct sandbox sandbox = SANDBOX_INIT;
	auto_attach struct attach a;
	auto_free char *out = NULL;

	attach_init(&a, &m, &sandbox);
	int r = machine_open(&m, e);

	if (r == 0)
		r = prepare(&a, req, e);
	if (r == 0)
		r = verb_setup_log(&m, &a.conf, e);
	if (r == 0)
		r = state_open(m.root, true, &m.state, e);
	if (r == 0)
		r = state_enter(&m.state, e);
	if (r == 0)
		r = sandbox_lock(&m.state, req->container, SANDBOX_CREATE, &sandbox, e);
	if (r < 0)
		return r;
	r = locked(&a, &out, e);
	sandbox_unlock(&m.state, &sandbox);
	if (r == 0)
		*ret_out = steal_ptr(out);
	return r;
}
