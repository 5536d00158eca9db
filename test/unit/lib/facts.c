/* SPDX-License-Identifier: Apache-2.0 */
/* Live facts: what is read from where, and what two sources make together. */
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <unistd.h>

#include "machine.h"
#include "process.h"
#include "mem.h"

static void cpus_are_affinity_within_cpuset(void **state)
{
	struct machine m;

	(void)state;
	machine_make(&m, (struct entry[]){{"/sys/fs/cgroup/cpuset.cpus.effective", "2-5\n"}, {0}});
	struct dpdkpod_facts *f = machine_facts(&m, "4-9");

	assert_string_equal(dpdkpod_facts_cpus(f), "4-5");
	assert_string_equal(dpdkpod_facts_affinity(f), "4-9");
	assert_string_equal(dpdkpod_facts_cpuset(f), "2-5");
	dpdkpod_facts_free(f);
	machine_remove(&m);
}

static void without_cpuset_affinity_alone(void **state)
{
	struct machine m;

	(void)state;
	machine_make(&m, (struct entry[]){{"/sys/fs/cgroup/cpuset.cpus.effective", NULL}, {0}});
	struct dpdkpod_facts *f = machine_facts(&m, "4-9");

	assert_string_equal(dpdkpod_facts_cpus(f), "4-9");
	assert_null(dpdkpod_facts_cpuset(f));
	dpdkpod_facts_free(f);
	machine_remove(&m);
}

static void hugepages(void **state)
{
	struct machine m;

	(void)state;
	machine_make(&m,
		(struct entry[]){{"/sys/kernel/mm/hugepages/hugepages-1048576kB/free_hugepages",
					 "3\n"},
			{"/sys/kernel/mm/hugepages/hugepages-1048576kB/resv_hugepages", "1\n"},
			{"/sys/devices/system/node/node1/hugepages/hugepages-1048576kB/free_hugepages",
				"3\n"},
			{"/sys/devices/system/node/node1/hugepages/hugepages-1048576kB/nr_hugepages",
				"4\n"},
			{"/sys/devices/system/node/node0/hugepages/hugepages-1048576kB/free_hugepages",
				"0\n"},
			{"/sys/fs/cgroup/hugetlb.1GB.max", "1073741824\n"}, {0}});
	struct dpdkpod_facts *f = machine_facts(&m, "0");

	assert_int_equal(dpdkpod_facts_hugepages_count(f), 4); /* two sizes, two nodes */
	const struct dpdkpod_hugepages *h = dpdkpod_facts_hugepages_at(f, 3);

	assert_int_equal(h->page_size, 1u << 30);
	assert_int_equal(h->node, 1);
	assert_int_equal(h->free_pages, 3);
	assert_int_equal(h->total_pages, 4);
	assert_null(dpdkpod_facts_hugepages_at(f, 4));
	assert_int_equal(dpdkpod_facts_hugepages_allowed(f, 1u << 30), 1u << 30);
	assert_true(dpdkpod_facts_hugepages_allowed(f, 2u << 20) == UINT64_MAX);
	assert_int_equal(f->sizes[1].free, 2); /* reserved pages are somebody's */
	dpdkpod_facts_free(f);
	machine_remove(&m);
}

static void kernel_without_numa(void **state)
{
	struct machine m;
	static const char n0[] = "/sys/devices/system/node/node0/",
			  n1[] = "/sys/devices/system/node/node1/";
	char path[6][128];
	struct entry over[] = {{"/sys/devices/system/node/online", NULL}, {path[0], NULL},
		{path[1], NULL}, {path[2], NULL}, {path[3], NULL}, {path[4], NULL}, {path[5], NULL},
		{0}};

	(void)state;
	for (int i = 0; i < 2; i++) {
		const char *node = i ? n1 : n0;

		(void)snprintf(path[i * 3], 128, "%scpulist", node);
		(void)snprintf(path[i * 3 + 1], 128, "%shugepages/hugepages-2048kB/free_hugepages",
			node);
		(void)snprintf(path[i * 3 + 2], 128, "%shugepages/hugepages-2048kB/nr_hugepages",
			node);
	}
	machine_make(&m, over);
	struct dpdkpod_facts *f = machine_facts(&m, "0");

	assert_int_equal(dpdkpod_facts_hugepages_count(f), 1);
	assert_int_equal(dpdkpod_facts_hugepages_at(f, 0)->node, 0);
	assert_int_equal(dpdkpod_facts_hugepages_at(f, 0)->free_pages, 1024);
	dpdkpod_facts_free(f);
	machine_remove(&m);
}

