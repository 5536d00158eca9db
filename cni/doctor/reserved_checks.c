/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kubelet's Memory Manager: with the policy Static it starts only if what is reserved on the
 * NUMA nodes together equals, for each type of memory, kubeReserved + systemReserved + the hard
 * eviction threshold.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "file.h"
#include "mem.h"
#include "doctor_node.h"
#include "reserved.h"
#include "units.h"

static void wrong_sum(const struct node *n, const struct reserved_type *t, struct report *r)
{
	const int64_t off = t->on_nodes - t->allocatable;
	char have[UNITS_LEN], want[UNITS_LEN], by[UNITS_LEN];

	report_add(r, SEVERITY_ERROR,
		"kubelet: reservedMemory holds %s of %s on all nodes "
		"together, but kubeReserved + systemReserved + evictionHard is %s",
		units_quantity((uint64_t)t->on_nodes, have), t->name,
		units_quantity((uint64_t)t->allocatable, want));
	report_meaning(r,
		"the kubelet does not start: with memoryManagerPolicy Static both must "
		"be equal");
	report_remedy(r, "%s %s by %s in reservedMemory of %s, so that it is %s over all nodes",
		off > 0 ? "lower" : "raise", t->name,
		units_quantity((uint64_t)(off > 0 ? off : -off), by), n->kubelet.path, want);
}

static void look_static(const struct node *n, struct report *r)
{
	char text[UNITS_LEN];
	struct reserved sums;
	struct err e = ERR_INIT;

	if (reserved_read(&n->kubelet, kernel_memory(n->m.root, "MemTotal"), &sums, &e) < 0) {
		report_err(r, SEVERITY_ERROR, &e);
		report_meaning(r, "the kubelet does not start");
		return;
	}
	if (!sums.n_nodes) {
		report_add(r, SEVERITY_ERROR,
			"kubelet: memoryManagerPolicy is Static, without "
			"reservedMemory");
		report_meaning(r, "the kubelet does not start");
		report_remedy(r, "add reservedMemory: [{numaNode: 0, limits: {memory: %s}}] to %s",
			units_quantity((uint64_t)reserved_memory(&sums), text), n->kubelet.path);
		return;
	}
	for (size_t i = 0; i < sums.n; i++)
		if (sums.types[i].on_nodes != sums.types[i].allocatable)
			wrong_sum(n, &sums.types[i], r);
	for (size_t i = 0; i < sums.n_nodes; i++)
		if (!cpulist_has(&n->nodes, (unsigned int)sums.nodes[i])) {
			report_add(r, SEVERITY_ERROR,
				"kubelet: reservedMemory names NUMA node "
				"%lld, which this machine has not",
				(long long)sums.nodes[i]);
			report_meaning(r, "the kubelet does not start");
			report_remedy(r, "remove it in %s", n->kubelet.path);
		}
}

void check_memory_manager(const void *subject, struct report *r)
{
	const struct node *n = subject;
	const char *p = kubelet_config_get(&n->kubelet, "memoryManagerPolicy",
		"memory-manager-policy");

	if (!n->is_kubelet || !n->kubelet.there)
		return;
	if (p && strcmp(p, "Static") == 0) {
		look_static(n, r);
		return;
	}
	if (!node_is_numa(n))
		return;
	report_add(r, SEVERITY_WARNING,
		"kubelet: memoryManagerPolicy is %s, on a machine with %u "
		"NUMA nodes",
		p && *p ? p : "None", cpulist_count(&n->nodes));
	report_meaning(r,
		"hugepages of a pod may come from another node than its CPUs and its "
		"NIC");
	report_remedy(r,
		"set memoryManagerPolicy: Static and reservedMemory in %s, drain the "
		"node, delete %s/memory_manager_state and restart the kubelet",
		n->kubelet.path[0] ? n->kubelet.path : "the kubelet's configuration",
		n->kubelet_dir);
}
