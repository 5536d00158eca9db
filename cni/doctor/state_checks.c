/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin's own state: records, claims, and attachments whose pod has gone. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "checks.h"
#include "leftover.h"
#include "doctor_node.h"
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

static int look_record(const char *container, const char *ifname, struct record *rec,
	const struct err *why, void *arg)
{
	struct look *l = arg;

	if (rec || leftover_busy(&l->n->m.state, container))
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

static int look_leftover(const struct leftover *l, void *arg)
{
	report_add(arg, l->damaged ? SEVERITY_ERROR : SEVERITY_WARNING, "/" STATE_DIR "/%s: %s",
		l->path, l->why);
	report_remedy(arg, "%s", l->remedy);
	return 0;
}

void check_claims(const void *subject, struct report *r)
{
	const struct node *n = subject;

	if (n->has_state)
		(void)leftover_each(&n->m.state, look_leftover, r);
}

static int look_dead(const char *container, const char *ifname, struct record *rec,
	const struct err *why, void *arg)
{
	struct look *l = arg;
	const struct machine *m = &l->n->m;
	char text[2048];

	(void)why;
	if (!rec || leftover_busy(&l->n->m.state, container))
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
