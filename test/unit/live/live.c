/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recorded programs on a machine of two nodes (CPUs 0-7 and 8-15): what is read of them, and what
 * is said to cross. The base is process 4711 with its VF, its worker and its memory on node 1.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "live.h"
#include "machine.h"
#include "mem.h"

#define PROC "/proc/4711/"
#define MAIN PROC "task/4711/"
#define INTR PROC "task/4712/"
#define WORKER PROC "task/4713/"
#define STAT(name, cpu) \
	"4711 (" name \
	") R 1 4711 1 0 -1 4194304 9 0 0 0 5 5 0 0 20 0 3 0 100 1000 90 184467440 1 1 0 " \
	"0 0 0 0 0 0 0 0 0 17 " cpu " 0 0 0 0 0 0 0 0 0 0 0\n"
#define AT_NODE_1 \
	"7f0000000000 default file=/memfd:x\\040(deleted) huge dirty=32 N1=32 " \
	"kernelpagesize_kB=2048\n"
#define NIC0 "/sys/bus/pci/devices/0000:03:10.0/"

static const struct entry base[] = {
	{MAIN "comm", "dpdk-testpmd\n"},
	{MAIN "status", "Name:\tdpdk-testpmd\nCpus_allowed_list:\t0\n"},
	{MAIN "stat", STAT("dpdk-testpmd", "0")},
	{INTR "comm", "eal-intr-thread\n"},
	{INTR "status", "Cpus_allowed_list:\t0-7\n"},
	{INTR "stat", STAT("eal-intr-thread", "3")},
	{WORKER "comm", "rte-worker-1\n"},
	{WORKER "status", "Cpus_allowed_list:\t9\n"},
	{WORKER "stat", STAT("a ) b", "9")},
	{PROC "status", "VmLck:\t   65536 kB\nVmPin:\t       8 kB\nCapEff:\t0000000000004000\n"},
	{PROC "limits",
		"Limit                     Soft Limit           Hard Limit           Units     \n"
		"Max locked memory         8388608              16777216             bytes     \n"},
	{PROC "numa_maps", AT_NODE_1},
	{PROC "fd/0", "-> /dev/null"},
	{PROC "fd/1", "-> pipe:[12345]"},
	{PROC "fd/12", "-> /dev/vfio/vfio"},
	{PROC "fd/13", "-> /dev/vfio/42"},
	{"/sys/kernel/iommu_groups/42/devices/0000:3b:02.1", "-> ../../../../devices/x"},
	/* Another one, of node 0, that nothing points to yet. */
	{NIC0 "driver", "-> ../../../bus/pci/drivers/vfio-pci"},
	{NIC0 "numa_node", "0\n"},
	{NIC0 "class", "0x020000\n"},
	{NIC0 "iommu_group", "-> ../../../kernel/iommu_groups/7"},
	{"/sys/kernel/iommu_groups/7/devices/0000:03:10.0", "-> ../../../../devices/x"},
};

struct fixture {
	struct machine m;
	struct dpdkpod_facts *f;
	struct topology t;
	struct live l;
};

static void two_nodes(struct topology *t)
{
	*t = (struct topology){.n = 2, .distance = {{10, 21}, {21, 10}}};
	assert_return_code(cpulist_parse("0-7", &t->cpus[0], NULL), 0);
	assert_return_code(cpulist_parse("8-15", &t->cpus[1], NULL), 0);
}

/* over replaces entries of the base, or takes them away. */
static struct fixture *record(const struct entry *over)
{
	struct fixture *x = calloc(1, sizeof(*x));
	struct entry all[64] = {0};
	size_t n = 0;

	assert_non_null(x);
	for (size_t i = 0; i < ARRAY_SIZE(base); i++) {
		bool replaced = false;

		for (const struct entry *o = over; o && o->path; o++)
			replaced |= strcmp(o->path, base[i].path) == 0;
		if (!replaced)
			all[n++] = base[i];
	}
	for (const struct entry *o = over; o && o->path; o++)
		all[n++] = *o;
	machine_make(&x->m, all);
	x->f = machine_facts(&x->m, "0-15");
	two_nodes(&x->t);
	x->l.pid = 4711;
	return x;
}

static void must(int r, const struct err *e)
{
	if (r < 0)
		fail_msg("%s", e->msg);
}

static struct fixture *gathered(const struct entry *over)
{
	struct fixture *x = record(over);
	struct err e = ERR_INIT;

