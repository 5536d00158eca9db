/* SPDX-License-Identifier: Apache-2.0 */
/* Checks on recorded machines: what test/doctor/pod cannot make of this one. */
#include <errno.h>
#include <stdlib.h>

#include "pod_doctor.h"
#include "machine.h"
#include "mem.h"

#define V2 "/sys/fs/cgroup/"
#define V1 "/sys/fs/cgroup/hugetlb/"
#define NODE1_2M "/sys/devices/system/node/node1/hugepages/hugepages-2048kB/"

static char vf_env[] = "PCIDEVICE_NIC=0000:3b:02.1";
static char *const with_vf[] = {vf_env, NULL}, *const without[] = {NULL};

/* One check on the base with what is laid over it; the pod file is text, or there is none. */
static void look(struct report *r, const char *id, const struct entry *over, const char *affinity,
	char *const *env, const char *text)
{
	struct doctor d auto_with(doctor_free) = {0};
	struct err e = ERR_INIT;
	struct machine m;

	machine_make(&m, over);
	struct facts_source s = machine_source(&m, affinity);

	s.env = env;
	assert_int_equal(facts_gather(&s, &d.facts, &e), 0);
	d.pod_error.errnum = text ? 0 : ENOENT;
	if (text)
		assert_int_equal(pod_from_text("pod.json", text, strlen(text), "main", NULL, &d.pod,
					 &e),
			0);
	assert_int_equal(doctor_gather(&d, &e), 0);
	assert_int_equal(report_run(r, doctor_checks, id, &d, &e), 0);
	machine_remove(&m);
}

static void expect(const char *id, const struct entry *over, const char *affinity, char *const *env,
	const char *text, int severity, const char *found)
{
	auto_report struct report r = {0};

	look(&r, id, over, affinity, env, text);
	if (!found) {
		if (r.n_findings)
			fail_msg("%s: %s", id, r.findings[0].found);
		return;
	}
	assert_int_equal(r.n_findings, 1);
	assert_has(r.findings[0].found, found);
	assert_int_equal(r.findings[0].severity, severity);
}

static void healthy(void **state)
{
	static const char pod[] =
		"{\"version\":\"1.0\",\"interfaces\":[{\"name\":\"net1\",\"mode\":\"vfio\","
		"\"pciAddress\":\"0000:3b:02.1\",\"driver\":\"vfio-pci\",\"iommuGroup\":42}]}";
	auto_report struct report r = {0};

	(void)state;
	look(&r, NULL,
		(struct entry[]){
			{"/proc/self/mountinfo",
				MACHINE_MOUNTS
				"40 23 0:27 / /dev/hugepages rw - hugetlbfs none rw,pagesize=2M\n"},
			{"/dev/hugepages", "/"}, {"/sys/kernel/iommu_groups/42/devices", "/"}, {0}},
		"0-15", with_vf, pod);
	for (size_t i = 0; i < r.n_findings; i++)
		/* no directory of DPDK drivers was recorded */
		if (strcmp(r.findings[i].id, "pmd") != 0)
			fail_msg("%s: %s", r.findings[i].id, r.findings[i].found);
}

/* Version 1 has its own names, and its own huge number for no limit. */
static void limits_of_version_1(void **state)
{
	static const char mounts[] =
		"20 1 0:20 / /proc rw - proc proc rw\n"
		"30 23 0:26 / /sys/fs/cgroup/hugetlb rw - cgroup cgroup rw,hugetlb\n";
	struct entry over[] = {{"/proc/self/cgroup", "4:hugetlb:/\n"},
		{"/proc/self/mountinfo", mounts}, {V1 "hugetlb.2MB.limit_in_bytes", "0\n"},
		{V1 "hugetlb.2MB.rsvd.limit_in_bytes", "0\n"}, {0}};

	(void)state;
	expect("hugepages-limit", over, "0", without, NULL, SEVERITY_ERROR, "2048 pages, limit 0");
	over[2].text = "4194304\n";
	expect("hugepages-limit", over, "0", without, NULL, 0, NULL);
	expect("hugepages-rsvd", over, "0", without, NULL, 0, NULL);
	over[3].text = "9223372036852678656\n";
	expect("hugepages-rsvd", over, "0", without, NULL, SEVERITY_WARNING, "limits use to 4 MiB");
	over[2].text = "9223372036852678656\n";
	expect("hugepages-rsvd", over, "0", without, NULL, 0, NULL);
}

