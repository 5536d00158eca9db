/* SPDX-License-Identifier: Apache-2.0 */
/* Hugepages of the machine, by NUMA node and size. */
#ifndef HOST_HUGEPAGES_H
#define HOST_HUGEPAGES_H

#include <stddef.h>
#include <stdint.h>

struct hugepages {
	int64_t node;        /* 0 where the kernel knows no nodes */
	int64_t size_kb;     /* of one page */
	int64_t total, free; /* pages */
};

struct hugepages_list {
	struct hugepages *items;
	size_t n;
};

/* By node, then size. -ENOENT: the kernel has no hugepages. */
int hugepages_read(int rootfd, struct hugepages_list *ret);
void hugepages_free(struct hugepages_list *l);

/* Bytes of all sizes on a node (-1: on all of them). */
int64_t hugepages_bytes(const struct hugepages_list *l, int64_t node);

#endif