	must(live_process_read(x->m.root, 4711, &x->l.process, &e), &e);
	must(live_memory(x->m.root, &x->l, &e), &e);
	must(live_locked(x->m.root, &x->l, &e), &e);
	must(live_devices(x->f, NULL, &x->l, &e), &e);
	must(live_crossings(&x->t, &x->l, &e), &e);
	return x;
}

static void forget(struct fixture *x)
{
	live_free(&x->l);
	dpdkpod_facts_free(x->f);
	machine_remove(&x->m);
	free(x);
}

static void expect(const struct entry *over, int kind, const char *text, const char *remedy)
{
	struct fixture *x = gathered(over);

	if (x->l.n_crossings != 1)
		fail_msg("%zu crossings, not \"%s\"", x->l.n_crossings, text);
	assert_int_equal(x->l.crossings[0].kind, kind);
	assert_string_equal(x->l.crossings[0].text, text);
	assert_has(x->l.crossings[0].remedy, remedy);
	forget(x);
}

static void expect_silence(const struct entry *over)
{
	struct fixture *x = gathered(over);

	if (x->l.n_crossings)
		fail_msg("%s", x->l.crossings[0].text);
	forget(x);
}

/* ------------------------------------------------------------------ what is read */

static void threads(void **state)
{
	struct fixture *x = gathered(NULL);
	const struct live_process *p = &x->l.process;

	(void)state;
	assert_true(p->eal);
	assert_string_equal(p->name, "dpdk-testpmd");
	assert_int_equal(p->n_threads, 3);
	assert_int_equal(p->threads[0].role, ROLE_MAIN);
	assert_int_equal(p->threads[0].node, 0);
	assert_int_equal(p->threads[1].role, ROLE_CONTROL);
	assert_string_equal(p->threads[1].cpus, "0-7");
	assert_int_equal(p->threads[1].cpu, 3);
	assert_int_equal(p->threads[2].tid, 4713);
	assert_int_equal(p->threads[2].role, ROLE_WORKER);
	assert_int_equal(p->threads[2].cpu, 9); /* whatever the name has */
	assert_int_equal(p->threads[2].node, 1);
	struct cpulist cpus = {0};

	live_worker_cpus(p, &cpus);
	auto_free char *text = cpulist_format(&cpus);

	assert_string_equal(text, "9");
	forget(x);
}

static void names_of_every_version(void **state)
{
	static const struct {
		const char *name;
		int role;
	} cases[] = {
		{"lcore-slave-3\n", ROLE_WORKER},
		{"lcore-worker-12\n", ROLE_WORKER},
		{"rte-worker-127\n", ROLE_WORKER},
		{"dpdk-worker7\n", ROLE_WORKER},
		{"vpp_wk_0\n", ROLE_WORKER},
		{"pmd-c01/id:8\n", ROLE_WORKER},
		{"reactor_2\n", ROLE_WORKER},
		{"dpdk-intr\n", ROLE_CONTROL},
		{"dpdk-mp-msg\n", ROLE_CONTROL},
		{"dpdk-telemet-v2\n", ROLE_CONTROL},
		{"rte_mp_handle\n", ROLE_CONTROL},
		{"telemetry-v2\n", ROLE_CONTROL},
		{"dpdk-testpmd\n", ROLE_OTHER},
		{"\xc3\n", ROLE_OTHER},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct fixture *x = gathered((struct entry[]){{WORKER "comm", cases[i].name}, {0}});

		assert_int_equal(x->l.process.threads[2].role, cases[i].role);
		forget(x);
	}
}

static void not_there(void **state)
{
	struct fixture *x = record(NULL);
	struct live_process p;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(live_process_read(x->m.root, 4712, &p, &e), -ESRCH);
	assert_has(e.msg, "process 4712: there is no such process here");
	assert_has(e.remedy, "one container does not see another's");
	forget(x);
}

static void not_dpdk(void **state)
{
	struct fixture *x = gathered((struct entry[]){{INTR "comm", "sleep\n"}, {0}});

	(void)state;
	assert_false(x->l.process.eal);
	forget(x);
}

static void check_memory(const struct live_memory *m, int kind, int64_t page_size, int64_t on_0,
	int64_t on_1)
{
	int64_t got[2] = {0};

	assert_int_equal(m->kind, kind);
	assert_int_equal(m->page_size, page_size);
	for (size_t i = 0; i < m->n_nodes; i++)
		got[m->nodes[i].node] = m->nodes[i].bytes;
	assert_int_equal(got[0], on_0);
	assert_int_equal(got[1], on_1);
	assert_int_equal(m->bytes, on_0 + on_1);
}

