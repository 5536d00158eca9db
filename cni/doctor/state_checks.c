/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin's own state: records, claims, and attachments whose pod has gone. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "checks.h"
#include "file.h"
#include "mem.h"
#include "node.h"
#include "problem.h"

struct look {
	const struct node *n;
	struct report *r;
};

static void walk(const void *subject, struct report *r, state_visit f)
{
	const struct node *n = subject;
	struct look l = {n, r};

	if (n->has_state)
		(void)state_each(&n->m.state, NULL, f, &l);
}

/* A call that works on the sandbox now holds its lock. */
static bool is_busy(const struct node *n, const char *container)
{
	struct sandbox b = SANDBOX_INIT;
	const int r = sandbox_lock(&n->m.state, container, SANDBOX_TRY, &b, NULL);

	if (r == 0)
		(void)close(b.dir);
	return r == -EAGAIN;
}

static int look_record(const char *container, const char *ifname, struct record *rec,
	const struct err *why, void *arg)
{
	struct look *l = arg;

	if (rec || is_busy(l->n, container))
		return 0;
	report_err(l->r, SEVERITY_ERROR, why);
	report_meaning(l->r,
		"what the NIC was before is not known: neither DEL nor the next ADD "
		"can give it back");
	report_remedy(l->r,
		"dpdk-cni release --forget %s %s, then put the NIC right by hand "
		"(driver, MAC, MTU)",
		container, ifname);
	return 0;
}

void check_records(const void *subject, struct report *r)
{
	const struct node *n = subject;

	if (n->state_err.code != ERR_NONE) {
		report_err(r, node_severity(&n->state_err), &n->state_err);
		return;
	}
	walk(subject, r, look_record);
}

static void look_claim(const struct node *n, const char *name, struct report *r)
{
	char path[400];
	struct claim_owner o;
	int rc = claim_read(&n->m.state, name, &o);

	if (rc == 0) {
		(void)snprintf(path, sizeof(path), "%s/%s.json", o.container, o.ifname);
		auto_close int fd = file_open(n->m.state.pods, path, O_PATH, 0, FILE_STRICT);

		if (fd >= 0 || is_busy(n, o.container))
			return;
		report_add(r, SEVERITY_WARNING,
			"claim %s: it is of interface %s of container %s, "
			"which has no record",
			name, o.ifname, o.container);
		report_meaning(r,
			"a call was killed before it changed anything; the next ADD of "
			"the device takes the claim over");
	} else if (rc == -ENOENT) {
		return;
	} else {
		report_add(r, SEVERITY_ERROR, "/run/dpdk-cni/claims/%s: it is no claim", name);
		report_meaning(r,
			"nothing of dpdk-cni looks like that: an ADD of that device is "
			"refused");
	}
	report_remedy(r, "rm /run/dpdk-cni/claims/%s", name);
}

void check_claims(const void *subject, struct report *r)
{
	const struct node *n = subject;
	auto_dir DIR *d = n->has_state ? file_opendir(n->m.state.claims, ".") : NULL;

	for (const char *name; d && (name = file_next(d));)
		if (name[0] != '.')
			look_claim(n, name, r);
}

static int look_dead(const char *container, const char *ifname, struct record *rec,
	const struct err *why, void *arg)
{
	struct look *l = arg;
	const struct machine *m = &l->n->m;
	char text[2048];

	(void)why;
	if (!rec || is_busy(l->n, container))
		return 0;
	const bool other_boot = rec->boot_id && *m->boot_id &&
		strcmp(rec->boot_id, m->boot_id) != 0;
	const enum problem p = problem_find(m, rec, text, sizeof(text));

	if (p == PROBLEM_NONE)
		return 0;
	report_add(l->r, p == PROBLEM_FAULT ? SEVERITY_ERROR : SEVERITY_WARNING,
		"interface %s of container %s: %s", ifname, container,
		other_boot ? "its record is of an earlier boot of this machine" : text);
	if (rec->state == RECORD_ADDED && attach_netns_alive(m, rec)) {
		report_meaning(l->r, "the DPDK program in the pod has a port that is dead");
		report_remedy(l->r, "delete the pod %s%s%s", rec->pod.ns ? rec->pod.ns : "",
			rec->pod.ns ? "/" : "", rec->pod.name ? rec->pod.name : container);
		return 0;
	}
	report_meaning(l->r, "its NIC is not given back yet");
	report_remedy(l->r, "dpdk-cni release %s %s", container, ifname);
	return 0;
}

void check_dead(const void *subject, struct report *r)
{
	walk(subject, r, look_dead);
}