static void mounts(void **state)
{
	struct machine m;

	(void)state;
	machine_make(&m,
		(struct entry[]){
			{"/proc/self/mountinfo",
				MACHINE_MOUNTS
				"40 23 0:40 / /ro ro,relatime - hugetlbfs none ro,pagesize=2M\n"
				"41 23 0:41 / /gone rw,relatime - hugetlbfs none rw,pagesize=2M\n"
				"42 23 0:42 / /masked rw,relatime - hugetlbfs none rw,pagesize=2M\n"
				"43 42 0:43 / /masked rw,relatime - tmpfs none rw\n"
				"44 23 0:44 / /below/huge rw,relatime - hugetlbfs none rw,pagesize=2M\n"
				"45 23 0:45 / /below rw,relatime - tmpfs none rw\n"
				"46 23 0:46 / /my\\040huge rw shared:5 master:2 - hugetlbfs none rw,pagesize=2M\n"
				"47 23 0:47 / /later rw,relatime - hugetlbfs none rw,pagesize=2M\n"
				"48 23 0:48 / /other rw,relatime - hugetlbfs none rw,pagesize=1024M\n"},
			{"/ro", "/"}, {"/masked", "/"}, {"/below", "/"}, {"/below/huge", "/"},
			{"/my huge", "/"}, {"/later", "/"}, {"/other", "/"}, {0}});
	struct dpdkpod_facts *f = machine_facts(&m, "0");

	/* not read-only, there, and not under another mount */
	assert_string_equal(dpdkpod_facts_hugepages_mount(f, 2u << 20), "/my huge");
	assert_null(dpdkpod_facts_hugepages_mount(f, 1u << 30)); /* a size the machine lacks */
	dpdkpod_facts_free(f);
	machine_remove(&m);
}

static void no_hugepages_at_all(void **state)
{
	static const char dir[] = "/sys/kernel/mm/hugepages/hugepages-2048kB/";
	char path[3][128];
	struct machine m;

	(void)state;
	(void)snprintf(path[0], 128, "%sfree_hugepages", dir);
	(void)snprintf(path[1], 128, "%sresv_hugepages", dir);
	(void)snprintf(path[2], 128, "%snr_hugepages", dir);
	machine_make(&m, (struct entry[]){{path[0], NULL}, {path[1], NULL}, {path[2], NULL}, {0}});
	struct dpdkpod_facts *f = machine_facts(&m, "0");

	assert_int_equal(dpdkpod_facts_hugepages_count(f), 0);
	assert_int_equal(dpdkpod_facts_hugepages_allowed(f, 2u << 20), 0);
	dpdkpod_facts_free(f);
	machine_remove(&m);
}

static void locked_memory(void **state)
{
	static const char status[] = "CapEff:\t0000000000004000\nCapBnd:\t0\n"; /* IPC_LOCK */
	struct machine m;

	(void)state;
	/* In a user namespace the capability does not lift the limit. */
	for (int user = 0; user < 2; user++) {
		machine_make(&m,
			(struct entry[]){{"/proc/self/status", status},
				{"/proc/self/uid_map",
					user ? "0 100000 65536\n" : "0 0 4294967295\n"},
				{0}});
		struct facts_source s = machine_source(&m, "0");
		struct dpdkpod_facts *f;

		s.memlock = 65536;
		assert_int_equal(facts_gather(&s, &f, NULL), 0);
		assert_int_equal(facts_may_lock_all(f), !user);
		assert_int_equal(dpdkpod_facts_memlock(f), 65536);
		assert_int_equal(dpdkpod_facts_capabilities(f), 1u << 14);
		dpdkpod_facts_free(f);
		machine_remove(&m);
	}
}