static void memory(void **state)
{
	struct fixture *x = gathered((struct entry[]){
		{PROC "numa_maps",
			"7e0000000000 bind:1 file=/dev/hugepages/rtemap_0 huge dirty=1 N1=1 "
			"kernelpagesize_kB=1048576\n"
			"7e0040000000 default file=/anon_hugepage\\040(deleted) huge anon=3 "
			"dirty=3 N0=2 N1=1 kernelpagesize_kB=2048\n"
			"7e0080000000 prefer (many):0-1 file=/SYSV00000000\\040(deleted) huge "
			"dirty=1 N0=1 kernelpagesize_kB=2048\n"
			"7e00c0000000 default file=/memfd:nohuge\\040(deleted) dirty=5 mapmax=2 "
			"N0=5 kernelpagesize_kB=4\n"
			"7f0000000000 default\n"
			"7f0000001000 default anon=7 dirty=7 N0=3 N1=4 kernelpagesize_kB=4\n"
			"7f0000002000 default heap anon=2 dirty=2 active=0 N1=2 "
			"kernelpagesize_kB=4\n"
			"7f0000003000 default stack anon=1 N0=1 kernelpagesize_kB=4\n"
			"7f0000004000 default file=/usr/lib/huge/x\\040N1=9 mapped=9 N0=9 "
			"kernelpagesize_kB=4\n"
			"nonsense\n\n"
			"7f0000005000 default N0=1"},
		{0}});

	(void)state;
	assert_int_equal(x->l.n_memory, 5);
	check_memory(&x->l.memory[0], LIVE_HUGEPAGES, 1 << 30, 0, 1 << 30);
	check_memory(&x->l.memory[1], LIVE_HUGEPAGES, 2 << 20, 6 << 20, 2 << 20);
	check_memory(&x->l.memory[2], LIVE_NO_HUGE, 4096, 5 * 4096, 0);
	check_memory(&x->l.memory[3], LIVE_ANONYMOUS, 4096, 4 * 4096, 6 * 4096);
	check_memory(&x->l.memory[4], LIVE_FILES, 4096, 9 * 4096, 0);
	forget(x);
}

static void kernel_without_numa(void **state)
{
	struct fixture *x = record((struct entry[]){{PROC "numa_maps", NULL}, {0}});
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(live_memory(x->m.root, &x->l, &e), -ENOENT);
	forget(x);
}

static void locked(void **state)
{
	struct fixture *x = gathered(NULL);

	(void)state;
	assert_int_equal(x->l.locked.locked, 64 << 20);
	assert_int_equal(x->l.locked.pinned, 8192);
	assert_int_equal(x->l.locked.limit, 8 << 20);
	assert_int_equal(x->l.locked.ipc_lock, 1);
	forget(x);
	x = gathered((struct entry[]){{PROC "limits",
					      "Max locked memory         unlimited         "
					      "   unlimited            bytes\n"},
		{PROC "status", "CapEff:\t0000000000000000\n"}, {0}});
	assert_true(x->l.locked.limit == CODEC_ABSENT);
	assert_int_equal(x->l.locked.locked, 0);
	assert_int_equal(x->l.locked.ipc_lock, 0);
	forget(x);
}

static void devices_it_has_open(void **state)
{
	struct fixture *x = gathered((struct entry[]){{PROC "fd/13", "-> /dev/vfio/noiommu-7"},
		{PROC "fd/14", "-> /dev/uio0"}, {PROC "fd/15", "-> /dev/infiniband/uverbs2"},
		{PROC "fd/16", "-> /dev/vfio/devices/vfio3"}, {PROC "fd/17", "-> /dev/vfio/99"},
		{"/sys/class/uio/uio0/device", "-> /sys/bus/pci/devices/0000:04:00.0"},
		{"/sys/class/infiniband_verbs/uverbs2/device",
			"-> /sys/bus/pci/devices/0000:05:00.0"},
		{"/sys/class/vfio-dev/vfio3/device", "-> /sys/bus/pci/devices/0000:3b:02.1"},
		{"/sys/bus/pci/devices/0000:04:00.0/numa_node", "-1\n"},
		{"/sys/bus/pci/devices/0000:05:00.0/numa_node", "1\n"},
		/* A bridge in the group is nobody's NIC. */
		{"/sys/kernel/iommu_groups/7/devices/0000:00:1c.0", "-> ../../../../devices/y"},
		{"/sys/bus/pci/devices/0000:00:1c.0/driver",
			"-> ../../../bus/pci/drivers/pcieport"},
		{0}});
	const struct live *l = &x->l;
	unsigned int seen = 0;

	(void)state;
	assert_int_equal(l->n_nics, 4);
	for (size_t i = 0; i < l->n_nics; i++) {
		const struct live_nic *n = &l->nics[i];

		if (strcmp(n->pci, "0000:03:10.0") == 0 && n->node == 0 && n->group == 7)
			seen |= 1;
		if (strcmp(n->pci, "0000:04:00.0") == 0 && n->node == CODEC_ABSENT)
			seen |= 2;
		if (strcmp(n->pci, "0000:05:00.0") == 0 && n->node == 1)
			seen |= 4;
		if (strcmp(n->pci, "0000:3b:02.1") == 0 && strcmp(n->driver, "vfio-pci") == 0)
			seen |= 8;
	}
	assert_int_equal(seen, 15);
	forget(x);
}

