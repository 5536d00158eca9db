/* SPDX-License-Identifier: Apache-2.0 */
/* "numa": on a recorded machine of two sockets with two nodes each, and a node without CPUs. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "locality.h"
#include "nl.h"
#include "test.h"
#include "tree.h"

#define NODES "sys/devices/system/node"
#define CPUS "var/lib/kubelet/cpu_manager_state"
#define MEMORY "var/lib/kubelet/memory_manager_state"
#define CHECKPOINT "var/lib/kubelet/device-plugins/kubelet_internal_checkpoint"

static struct machine m;
static struct attach a;

static void pod(const char *uid, int numa, int scope)
{
	struct sandbox none = SANDBOX_INIT;

	attach_free(&a);
	attach_init(&a, &m, &none);
	a.conf.numa = numa;
	a.conf.numa_scope = scope;
	kubelet_init(&a.kubelet, tree_root, NULL, NULL, NULL, uid);
}

static int set_up(void **state)
{
	struct sandbox none = SANDBOX_INIT;
	int r = tree_set_up(state);

	m = (struct machine)MACHINE_INIT;
	m.root = tree_root;
	attach_init(&a, &m, &none);
	return r < 0 ? r : nl_open(&m.nl, NULL);
}

static int tear_down(void **state)
{
	attach_free(&a);
	nl_sock_freep(&m.nl);
	return tree_tear_down(state);
}

static struct nic nic(const char *address, int64_t node)
{
	struct nic n;

	nic_init(&n);
	(void)snprintf(n.pci.address, sizeof(n.pci.address), "%s", address);
	(void)snprintf(n.pci.pf, sizeof(n.pci.pf), "0000:3b:00.0");
	n.pci.numa_node = node;
	return n;
}

/* 0, or the code of the refusal; *says is in it. */
static int judge(const char *uid, int scope, int64_t node, const char *says)
{
	struct nic n = nic("0000:3b:02.1", node);
	struct err e = ERR_INIT;

	pod(uid, NUMA_REQUIRE, scope);
	if (locality_allowed(&a, &n, &e) == 0)
		return 0;
	if (!strstr(e.msg, says))
		fail_msg("\"%s\" does not say \"%s\"", e.msg, says);
	assert_true(e.remedy[0] != '\0');
	return e.code;
}

static void require(void **state)
{
	(void)state;
	tree_four_nodes();
	tree_file(CPUS,
		"{\"entries\":{\"near\":{\"fwd\":\"2-3\"},\"two\":{\"fwd\":\"2\",\"side\":\"7\"}}}",
		0600);
	assert_int_equal(judge("near", NUMA_NODE, 1, ""), 0);
	assert_int_equal(judge("near", NUMA_NODE, 0,
				 "VF 0000:3b:02.1 is on node 0; the pod's CPUs 2-3 are on node 1"),
		ERR_REFUSED);
	assert_int_equal(judge("near", NUMA_SOCKET, 0, ""), 0);
	assert_int_equal(judge("near", NUMA_SOCKET, 2, "on node 2"), ERR_REFUSED);
	assert_int_equal(judge("near", NUMA_NODE, CODEC_ABSENT, "firmware does not tell"),
		ERR_REFUSED);
	/* CPUs on several nodes: either will do. */
	assert_int_equal(judge("two", NUMA_NODE, 1, ""), 0);
	assert_int_equal(judge("two", NUMA_NODE, 3, ""), 0);
	assert_int_equal(judge("two", NUMA_NODE, 2, "CPUs 2,7 are on node 1,3"), ERR_REFUSED);
	/* No exclusive CPUs; no kubelet that says so; no pod of a kubelet. */
	assert_int_equal(judge("other", NUMA_NODE, 1, "has no exclusive CPUs"), ERR_REFUSED);
	assert_int_equal(judge(NULL, NUMA_NODE, 1, "CNI_ARGS names no pod"), ERR_REFUSED);
	tree_file(CPUS, "damaged", 0600);
	assert_int_equal(judge("near", NUMA_NODE, 1,
				 "not known: kubelet: /var/lib/kubelet/cpu_manager_state"),
		ERR_AGAIN);
	/* Where there is one node there is nothing to ask. */
	tree_file(NODES "/online", "0\n", 0444);
	assert_int_equal(judge("near", NUMA_NODE, CODEC_ABSENT, ""), 0);
	assert_int_equal(judge(NULL, NUMA_NODE, 0, ""), 0);
}

