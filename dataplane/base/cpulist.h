/* SPDX-License-Identifier: Apache-2.0 */
/* A set of CPU (or NUMA node) numbers and the kernel's list notation for it: "0-3,8,10-11". */
#ifndef BASE_CPULIST_H
#define BASE_CPULIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

#define CPULIST_MAX 8192 /* the kernel's largest NR_CPUS */

struct cpulist {
	uint64_t bits[CPULIST_MAX / 64];
};

/* White space around is allowed, an empty list is an empty set; strides ("0-7:1/2") are read. */
int cpulist_parse(const char *text, struct cpulist *ret, struct err *e);
/* Owned text, "" for an empty set; NULL where there is no memory. */
char *cpulist_format(const struct cpulist *s);

static inline bool cpulist_has(const struct cpulist *s, unsigned int cpu)
{
	return cpu < CPULIST_MAX && (s->bits[cpu / 64] >> (cpu % 64)) & 1;
}

static inline void cpulist_add(struct cpulist *s, unsigned int cpu)
{
	if (cpu < CPULIST_MAX)
		s->bits[cpu / 64] |= UINT64_C(1) << (cpu % 64);
}

static inline void cpulist_del(struct cpulist *s, unsigned int cpu)
{
	if (cpu < CPULIST_MAX)
		s->bits[cpu / 64] &= ~(UINT64_C(1) << (cpu % 64));
}

unsigned int cpulist_count(const struct cpulist *s);
/* The first member >= from, or -1. */
int cpulist_next(const struct cpulist *s, unsigned int from);

/* For each member, in ascending order; c is an unsigned int. */
#define cpulist_each(c, set) \
	for (unsigned int c = (unsigned int)cpulist_next(set, 0); c < CPULIST_MAX; \
		c = (unsigned int)cpulist_next(set, c + 1))

/* *s becomes what is in both, in either, in it alone. */
void cpulist_and(struct cpulist *s, const struct cpulist *other);
void cpulist_or(struct cpulist *s, const struct cpulist *other);
void cpulist_andnot(struct cpulist *s, const struct cpulist *other);

bool cpulist_empty(const struct cpulist *s);
/* Is there a member of both? */
bool cpulist_meet(const struct cpulist *a, const struct cpulist *b);
bool cpulist_equal(const struct cpulist *a, const struct cpulist *b);
/* Every member of a is in b. */
bool cpulist_subset(const struct cpulist *a, const struct cpulist *b);

#endif
