/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The base: a container under cgroup version 2 on a machine of two nodes (CPUs 0-7 and 8-15,
 * siblings n and n+4 of a node), a free pool of 2 MiB pages on both, a VF on vfio-pci on node 1.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cpulist.h"
#include "machine.h"
#include "mem.h"

#define MM "/sys/kernel/mm/hugepages/hugepages-2048kB/"
#define NODE(n) "/sys/devices/system/node/node" #n "/"
#define HUGE2M(n) NODE(n) "hugepages/hugepages-2048kB/"
#define VF "/sys/bus/pci/devices/0000:3b:02.1/"

static const struct entry base[] = {
	{"/proc/self/cgroup", "0::/\n"},
	{"/proc/self/mountinfo", MACHINE_MOUNTS},
	{"/proc/self/status",
		"Name:\tx\nCapInh:\t0\nCapEff:\t00000000a80465fb\nCapBnd:\t00000000a80465fb\n"
		"Cpus_allowed_list:\t0-15\nMems_allowed:\t3\nMems_allowed_list:\t0-1\n"},
	{"/proc/self/uid_map", "         0          0 4294967295\n"},
	{"/proc/self/ns/pid", "-> pid:[4026532001]"},
	{"/sys/fs/cgroup/cpuset.cpus.effective", "0-15\n"},
	{"/sys/devices/system/node/online", "0-1\n"},
	{NODE(0) "cpulist", "0-7\n"},
	{NODE(1) "cpulist", "8-15\n"},
	{MM "free_hugepages", "1024\n"},
	{MM "resv_hugepages", "0\n"},
	{MM "nr_hugepages", "2048\n"},
	{HUGE2M(0) "free_hugepages", "512\n"},
	{HUGE2M(0) "nr_hugepages", "1024\n"},
	{HUGE2M(1) "free_hugepages", "512\n"},
	{HUGE2M(1) "nr_hugepages", "1024\n"},
	{VF "driver", "-> ../../../bus/pci/drivers/vfio-pci"},
	{VF "numa_node", "1\n"},
	{VF "class", "0x020000\n"},
	{VF "iommu_group", "-> ../../../kernel/iommu_groups/42"},
	{"/dev/vfio/vfio", ""},
	{"/dev/vfio/42", ""},
	{"/run", "/"},
	{"/var/run", "-> /run"},
	{"/tmp", "/"},
};

static void make_parents(int root, const char *path)
{
	char part[512];

	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		(void)snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		if (*part)
			(void)mkdirat(root, part, 0755);
	}
}

static void make_entry(int root, const struct entry *e)
{
	const char *path = e->path + 1;

	make_parents(root, path);
	if (strcmp(e->text, "/") == 0) {
		assert_true(mkdirat(root, path, 0755) == 0 || errno == EEXIST);
	} else if (strncmp(e->text, "-> ", 3) == 0) {
		assert_return_code(symlinkat(e->text + 3, root, path), 0);
	} else {
		auto_close int fd = openat(root, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

		assert_return_code(fd, 0);
		assert_int_equal(write(fd, e->text, strlen(e->text)), strlen(e->text));
	}
}

static const struct entry *find(const struct entry *list, const char *path)
{
	for (; list && list->path; list++)
		if (strcmp(list->path, path) == 0)
			return list;
	return NULL;
}

void machine_make_bare(struct machine *m, const struct entry *entries)
{
	(void)snprintf(m->dir, sizeof(m->dir), "/tmp/dpdkpod-test-XXXXXX");
	assert_non_null(mkdtemp(m->dir));
	m->root = open(m->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_return_code(m->root, 0);
	for (; entries && entries->path; entries++)
		if (entries->text)
			make_entry(m->root, entries);
}

void machine_make(struct machine *m, const struct entry *over)
{
	machine_make_bare(m, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(base); i++)
		if (!find(over, base[i].path))
			make_entry(m->root, &base[i]);
	for (; over && over->path; over++)
		if (over->text)
			make_entry(m->root, over);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void machine_remove(struct machine *m)
{
	(void)close(m->root);
	assert_return_code(nftw(m->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

struct facts_source machine_source(const struct machine *m, const char *affinity)
{
	static char *const no_env[] = {NULL};
	struct facts_source s = {
		.root = dup(m->root),
		.env = no_env,
		.memlock = UINT64_MAX,
		.nofile = 1048576,
		.pid = 7,
	};

	assert_return_code(cpulist_parse(affinity, &s.affinity, NULL), 0);
	s.links = calloc(1, sizeof(*s.links));
	assert_non_null(s.links);
	s.links[0] = (struct facts_link){.name = "net1", .mtu = 1500, .up = true};
	s.n_links = 1;
	return s;
}

struct dpdkpod_facts *machine_facts(const struct machine *m, const char *affinity)
{
	struct facts_source s = machine_source(m, affinity);
	struct dpdkpod_facts *f = NULL;
	struct err e = ERR_INIT;

	if (facts_gather(&s, &f, &e) < 0)
		fail_msg("%s", e.msg);
	return f;
}