static void devices_its_ports_name(void **state)
{
	struct fixture *x = record((struct entry[]){{"/sys/class/net/net1/device",
							    "-> /sys/bus/pci/devices/0000:03:10.0"},
		{"/sys/class/net/net2/device/numa_node", "1\n"}, {0}});
	struct live_port ports[] = {
		{.id = 0, .name = (char *)"0000:3b:02.1"},
		{.id = 1, .name = (char *)"net_af_packet0", .iface = (char *)"net1"},
		{.id = 2, .name = (char *)"net_af_xdp0", .iface = (char *)"net2"},
		{.id = 3, .name = (char *)"net_null0"},
	};
	struct err e = ERR_INIT;

	(void)state;
	x->l.ports = (struct live_ports){ports, ARRAY_SIZE(ports)};
	must(live_devices(x->f, NULL, &x->l, &e), &e);
	x->l.ports = (struct live_ports){0};
	assert_int_equal(x->l.n_nics, 3);
	/* The one that is open is the one that port 0 names. */
	assert_string_equal(x->l.nics[0].pci, "0000:3b:02.1");
	assert_int_equal(x->l.nics[0].port, 0);
	assert_string_equal(x->l.nics[1].pci, "0000:03:10.0");
	assert_string_equal(x->l.nics[1].interface, "net1");
	assert_int_equal(x->l.nics[1].node, 0);
	assert_null(x->l.nics[2].pci);
	assert_string_equal(x->l.nics[2].interface, "net2");
	assert_int_equal(x->l.nics[2].node, 1);
	forget(x);
}

/* ------------------------------------------------------------------ what crosses */

#define WORKER_ON(cpus) \
	{ \
		WORKER "status", "Cpus_allowed_list:\t" cpus "\n" \
	}
#define MEMORY(text) \
	{ \
		PROC "numa_maps", text \
	}
#define BOTH_NICS \
	{ \
		PROC "fd/14", "-> /dev/vfio/7" \
	}
#define NO_NIC \
	{ \
		PROC "fd/13", NULL \
	}

static void all_on_one_node(void **state)
{
	(void)state;
	expect_silence(NULL);
	/* The main lcore is not in the packets' way, nor is a touch of ordinary memory. */
	expect_silence((struct entry[]){{MAIN "status", "Cpus_allowed_list:\t0-15\n"},
		MEMORY(AT_NODE_1 "7f1000000000 default anon=90000 N0=90000 kernelpagesize_kB=4\n"
				 "7f2000000000 default file=/memfd:nohuge\\040(deleted) N0=9 "
				 "kernelpagesize_kB=4\n"),
		{0}});
}

static void a_pair_on_each_node(void **state)
{
	(void)state;
	expect_silence((struct entry[]){BOTH_NICS, {PROC "task/4714/comm", "rte-worker-2\n"},
		{PROC "task/4714/status", "Cpus_allowed_list:\t2\n"},
		{PROC "task/4714/stat", STAT("rte-worker-2", "2")},
		MEMORY(AT_NODE_1 "7f1000000000 default huge N0=32 kernelpagesize_kB=2048\n"), {0}});
}

static void nothing_known_nothing_said(void **state)
{
	(void)state;
	expect_silence(
		(struct entry[]){{"/sys/bus/pci/devices/0000:3b:02.1/numa_node", "-1\n"}, {0}});
	expect_silence((struct entry[]){NO_NIC, MEMORY(""), {0}});
}

