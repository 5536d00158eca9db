/* SPDX-License-Identifier: Apache-2.0 */
/* The two sums that the kubelet's Memory Manager compares, for each type of memory. */
#ifndef DOCTOR_RESERVED_H
#define DOCTOR_RESERVED_H

#include "kubelet_config.h"

struct reserved_type {
	char name[64];       /* "memory", "hugepages-1Gi" */
	int64_t on_nodes;    /* bytes of reservedMemory, over all NUMA nodes */
	int64_t allocatable; /* bytes of kubeReserved + systemReserved + evictionHard */
};

#define RESERVED_MAX 64
struct reserved {
	struct reserved_type types[8];
	size_t n;
	int64_t nodes[RESERVED_MAX]; /* that reservedMemory names */
	size_t n_nodes;
};

/* capacity: the machine's memory in bytes, for thresholds in percent. */
int reserved_read(const struct kubelet_config *k, int64_t capacity, struct reserved *ret,
	struct err *e);
/* The allocatable sum of plain memory. */
int64_t reserved_memory(const struct reserved *r);

#endif