/* The parent's limit binds as well. */
static void limits_of_parents(void **state)
{
	(void)state;
	expect("hugepages-limit",
		(struct entry[]){{"/proc/self/cgroup", "0::/pod/main\n"},
			{V2 "pod/hugetlb.2MB.max", "0\n"}, {V2 "pod/main/hugetlb.2MB.max", "max\n"},
			{0}},
		"0", without, NULL, SEVERITY_ERROR, "limit 0");
}

/* kubelet says what was requested per set of nodes. */
static void requests_add_up(void **state)
{
	static const char pod[] =
		"{\"version\":\"1.0\",\"interfaces\":[],\"containers\":{\"main\":{\"memory\":["
		"{\"type\":\"hugepages-2Mi\",\"bytes\":2097152,\"numaNodes\":[0]},"
		"{\"type\":\"hugepages-2Mi\",\"bytes\":2097152,\"numaNodes\":[1]}]}}}";

	(void)state;
	expect("hugepages-limit", (struct entry[]){{V2 "hugetlb.2MB.max", "2097152\n"}, {0}}, "0",
		without, pod, SEVERITY_ERROR, "allows 2 MiB, the pod was given 4 MiB");
	expect("hugepages-limit", (struct entry[]){{V2 "hugetlb.2MB.max", "4194304\n"}, {0}}, "0",
		without, pod, 0, NULL);
}

static void nodes(void **state)
{
	static const struct entry none_there[] = {{NODE1_2M "free_hugepages", "0\n"}, {0}};

	(void)state;
	expect("hugepages-node", NULL, "0-15", with_vf, NULL, 0, NULL);
	expect("hugepages-node", none_there, "0-15", with_vf, NULL, SEVERITY_WARNING,
		"on NUMA node 1, where no hugepage is free; elsewhere there are 1 GiB");
	expect("hugepages-node", none_there, "0-15", without, NULL, 0, NULL);
	/* free elsewhere, where this container may not take them */
	expect("hugepages-free",
		(struct entry[]){{"/proc/self/status", "CapEff:\t0\nMems_allowed_list:\t1\n"},
			{NODE1_2M "free_hugepages", "0\n"}, {0}},
		"0", without, NULL, SEVERITY_ERROR, "none of the machine's 2048 is free");
	expect("cpu-numa", NULL, "7-8", with_vf, NULL, 0, NULL);
	expect("cpu-numa", NULL, "0-7", with_vf, NULL, SEVERITY_WARNING, "none of the CPUs 0-7 is");
}

/* A mount may be listed before the one that it hangs on, and a covered one after what covers it. */
static void mounts_in_any_order(void **state)
{
	struct entry over[] =
		{{"/proc/self/mountinfo",
			 "40 30 0:27 / /dev/hugepages rw - hugetlbfs none rw,pagesize=2M\n"
			 "30 23 0:26 / /dev rw - tmpfs none rw\n"},
			{0}};

	(void)state;
	expect("hugetlbfs-type", over, "0", without, NULL, 0, NULL);
	over[0].text = "50 40 0:28 / /dev/hugepages rw - tmpfs none rw\n"
		       "40 30 0:27 / /dev/hugepages rw - hugetlbfs none rw,pagesize=2M\n";
	auto_report struct report r = {0};

	look(&r, "hugetlbfs-type", over, "0", without, NULL);
	assert_int_equal(r.n_findings, 2);
	assert_has(r.findings[0].found, "it is tmpfs");
	assert_has(r.findings[1].found, "covered");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(healthy),
		cmocka_unit_test(limits_of_version_1),
		cmocka_unit_test(limits_of_parents),
		cmocka_unit_test(requests_add_up),
		cmocka_unit_test(nodes),
		cmocka_unit_test(mounts_in_any_order),
	};

	return cmocka_run_group_tests_name("doctor", tests, NULL, NULL);
}
