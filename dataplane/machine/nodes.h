/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine's NUMA nodes, sockets and cores as sysfs shows them, below a root directory fd. Sets of
 * nodes are held in struct cpulist. A node may lack CPUs (memory of a GPU, CXL, HBM) or memory.
 */
#ifndef MACHINE_NODES_H
#define MACHINE_NODES_H

#include "cpulist.h"

#define NODES_DIR "/sys/devices/system/node" /* node0 and its like */

/* A file that holds one list, of CPUs or nodes. -errno: it cannot be read, or holds something else. */
int nodes_read_list(int rootfd, const char *path, struct cpulist *ret);

/* The nodes there are; 0 alone where the kernel knows of none. */
void nodes_online(int rootfd, struct cpulist *ret);

/* Those of them that have memory. */
void nodes_with_memory(int rootfd, struct cpulist *ret);

/* The CPUs of a node, an empty set where it has none; -ENOENT: there is no such node. */
int nodes_cpus(int rootfd, unsigned int node, struct cpulist *ret);

/* The nodes that have CPUs, the only ones that EAL knows; 0 alone where the kernel knows of no nodes. */
void nodes_with_cpus(int rootfd, struct cpulist *ret);

/* The nodes of these CPUs. */
void nodes_of_cpus(int rootfd, const struct cpulist *cpus, struct cpulist *ret);

/* These nodes and all that share a socket with one of them. */
void nodes_sockets(int rootfd, const struct cpulist *nodes, struct cpulist *ret);

/* The CPUs that share a core with this one, itself among them. */
int nodes_siblings(int rootfd, unsigned int cpu, struct cpulist *ret);

#endif
