/* SPDX-License-Identifier: Apache-2.0 */
/* Another process as /proc shows it. */
#ifndef HOST_PROCESS_H
#define HOST_PROCESS_H

#include <stddef.h>
#include <stdint.h>

#include "cpulist.h"

/* The process of that name (its comm) with the lowest id; -ENOENT: none runs. */
int process_find(int rootfd, const char *name);

#define PROCESS_UNLIMITED INT64_MAX
/* RLIMIT_MEMLOCK, soft, in bytes. */
int process_memlock(int rootfd, int pid, int64_t *ret);
/* The CPUs that it may use. */
int process_cpus(int rootfd, int pid, struct cpulist *ret);

/* Its arguments: owned text of *ret_len bytes, a NUL behind each. */
int process_arguments(int rootfd, int pid, char **ret, size_t *ret_len);

#endif
