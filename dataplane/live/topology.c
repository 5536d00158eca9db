/* SPDX-License-Identifier: Apache-2.0 */
#include <numa.h>
#include <string.h>

#include "topology.h"

/*
 * What is asked of libnuma here it reads from sysfs. numa_available() would say no in a container
 * whose seccomp profile blocks get_mempolicy, which is of no concern here.
 */
static bool read_node(struct topology *t, int node)
{
	struct bitmask *mask = numa_allocate_cpumask();
	bool any = false;

	if (numa_node_to_cpus(node, mask) == 0) {
		for (unsigned int cpu = 0; cpu < mask->size; cpu++)
			if (numa_bitmask_isbitset(mask, cpu)) {
				cpulist_add(&t->cpus[node], cpu);
				any = true;
			}
	}
	numa_free_cpumask(mask);
	for (int to = 0; to < t->n; to++)
		t->distance[node][to] = numa_distance(node, to);
	return any;
}

void topology_read(struct topology *ret)
{
	bool any = false;
	int max = numa_max_node();

	memset(ret, 0, sizeof(*ret));
	ret->n = max < 0 ? 1 : max < TOPOLOGY_NODES ? max + 1 : TOPOLOGY_NODES;
	for (int node = 0; node < ret->n; node++)
		any |= read_node(ret, node);
	if (!any)
		memset(&ret->cpus[0], 0xff, sizeof(ret->cpus[0]));
}

struct cpulist topology_nodes(const struct topology *t, const struct cpulist *cpus)
{
	struct cpulist nodes = {0};

	for (int node = 0; node < t->n; node++)
		if (cpulist_meet(&t->cpus[node], cpus))
			cpulist_add(&nodes, (unsigned int)node);
	return nodes;
}
