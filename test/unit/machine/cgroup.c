/* SPDX-License-Identifier: Apache-2.0 */
/* Where a process finds its groups, and which level's limit counts. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "cgroup.h"
#include "machine.h"

#define V2 "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup rw\n"

static uint64_t room(int root, uint64_t page_size)
{
	struct cgroup_hugetlb h;

	(void)cgroup_hugetlb(root, page_size, &h);
	return h.room;
}

static void expect_dir(const struct entry *over, const char *controller, int version,
	const char *dir)
{
	struct machine m;
	struct cgroup cg;

	machine_make(&m, over);
	assert_int_equal(cgroup_find(m.root, controller, &cg), 0);
	assert_int_equal(cg.version, version);
	assert_string_equal(cg.dir, dir);
	machine_remove(&m);
}

static void version_2_path_below_mount(void **state)
{
	(void)state;
	expect_dir((struct entry[]){{"/proc/self/cgroup", "0::/kubepods/pod1/c1\n"},
			   {"/proc/self/mountinfo", V2}, {0}},
		"cpuset", 2, "/sys/fs/cgroup/kubepods/pod1/c1");
}

/* A group namespace shows "/", and mounts made outside of it have a root of "/..". */
static void version_2_namespaced(void **state)
{
	(void)state;
	expect_dir((struct entry[]){{"/proc/self/cgroup", "0::/\n"},
			   {"/proc/self/mountinfo",
				   "30 23 0:26 /../.. /sys/fs/cgroup rw - cgroup2 cgroup rw\n"},
			   {0}},
		"cpuset", 2, "/sys/fs/cgroup");
}

/* Containers of version 1 see their own group mounted, and its full path in /proc/self/cgroup. */
static void version_1_mount_root(void **state)
{
	(void)state;
	expect_dir(
		(struct entry[]){
			{"/proc/self/cgroup",
				"9:cpuset:/kubepods/pod1/c1\n8:cpu,cpuacct:/kubepods/pod1/c1/sub\n"},
			{"/proc/self/mountinfo",
				"31 23 0:27 /kubepods/pod1/c1 /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
				"32 23 0:28 /kubepods/pod1/c1 /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n"},
			{0}},
		"cpuset", 1, "/sys/fs/cgroup/cpuset");
	expect_dir(
		(struct entry[]){{"/proc/self/cgroup", "8:cpu,cpuacct:/kubepods/pod1/c1/sub\n"},
			{"/proc/self/mountinfo",
				"31 23 0:27 /kubepods/pod1/c1 /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"},
			{0}},
		"cpu", 1, "/sys/fs/cgroup/cpu,cpuacct/sub");
}

/* "/a/bc" is not below "/a/b". */
static void mount_root_is_a_whole_component(void **state)
{
	(void)state;
	expect_dir(
		(struct entry[]){{"/proc/self/cgroup", "9:cpuset:/a/bc\n"},
			{"/proc/self/mountinfo",
				"32 23 0:28 /a/b /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n"},
			{0}},
		"cpuset", 1, "/sys/fs/cgroup/cpuset");
}

/* A mount that another covers cannot be reached, wherever its line stands. */
static void covered_mount(void **state)
{
	(void)state;
	expect_dir((struct entry[]){{"/proc/self/cgroup", "0::/c\n"},
			   {"/proc/self/mountinfo",
				   "40 23 0:26 / /cgroup rw - cgroup2 cgroup rw\n"
				   "42 23 0:30 / /host rw - tmpfs none rw\n"
				   "41 23 0:26 / /host/cgroup rw - cgroup2 cgroup rw\n"},
			   {0}},
		"cpuset", 2, "/cgroup/c");
}

/* Each controller by itself: cpuset is on version 1 here, hugetlb on version 2. */
static void hybrid(void **state)
{
	static const struct entry over[] = {{"/proc/self/cgroup",
						    "9:name=systemd:/x\n3:cpuset:/c\n0::/u\n"},
		{"/proc/self/mountinfo",
			"31 23 0:27 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n"
			"32 23 0:28 / /sys/fs/cgroup/unified rw master:3 - cgroup2 cgroup2 rw\n"},
		{0}};

	(void)state;
	expect_dir(over, "cpuset", 1, "/sys/fs/cgroup/cpuset/c");
	expect_dir(over, "hugetlb", 2, "/sys/fs/cgroup/unified/u");
}

