/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The control groups of this process, as far as they are visible from where it runs: version 1,
 * version 2, and hybrids of both, each controller looked up by itself.
 */
#ifndef MACHINE_CGROUP_H
#define MACHINE_CGROUP_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cpulist.h"

#define CGROUP_NO_LIMIT UINT64_MAX

struct cgroup {
	int version;        /* 1 or 2 */
	size_t mount_len;   /* of the mount point in dir */
	char dir[PATH_MAX]; /* the group's directory, from the root fd */
};

/* The group of one controller; -ENOENT: not mounted here. */
int cgroup_find(int root, const char *controller, struct cgroup *ret);
/* To the parent; false at the mount point: what is above is not visible. */
bool cgroup_up(struct cgroup *cg);
int cgroup_read_line(int root, const struct cgroup *cg, const char *file, char *buf, size_t size);
/* A limit or a usage; "max", version 1's huge number and absence are CGROUP_NO_LIMIT. */
uint64_t cgroup_read_number(int root, const struct cgroup *cg, const char *file);

/* The effective CPUs of the nearest group that has the controller; -ENOENT: none. */
int cgroup_cpuset(int root, struct cpulist *ret);
/* Hugepages of one size, bytes. A limit of any parent binds its children: every visible level counts. */
struct cgroup_hugetlb {
	uint64_t max;     /* of use, on the level where it is lowest; CGROUP_NO_LIMIT */
	uint64_t current; /* use on that level */
	uint64_t rsvd;    /* the lowest limit of reservation; CGROUP_NO_LIMIT */
	uint64_t room;    /* still to be had, by all levels and both limits; CGROUP_NO_LIMIT */
	uint64_t used;    /* on the lowest level; 0 where that is not known */
};
/* -ENOENT: no such group is visible, and nothing is limited as far as can be seen. */
int cgroup_hugetlb(int root, uint64_t page_size, struct cgroup_hugetlb *ret);
int cgroup_hugetlb_at(int root, const struct cgroup *cg, uint64_t page_size,
	struct cgroup_hugetlb *ret);
/* The group of a kubelet's pod, of either of its drivers, seen from the node; -ENOENT: there is none. */
int cgroup_of_pod(int root, const char *controller, const char *uid, struct cgroup *ret);
/* The memory limit of the tightest level. */
uint64_t cgroup_memory_limit(int root);
/* The CPU limit of the tightest level in thousandths of a CPU, -1: none. */
int64_t cgroup_cpu_limit(int root);

#endif
