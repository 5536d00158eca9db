/* SPDX-License-Identifier: Apache-2.0 */
/* Hugepages of the machine, by size and by NUMA node. */
#ifndef MACHINE_HUGEPAGES_H
#define MACHINE_HUGEPAGES_H

#include <stddef.h>
#include <stdint.h>

/* Pages of one size on one node. */
struct hugepages {
	uint64_t size; /* of a page, bytes */
	int node;      /* 0 where the kernel knows no nodes */
	uint64_t total, free;
};

/* Pages of one size, of the whole machine. */
struct hugepages_size {
	uint64_t size;
	uint64_t total, free;
	uint64_t
		reserved; /* of the free ones: promised to whoever mapped them and touched them not yet */
};

struct hugepages_list {
	struct hugepages *items; /* by size, then node; a node without memory has none */
	size_t n;
	struct hugepages_size *sizes; /* ascending */
	size_t n_sizes;
};

/* A kernel without hugepages has no size. -ENOMEM alone. */
int hugepages_read(int rootfd, struct hugepages_list *ret);
void hugepages_free(struct hugepages_list *l);

/* Of two page sizes the one to advise where any will do: the smallest from 2 MiB on. 0 is none. */
uint64_t hugepages_advised(uint64_t a, uint64_t b);
/* How many pages of that size make up this many bytes, one at least. */
uint64_t hugepages_count(uint64_t size, uint64_t bytes);

/* Bytes of all sizes on a node (-1: on all of them). */
uint64_t hugepages_bytes(const struct hugepages_list *l, int node);

#endif
