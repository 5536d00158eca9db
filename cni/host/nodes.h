/* SPDX-License-Identifier: Apache-2.0 */
/* The machine's NUMA nodes as sysfs shows them, below a root directory fd. Sets of nodes are held in
 * struct cpulist. */
#ifndef HOST_NODES_H
#define HOST_NODES_H

#include "cpulist.h"

/* The nodes there are; 0 alone where the kernel knows of none. */
void numa_online(int rootfd, struct cpulist *ret);

/* The nodes of these CPUs. */
void numa_of_cpus(int rootfd, const struct cpulist *cpus, struct cpulist *ret);

/* These nodes and all that share a socket with one of them. */
void numa_sockets(int rootfd, const struct cpulist *nodes, struct cpulist *ret);

#endif