static void not_mounted(void **state)
{
	struct machine m;
	struct cgroup cg;

	(void)state;
	machine_make(&m,
		(struct entry[]){{"/proc/self/mountinfo", "20 1 0:20 / /proc rw - proc proc rw\n"},
			{0}});
	assert_int_equal(cgroup_find(m.root, "cpuset", &cg), -ENOENT);
	assert_true(room(m.root, 2u << 20) == CGROUP_NO_LIMIT);
	assert_true(cgroup_memory_limit(m.root) == CGROUP_NO_LIMIT);
	assert_int_equal(cgroup_cpu_limit(m.root), -1);
	machine_remove(&m);
}

static void space_in_mount_point(void **state)
{
	(void)state;
	expect_dir((struct entry[]){{"/proc/self/mountinfo",
					    "30 23 0:26 / /my\\040groups rw - cgroup2 cgroup rw\n"},
			   {0}},
		"cpuset", 2, "/my groups");
}

#define POD "/sys/fs/cgroup/pod/"
#define CTR "/sys/fs/cgroup/pod/c1/"

static const struct entry levels_2[] = {
	{"/proc/self/cgroup", "0::/pod/c1\n"},
	{"/sys/fs/cgroup/cpuset.cpus.effective", "0-15\n"},
	{POD "cpuset.cpus.effective", "2-9\n"},
	{POD "hugetlb.2MB.max", "104857600\n"},
	{POD "hugetlb.2MB.current", "10485760\n"},
	{CTR "hugetlb.2MB.max", "max\n"},
	{CTR "hugetlb.2MB.current", "0\n"},
	{CTR "hugetlb.2MB.rsvd.max", "max\n"},
	{POD "memory.max", "1073741824\n"},
	{CTR "memory.max", "536870912\n"},
	{POD "cpu.max", "max 100000\n"},
	{CTR "cpu.max", "250000 100000\n"},
	{POD "hugetlb.1GB.max", "0\n"},
	{POD "hugetlb.64KB.max", "65536\n"},
	{0},
};

static void version_2_limits(void **state)
{
	struct cpulist set, want;
	struct machine m;

	(void)state;
	machine_make(&m, levels_2);
	assert_int_equal(cgroup_cpuset(m.root, &set), 0);
	assert_int_equal(cpulist_parse("2-9", &want, NULL), 0);
	assert_true(cpulist_equal(&set, &want)); /* of the nearest group that has the file */
	assert_int_equal(room(m.root, 2u << 20), 94371840); /* the parent's, less use */
	assert_int_equal(room(m.root, 1u << 30), 0);
	assert_int_equal(room(m.root, 64u << 10), 65536);
	assert_int_equal(cgroup_memory_limit(m.root), 536870912);
	assert_int_equal(cgroup_cpu_limit(m.root), 2500);
	machine_remove(&m);
}

/* Over .rsvd.max is ENOMEM at mmap already, however much .max allows. */
static void reservation_counts(void **state)
{
	struct machine m;

	(void)state;
	machine_make(&m,
		(struct entry[]){{"/sys/fs/cgroup/hugetlb.2MB.max", "max\n"},
			{"/sys/fs/cgroup/hugetlb.2MB.rsvd.max", "8388608\n"},
			{"/sys/fs/cgroup/hugetlb.2MB.rsvd.current", "2097152\n"}, {0}});
	assert_int_equal(room(m.root, 2u << 20), 6291456);
	machine_remove(&m);
}

static void version_1_limits(void **state)
{
	struct machine m;
	struct cpulist set;

	(void)state;
	machine_make(&m,
		(struct entry[]){{"/proc/self/cgroup",
					 "3:cpuset:/\n4:hugetlb:/p\n5:memory:/\n6:cpu,cpuacct:/\n"},
			{"/proc/self/mountinfo",
				"31 23 0:27 / /cg/cpuset rw - cgroup cgroup rw,cpuset\n"
				"32 23 0:28 / /cg/hugetlb rw - cgroup cgroup rw,hugetlb\n"
				"33 23 0:29 / /cg/memory rw - cgroup cgroup rw,memory\n"
				"34 23 0:30 / /cg/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"},
			{"/cg/cpuset/cpuset.effective_cpus", "1,3\n"},
			{"/cg/hugetlb/p/hugetlb.2MB.limit_in_bytes", "9223372036854771712\n"},
			{"/cg/hugetlb/hugetlb.2MB.limit_in_bytes", "4194304\n"},
			{"/cg/hugetlb/hugetlb.2MB.usage_in_bytes", "6291456\n"},
			{"/cg/memory/memory.limit_in_bytes", "9223372036854771712\n"},
			{"/cg/cpu/cpu.cfs_quota_us", "-1\n"},
			{"/cg/cpu/cpu.cfs_period_us", "100000\n"}, {0}});
	assert_int_equal(cgroup_cpuset(m.root, &set), 0);
	assert_int_equal(cpulist_count(&set), 2);
	assert_true(cpulist_has(&set, 3));
	/* More used than allowed is nothing left, not a huge number. */
	assert_int_equal(room(m.root, 2u << 20), 0);
	assert_true(cgroup_memory_limit(m.root) == CGROUP_NO_LIMIT);
	assert_int_equal(cgroup_cpu_limit(m.root), -1);
	machine_remove(&m);
}

