/* SPDX-License-Identifier: Apache-2.0 */
/* What the controllers say. A limit of any parent binds its children, so every visible level counts. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "cgroup.h"
#include "units.h"

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

int cgroup_cpuset(int root, struct cpulist *ret)
{
	struct cgroup cg;
	struct cpulist set;
	char line[8192];
	int r = cgroup_find(root, "cpuset", &cg);

	if (r < 0)
		return r;
	do {
		r = cgroup_read_line(root, &cg,
			cg.version == 2 ? "cpuset.cpus.effective" : "cpuset.effective_cpus", line,
			sizeof(line));
		if (r == 0 && *line) {
			r = cpulist_parse(line, &set, NULL);
			if (r == 0)
				*ret = set;
			return r;
		}
	} while (cgroup_up(&cg));
	return -ENOENT;
}

static uint64_t read_hugetlb(int root, const struct cgroup *cg, const char *size, const char *name)
{
	char file[96];

	(void)snprintf(file, sizeof(file), "hugetlb.%s.%s", size, name);
	return cgroup_read_number(root, cg, file);
}

/* Less use; where that is not known, none. */
static uint64_t room_left(uint64_t max, uint64_t used)
{
	if (max == CGROUP_NO_LIMIT || used == CGROUP_NO_LIMIT)
		return max;
	return used < max ? max - used : 0;
}

static void add_level(int root, const struct cgroup *cg, const char *size, struct cgroup_hugetlb *h)
{
	bool two = cg->version == 2;
	uint64_t max = read_hugetlb(root, cg, size, two ? "max" : "limit_in_bytes");
	uint64_t used = read_hugetlb(root, cg, size, two ? "current" : "usage_in_bytes");
	uint64_t rsvd = read_hugetlb(root, cg, size, two ? "rsvd.max" : "rsvd.limit_in_bytes");
	uint64_t reserved = read_hugetlb(root, cg, size,
		two ? "rsvd.current" : "rsvd.usage_in_bytes");

	if (max < h->max) {
		h->max = max;
		h->current = used == CGROUP_NO_LIMIT ? 0 : used;
	}
	h->rsvd = smaller(h->rsvd, rsvd);
	h->room = smaller(h->room, smaller(room_left(max, used), room_left(rsvd, reserved)));
}

int cgroup_hugetlb_at(int root, const struct cgroup *cg, uint64_t page_size,
	struct cgroup_hugetlb *ret)
{
	struct cgroup level = *cg;
	char size[UNITS_LEN];
	uint64_t used;

	*ret = (struct cgroup_hugetlb){CGROUP_NO_LIMIT, 0, CGROUP_NO_LIMIT, CGROUP_NO_LIMIT, 0};
	(void)units_hugetlb(page_size, size);
	used = read_hugetlb(root, &level, size, level.version == 2 ? "current" : "usage_in_bytes");
	ret->used = used == CGROUP_NO_LIMIT ? 0 : used;
	do
		add_level(root, &level, size, ret);
	while (cgroup_up(&level));
	return 0;
}

int cgroup_hugetlb(int root, uint64_t page_size, struct cgroup_hugetlb *ret)
{
	struct cgroup cg;
	int r = cgroup_find(root, "hugetlb", &cg);

	if (r == 0)
		return cgroup_hugetlb_at(root, &cg, page_size, ret);
	*ret = (struct cgroup_hugetlb){CGROUP_NO_LIMIT, 0, CGROUP_NO_LIMIT, CGROUP_NO_LIMIT, 0};
	return r;
}

uint64_t cgroup_memory_limit(int root)
{
	uint64_t least = CGROUP_NO_LIMIT;
	struct cgroup cg;

	if (cgroup_find(root, "memory", &cg) < 0)
		return CGROUP_NO_LIMIT;
	do
		least = smaller(least,
			cgroup_read_number(root, &cg,
				cg.version == 2 ? "memory.max" : "memory.limit_in_bytes"));
	while (cgroup_up(&cg));
	return least;
}

/* Thousandths of a CPU; version 2: "max 100000" or "quota period"; version 1: -1 for none. */
static uint64_t cpu_quota(int root, const struct cgroup *cg)
{
	uint64_t quota = CGROUP_NO_LIMIT, period = CGROUP_NO_LIMIT;
	char line[64];

	if (cg->version == 1) {
		if (cgroup_read_line(root, cg, "cpu.cfs_quota_us", line, sizeof(line)) == 0 &&
			line[0] != '-')
			quota = cgroup_read_number(root, cg, "cpu.cfs_quota_us");
		period = cgroup_read_number(root, cg, "cpu.cfs_period_us");
	} else if (cgroup_read_line(root, cg, "cpu.max", line, sizeof(line)) == 0 &&
		sscanf(line, "%" SCNu64 " %" SCNu64, &quota, &period) != 2) {
		quota = CGROUP_NO_LIMIT;
	}
	if (quota == CGROUP_NO_LIMIT || period == CGROUP_NO_LIMIT || period == 0)
		return CGROUP_NO_LIMIT;
	return quota * 1000 / period;
}

int64_t cgroup_cpu_limit(int root)
{
	uint64_t least = CGROUP_NO_LIMIT;
	struct cgroup cg;

	if (cgroup_find(root, "cpu", &cg) < 0)
		return -1;
	do
		least = smaller(least, cpu_quota(root, &cg));
	while (cgroup_up(&cg));
	return least == CGROUP_NO_LIMIT ? -1 : (int64_t)least;
}