static void expect_runtime(uid_t uid, char *const *env, const struct entry *over, const char *dir,
	bool writable)
{
	struct dpdkpod_facts *f;
	struct machine m;

	machine_make(&m, over);
	struct facts_source s = machine_source(&m, "0");

	s.uid = uid;
	s.env = env;
	assert_int_equal(facts_gather(&s, &f, NULL), 0);
	assert_string_equal(f->runtime[0].dir, dir);
	assert_int_equal(f->runtime[0].writable, writable);
	dpdkpod_facts_free(f);
	machine_remove(&m);
}

static void runtime_directory(void **state)
{
	char *none[] = {NULL}, *xdg[] = {"XDG_RUNTIME_DIR=/run/u", NULL};
	char *systemd[] = {"XDG_RUNTIME_DIR=/run/u", "RUNTIME_DIRECTORY=/run/x", NULL};
	struct dpdkpod_facts *f;
	struct machine m;
	const struct entry dirs[] = {{"/run/u", "/"}, {0}}, gone[] = {{"/run", NULL}, {0}};

	(void)state;
	expect_runtime(0, none, NULL, "/var/run", true);
	expect_runtime(0, xdg, NULL, "/var/run", true);
	expect_runtime(1000, xdg, dirs, "/run/u", true);
	expect_runtime(1000, none, NULL, "/tmp", true);
	expect_runtime(0, systemd, NULL, "/run/x", false); /* it is not there */
	expect_runtime(0, none, gone, "/var/run", false);
	/* What an older EAL does is known too. */
	machine_make(&m, NULL);
	struct facts_source s = machine_source(&m, "0");

	s.env = systemd;
	assert_int_equal(facts_gather(&s, &f, NULL), 0);
	assert_string_equal(f->runtime[1].dir, "/var/run");
	assert_true(f->runtime[1].writable);
	dpdkpod_facts_free(f);
	machine_remove(&m);
}

static void instance_is_namespace_and_pid(void **state)
{
	struct machine m;

	(void)state;
	machine_make(&m, NULL);
	struct dpdkpod_facts *f = machine_facts(&m, "0");

	assert_string_equal(f->instance, "pod-4026532001-7");
	dpdkpod_facts_free(f);
	machine_remove(&m);
}

/* What the kernel says of this very process. */
static void live(void **state)
{
	struct dpdkpod_facts *f = NULL;
	struct dpdkpod_error err = {0};
	struct cpulist set;
	char name[IF_NAMESIZE];

	(void)state;
	assert_int_equal(process_affinity(&set), 0);
	assert_int_equal((long)cpulist_count(&set) <= sysconf(_SC_NPROCESSORS_CONF), 1);
	assert_int_equal(dpdkpod_facts_read(&f, &err), 0);
	auto_free char *text = cpulist_format(&set);

	assert_string_equal(dpdkpod_facts_affinity(f), text);
	assert_true(f->caps_bounding >= f->caps || f->caps != 0);
	if (if_indextoname(1, name)) {
		const struct facts_link *l = facts_link(f, name);

		assert_non_null(l);
		assert_true(l->mtu > 0);
	}
	assert_null(facts_link(f, "no-such-link"));
	dpdkpod_facts_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cpus_are_affinity_within_cpuset),
		cmocka_unit_test(without_cpuset_affinity_alone),
		cmocka_unit_test(hugepages),
		cmocka_unit_test(kernel_without_numa),
		cmocka_unit_test(mounts),
		cmocka_unit_test(no_hugepages_at_all),
		cmocka_unit_test(locked_memory),
		cmocka_unit_test(runtime_directory),
		cmocka_unit_test(instance_is_namespace_and_pid),
		cmocka_unit_test(live),
	};

	return cmocka_run_group_tests_name("facts", tests, NULL, NULL);
}