static void hugepages(void **state)
{
	(void)state;
	tree_four_nodes();
	tree_file(CPUS, "{\"entries\":{\"u\":{\"fwd\":\"0-3\"}}}", 0600);
	tree_file(MEMORY,
		"{\"entries\":{\"u\":{\"fwd\":[{\"type\":\"memory\",\"size\":1,\"numaAffinity\":[3]},"
		"{\"type\":\"hugepages-1Gi\",\"size\":1,\"numaAffinity\":[1]}]}}}",
		0600);
	assert_int_equal(judge("u", NUMA_NODE, 1, ""), 0);
	assert_int_equal(judge("u", NUMA_NODE, 0, "are on node 0-1, its hugepages on node 1"),
		ERR_REFUSED);
	assert_int_equal(judge("u", NUMA_SOCKET, 0, ""), 0);
}

/* The container that the device was allocated to is the one that counts. */
static void of_the_container(void **state)
{
	(void)state;
	tree_four_nodes();
	tree_file(CPUS, "{\"entries\":{\"u\":{\"fwd\":\"2\",\"side\":\"7\"}}}", 0600);
	tree_file(CHECKPOINT,
		"{\"Data\":{\"PodDeviceEntries\":[{\"PodUID\":\"u\",\"ContainerName\":\"fwd\","
		"\"ResourceName\":\"r\",\"DeviceIDs\":{\"1\":[\"0000:3b:02.1\"]}}]}}",
		0600);
	assert_int_equal(judge("u", NUMA_NODE, 1, ""), 0);
	assert_int_equal(judge("u", NUMA_NODE, 3, "CPUs 2 of container fwd are on node 1"),
		ERR_REFUSED);
}

static void ignore_and_prefer_refuse_nothing(void **state)
{
	struct nic n = nic("0000:3b:02.1", 3);

	(void)state;
	tree_four_nodes();
	tree_file(CPUS, "{\"entries\":{\"u\":{\"fwd\":\"2\"}}}", 0600);
	for (int numa = -1; numa < NUMA_REQUIRE; numa++) {
		pod("u", numa, -1);
		assert_int_equal(locality_allowed(&a, &n, NULL), 0);
		/* They do not even ask. */
		assert_false(a.kubelet.asked);
	}
}

/* VFs 0 to 5, on nodes 3 1 - 0 1 3. */
static struct pool vfs(void)
{
	static const int64_t nodes[] = {3, 1, CODEC_ABSENT, 0, 1, 3};
	struct pool p = {.vf = calloc(6, sizeof(*p.vf)), .n = 6};

	for (size_t i = 0; i < 6; i++) {
		(void)snprintf(p.vf[i].address, PCIADDR_LEN, "0000:3b:02.%zu", i);
		p.vf[i].node = nodes[i];
	}
	return p;
}

static void assert_order(const char *uid, int numa, int scope, const char *want)
{
	struct pool p = vfs();
	char got[8] = "";

	pod(uid, numa, scope);
	assert_int_equal(locality_arrange(&a, &p, NULL), 0);
	for (size_t i = 0; i < p.n; i++)
		got[i] = p.vf[i].address[11];
	assert_string_equal(got, want);
	pool_free(&p);
}

static int refused(const char *uid, const char *says)
{
	struct pool p = vfs();
	struct err e = ERR_INIT;

	pod(uid, NUMA_REQUIRE, NUMA_NODE);
	assert_true(locality_arrange(&a, &p, &e) < 0);
	if (!strstr(e.msg, says))
		fail_msg("\"%s\" does not say \"%s\"", e.msg, says);
	pool_free(&p);
	return e.code;
}

static void the_near_ones_first(void **state)
{
	(void)state;
	tree_four_nodes();
	tree_file(CPUS, "{\"entries\":{\"u\":{\"fwd\":\"2\"},\"far\":{\"fwd\":\"4\"}}}", 0600);
	assert_order("u", -1, -1, "140235");
	assert_order("u", NUMA_PREFER, NUMA_SOCKET, "134025");
	assert_order("u", NUMA_IGNORE, -1, "012345");
	assert_order("u", NUMA_REQUIRE, -1, "14");
	assert_order("u", NUMA_REQUIRE, NUMA_SOCKET, "134");
	/* Nothing is known: as the network says. */
	assert_order("other", NUMA_PREFER, -1, "012345");
	assert_order(NULL, NUMA_PREFER, -1, "012345");
	assert_order("far", NUMA_PREFER, -1, "012345");
	assert_int_equal(refused("far", "none of the 6 VFs"), ERR_REFUSED);
	assert_int_equal(refused("other", "no exclusive CPUs"), ERR_REFUSED);
	tree_file(NODES "/online", "0\n", 0444);
	assert_order("u", NUMA_REQUIRE, -1, "012345");
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(require),
		T(hugepages),
		T(of_the_container),
		T(ignore_and_prefer_refuse_nothing),
		T(the_near_ones_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
