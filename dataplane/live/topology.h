/* SPDX-License-Identifier: Apache-2.0 */
/* The machine's NUMA nodes: which CPUs are where, and how far it is from one to another. */
#ifndef LIVE_TOPOLOGY_H
#define LIVE_TOPOLOGY_H

#include "cpulist.h"

#define TOPOLOGY_NODES 64

struct topology {
	int n; /* the highest node plus one; numbers may be missing, nodes may lack CPUs */
	struct cpulist cpus[TOPOLOGY_NODES];
	int distance[TOPOLOGY_NODES][TOPOLOGY_NODES]; /* 10: the same node; 0: not known */
};

/* This machine's, by libnuma. A kernel without NUMA is one node with all CPUs. */
void topology_read(struct topology *ret);
/* The nodes of a set of CPUs. */
struct cpulist topology_nodes(const struct topology *t, const struct cpulist *cpus);

#endif
