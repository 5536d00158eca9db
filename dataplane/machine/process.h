/* SPDX-License-Identifier: Apache-2.0 */
/* Processes as /proc shows them, below a root directory fd. */
#ifndef MACHINE_PROCESS_H
#define MACHINE_PROCESS_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "cpulist.h"

#define PROCESS_SELF 0 /* where a pid is asked for: the calling process */

/* The next process in /proc, which was opened by process_list; 0: there are no more. */
DIR *process_list(int rootfd);
pid_t process_next(DIR *proc);
/* The process of that name (its comm) with the lowest id; -ENOENT: none runs. */
int process_find(int rootfd, const char *name);

/* "/proc/4711/fd", "/proc/self/status". */
#define PROCESS_PATH 64
const char *process_path(pid_t pid, const char *file, char buf[static PROCESS_PATH]);

/* Its comm, "?" where that cannot be read. */
#define PROCESS_NAME 64
const char *process_name(int rootfd, pid_t pid, char buf[static PROCESS_NAME]);

/* A file of it, whole and owned; ret_len may be NULL. */
int process_read(int rootfd, pid_t pid, const char *file, char **ret, size_t *ret_len);
/* "environ" or "cmdline" as a NULL-terminated vector: one allocation, free() it. */
int process_strings(int rootfd, pid_t pid, const char *file, char ***ret);

/* A "Name:\tvalue" line of a status file's text, without the newline; false: no such line. */
bool process_status_value(const char *status, const char *name, char *buf, size_t size);

#define PROCESS_UNLIMITED UINT64_MAX
/* RLIMIT_MEMLOCK, soft, in bytes. */
int process_memlock(int rootfd, pid_t pid, uint64_t *ret);
/* The process that has mapped most bytes of hugepages, of any size, among those that can be seen here;
 * 0: none has any. */
pid_t process_of_hugepages(int rootfd, uint64_t *ret_bytes);
/* The CPUs that it may use. */
int process_cpus(int rootfd, pid_t pid, struct cpulist *ret);

/* The inode of one of its namespaces ("net", "pid"), which tells it from others; -errno: it may not
 * be looked at. */
int process_namespace(int rootfd, pid_t pid, const char *kind, unsigned int *ret);
/* Is this process in the first user namespace? */
bool process_in_first_userns(int rootfd);

/* Has it a file open with that device number? false also where that may not be looked at. */
bool process_has_device(int rootfd, pid_t pid, dev_t device);

/* The affinity of the calling thread, by system call. */
int process_affinity(struct cpulist *ret);
int process_pin(const struct cpulist *cpus);

#endif