static void worker_far_from_its_nic(void **state)
{
	(void)state;
	expect((struct entry[]){WORKER_ON("1"), {0}}, CROSS_WORKER_NIC,
		"worker thread 4713 (rte-worker-1, CPU 1) runs on node 0, its NIC 0000:3b:02.1 is "
		"on node "
		"1 (distance 21)",
		"CPUs of node 1 (8-15)");
	expect((struct entry[]){WORKER_ON("1,9"), {0}}, CROSS_WORKER_NIC,
		"worker thread 4713 (rte-worker-1, CPUs 1,9) may run on nodes 0-1, its NIC "
		"0000:3b:02.1 is "
		"on node 1 (distance 21)",
		"CPUs of node 1 (8-15)");
}

static void a_single_lcore_is_the_worker(void **state)
{
	(void)state;
	expect((struct entry[]){{WORKER "comm", "dpdk-testpmd\n"}, {0}}, CROSS_WORKER_NIC,
		"main thread 4711 (dpdk-testpmd, CPU 0) runs on node 0, its NIC 0000:3b:02.1 is on "
		"node 1 "
		"(distance 21)",
		"CPUs of node 1 (8-15)");
}

static void a_nic_without_a_worker(void **state)
{
	(void)state;
	expect((struct entry[]){BOTH_NICS,
		       MEMORY(AT_NODE_1 "7f1000000000 default huge N0=32 kernelpagesize_kB=2048\n"),
		       {0}},
		CROSS_NIC_WORKER,
		"NIC 0000:03:10.0 is on node 0, where no worker runs: they are on node 1",
		"CPUs of node 0 (0-7)");
}

static void memory_far_from_the_nic(void **state)
{
	(void)state;
	/* All of it: that is said once, not once more of the NIC. */
	expect((struct entry[]){MEMORY("7f1000000000 default huge N0=256 kernelpagesize_kB=2048\n"),
		       {0}},
		CROSS_MEMORY_NIC,
		"512 MiB of its hugepages are on node 0, its NIC 0000:3b:02.1 is on node 1 "
		"(distance 21)",
		"0 for node 0");
	expect(
		(struct entry[]){
			MEMORY(AT_NODE_1
				"7f1000000000 default huge N0=256 kernelpagesize_kB=2048\n"),
			{0}},
		CROSS_MEMORY_NIC,
		"512 MiB of its hugepages are on node 0, its NIC 0000:3b:02.1 is on node 1 "
		"(distance 21)",
		"0 for node 0");
	expect(
		(struct entry[]){
			MEMORY(AT_NODE_1
				"7f1000000000 default file=/memfd:nohuge\\040(deleted) N0=256 "
				"kernelpagesize_kB=4\n"),
			{0}},
		CROSS_MEMORY_NIC,
		"1 MiB of its hugepages are on node 0, its NIC 0000:3b:02.1 is on node 1 (distance "
		"21)",
		"");
}

static void a_nic_without_memory(void **state)
{
	(void)state;
	expect((struct entry[]){BOTH_NICS, {PROC "task/4714/comm", "rte-worker-2\n"},
		       {PROC "task/4714/status", "Cpus_allowed_list:\t2\n"},
		       {PROC "task/4714/stat", STAT("rte-worker-2", "2")}, WORKER_ON("9"),
		       MEMORY(AT_NODE_1), {0}},
		CROSS_NIC_MEMORY,
		"NIC 0000:03:10.0 is on node 0, all of the program's hugepages are on node 1",
		"--socket-mem with an amount for node 0");
}

static void worker_far_from_all_memory(void **state)
{
	(void)state;
	expect((struct entry[]){NO_NIC, WORKER_ON("1"), {0}}, CROSS_WORKER_MEMORY,
		"worker thread 4713 (rte-worker-1, CPU 1) runs on node 0, all of its hugepages are "
		"on node 1",
		"CPUs of node 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads),
		cmocka_unit_test(names_of_every_version),
		cmocka_unit_test(not_there),
		cmocka_unit_test(not_dpdk),
		cmocka_unit_test(memory),
		cmocka_unit_test(kernel_without_numa),
		cmocka_unit_test(locked),
		cmocka_unit_test(devices_it_has_open),
		cmocka_unit_test(devices_its_ports_name),
		cmocka_unit_test(all_on_one_node),
		cmocka_unit_test(a_pair_on_each_node),
		cmocka_unit_test(nothing_known_nothing_said),
		cmocka_unit_test(worker_far_from_its_nic),
		cmocka_unit_test(a_single_lcore_is_the_worker),
		cmocka_unit_test(a_nic_without_a_worker),
		cmocka_unit_test(memory_far_from_the_nic),
		cmocka_unit_test(a_nic_without_memory),
		cmocka_unit_test(worker_far_from_all_memory),
	};

	return cmocka_run_group_tests_name("live", tests, NULL, NULL);
}
