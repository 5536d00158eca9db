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

static uint64_t room(int root, const struct cgroup *cg, const char *size, const char *limit,
	const char *usage)
{
	char file[96];

	(void)snprintf(file, sizeof(file), "hugetlb.%s.%s", size, limit);
	uint64_t max = cgroup_read_number(root, cg, file);

	if (max == CGROUP_NO_LIMIT)
		return max;
	(void)snprintf(file, sizeof(file), "hugetlb.%s.%s", size, usage);
	uint64_t used = cgroup_read_number(root, cg, file);

	if (used == CGROUP_NO_LIMIT)
		used = 0;
	return used < max ? max - used : 0;
}

uint64_t cgroup_hugetlb_room(int root, uint64_t page_size)
{
	uint64_t least = CGROUP_NO_LIMIT;
	struct cgroup cg;
	char size[UNITS_LEN];

	if (cgroup_find(root, "hugetlb", &cg) < 0)
		return CGROUP_NO_LIMIT;
	(void)units_hugetlb(page_size, size);
	do {
		if (cg.version == 2) {
			least = smaller(least, room(root, &cg, size, "max", "current"));
			least = smaller(least, room(root, &cg, size, "rsvd.max", "rsvd.current"));
		} else {
			least = smaller(least,
				room(root, &cg, size, "limit_in_bytes", "usage_in_bytes"));
			least = smaller(least,
				room(root, &cg, size, "rsvd.limit_in_bytes",
					"rsvd.usage_in_bytes"));
		}
	} while (cgroup_up(&cg));
	return least;
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
