/* SPDX-License-Identifier: Apache-2.0 */
/* One attempt to get a hugepage. */
#ifndef DOCTOR_ATTEMPT_H
#define DOCTOR_ATTEMPT_H

#include <stddef.h>
#include <stdint.h>

enum attempt_stage { STAGE_GET, STAGE_MAP, STAGE_TOUCH };

/* What became of it. */
struct outcome {
	int stage;
	int err;    /* positive errno; 0: it works */
	int signal; /* that ended the child; 0: none */
};

struct attempt_kind {
	const char *name, *title;
	int (*run)(int root, uint64_t size, const char *mount, struct outcome *out);
};

enum { ATTEMPT_SHMGET, ATTEMPT_FILE, ATTEMPT_MMAP, ATTEMPT_MEMFD, ATTEMPT_KINDS };
extern const struct attempt_kind attempt_kinds[ATTEMPT_KINDS];

/* mount: of a hugetlbfs of that size, for ATTEMPT_FILE; NULL: there is none. */
struct outcome attempt(size_t kind, int root, uint64_t size, const char *mount);

#endif