static void version_1_cpu_quota(void **state)
{
	struct machine m;

	(void)state;
	machine_make(&m,
		(struct entry[]){{"/proc/self/cgroup", "6:cpu,cpuacct:/\n"},
			{"/proc/self/mountinfo",
				"34 23 0:30 / /cg/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"},
			{"/cg/cpu/cpu.cfs_quota_us", "50000\n"},
			{"/cg/cpu/cpu.cfs_period_us", "100000\n"}, {0}});
	assert_int_equal(cgroup_cpu_limit(m.root), 500);
	machine_remove(&m);
}

#define UID "1f2e-3d4c"
#define V1 \
	{"/proc/self/cgroup", "4:hugetlb:/system.slice/containerd.service\n"}, \
	{ \
		"/proc/self/mountinfo", \
			"32 23 0:28 / /sys/fs/cgroup/hugetlb rw - cgroup cgroup rw,hugetlb\n" \
	}
#define V2_SELF \
	{"/proc/self/cgroup", "0::/system.slice/containerd.service\n"}, \
	{ \
		"/proc/self/mountinfo", V2 \
	}

/* Both drivers of the kubelet, in both versions, for each class of pods, and below a root of its own. */
static void group_of_a_pod(void **state)
{
	static const char *const groups[] = {"kubepods/pod" UID, "kubepods/burstable/pod" UID,
		"kubepods/besteffort/pod" UID, "kubepods.slice/kubepods-pod1f2e_3d4c.slice",
		"kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1f2e_3d4c.slice",
		"kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod1f2e_3d4c.slice",
		"kubelet/kubepods/burstable/pod" UID};

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(groups) / sizeof(groups[0]); i++) {
		const char *top = i % 2 ? "/sys/fs/cgroup" : "/sys/fs/cgroup/hugetlb";
		char other[256], dir[256], file[320];
		struct machine m;
		struct cgroup cg;
		struct cgroup_hugetlb h;

		(void)snprintf(dir, sizeof(dir), "%s/%s", top, groups[i / 2]);
		(void)snprintf(other, sizeof(other), "%s/kubepods/pod9999/hugetlb", top);
		(void)snprintf(file, sizeof(file), "%s/hugetlb.2MB.%s", dir,
			i % 2 ? "max" : "limit_in_bytes");
		const struct entry one[] = {V1, {other, "/"}, {file, "4194304\n"}, {0}};
		const struct entry two[] = {V2_SELF, {other, "/"}, {file, "4194304\n"}, {0}};

		machine_make(&m, i % 2 ? two : one);
		assert_int_equal(cgroup_of_pod(m.root, "hugetlb", UID, &cg), 0);
		assert_string_equal(cg.dir, dir);
		assert_int_equal(cgroup_hugetlb_at(m.root, &cg, 2u << 20, &h), 0);
		assert_int_equal(h.max, 4194304);
		assert_int_equal(cgroup_of_pod(m.root, "hugetlb", "1f2e", &cg), -ENOENT);
		assert_int_equal(cgroup_of_pod(m.root, "hugetlb", "3d4c", &cg), -ENOENT);
		assert_int_equal(cgroup_of_pod(m.root, "hugetlb", "", &cg), -EINVAL);
		assert_int_equal(cgroup_of_pod(m.root, "hugetlb", "../../x", &cg), -EINVAL);
		machine_remove(&m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(version_2_path_below_mount),
		cmocka_unit_test(version_2_namespaced),
		cmocka_unit_test(version_1_mount_root),
		cmocka_unit_test(mount_root_is_a_whole_component),
		cmocka_unit_test(covered_mount),
		cmocka_unit_test(hybrid),
		cmocka_unit_test(not_mounted),
		cmocka_unit_test(space_in_mount_point),
		cmocka_unit_test(version_2_limits),
		cmocka_unit_test(reservation_counts),
		cmocka_unit_test(version_1_limits),
		cmocka_unit_test(version_1_cpu_quota),
		cmocka_unit_test(group_of_a_pod),
	};

	return cmocka_run_group_tests_name("cgroup", tests, NULL, NULL);
}
