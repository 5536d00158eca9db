/* SPDX-License-Identifier: Apache-2.0 */
/* The ways for a program to get hugepages, each tried for real: one page, touched, and given back.
 */
#ifndef DOCTOR_WAYS_H
#define DOCTOR_WAYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pod_doctor.h"

struct way {
	int64_t page_size;
	char *way;    /* "shmget", "file", "mmap", "memfd" */
	int works;    /* 0, 1 */
	char *where;  /* of a file: the mount; NULL */
	char *found;  /* NULL where it works: what failed, and why */
	char *remedy; /* NULL where it works */
};

struct ways {
	struct way *list;
	size_t n;
};

/* Every size of the machine by every way. */
int ways_try(const struct doctor *d, struct ways *ret, struct err *e);
void ways_free(struct ways *w);
/* Is there one that DPDK uses? shmget is not. */
bool ways_any(const struct ways *w);

/* Owned. */
int ways_text(const struct ways *w, char **ret, struct err *e);
int ways_json(const struct ways *w, char **ret, struct err *e);

#endif
