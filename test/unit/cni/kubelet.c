/* SPDX-License-Identifier: Apache-2.0 */
/* What the kubelet's state files say of a pod, in the formats of its releases; the service itself is
 * tested by netns/kubelet.sh. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "file.h"
#include "kubelet.h"
#include "kubelet_fill.h"
#include "mem.h"
#include "test.h"
#include "tree.h"

#define UID "5f0e4b1c-8d1f-4c39-9a39-1f3b62c5d0aa"
#define OTHER "0c1f9d9e-3c55-4f5b-8f0c-4c4be8a9d111"
#define CPUS "var/lib/kubelet/cpu_manager_state"
#define MEMORY "var/lib/kubelet/memory_manager_state"
#define CHECKPOINT "var/lib/kubelet/device-plugins/kubelet_internal_checkpoint"

static struct kubelet k;

static enum kubelet_source ask(const char *uid)
{
	kubelet_free(&k);
	kubelet_init(&k, tree_root, NULL, NULL, NULL, uid);
	return kubelet_ask(&k);
}

static int set_up(void **state)
{
	memset(&k, 0, sizeof(k));
	return tree_set_up(state);
}

static int tear_down(void **state)
{
	kubelet_free(&k);
	return tree_tear_down(state);
}

static void assert_cpus(size_t i, const char *name, const char *cpus)
{
	assert_true(i < k.n_containers);
	assert_string_equal(k.containers[i].name, name);
	assert_string_equal(k.containers[i].cpus, cpus);
	assert_int_equal(k.containers[i].exclusive, 1);
}

/* 1.18 to 1.33 */
static void cpus_of_version_2(void **state)
{
	(void)state;
	tree_file(CPUS,
		"{\"policyName\":\"static\",\"defaultCpuSet\":\"0,2-12,14-23\",\"entries\":{"
		"\"" OTHER "\":{\"app\":\"5\"},\"" UID "\":{\"fwd\":\"1,13\",\"two\":\"20-23\"}},"
		"\"checksum\":1363482534}",
		0600);
	assert_int_equal(ask(UID), KUBELET_FILES);
	assert_int_equal(k.n_containers, 2);
	assert_cpus(0, "fwd", "1,13");
	assert_cpus(1, "two", "20-23");
	/* A pod that the file does not name has no exclusive ones. */
	assert_int_equal(ask("u-3"), KUBELET_FILES);
	assert_int_equal(k.n_containers, 0);
	/* And with no UID the file is of no use. */
	assert_int_equal(ask(NULL), KUBELET_SILENT);
}

static void cpus_of_policy_none(void **state)
{
	(void)state;
	tree_file(CPUS, "{\"policyName\":\"none\",\"defaultCpuSet\":\"\",\"checksum\":1353318690}",
		0600);
	assert_int_equal(ask(UID), KUBELET_FILES);
	assert_int_equal(k.n_containers, 0);
}

/* Before 1.18: containers by their IDs, which do not exist yet. */
static void cpus_of_version_1(void **state)
{
	(void)state;
	tree_file(CPUS,
		"{\"policyName\":\"static\",\"defaultCPUSet\":\"0,2-3\",\"entries\":{"
		"\"3a1c72d8fd8e2f3b\":\"1\"},\"checksum\":2}",
		0600);
	assert_int_equal(ask(UID), KUBELET_SILENT);
	assert_non_null(strstr(k.why.msg, "version 1 names no pods"));
}

/* CPUs of the pod as a whole: what no container has of its own, the others share. */
static void cpus_of_version_3(void **state)
{
	(void)state;
	tree_file(CPUS,
		"{\"policyName\":\"static\",\"defaultCpuSet\":\"0\",\"entries\":{\"" UID "\":{"
		"\"fwd\":\"2-3\",\"side\":\"\"}},\"podEntries\":{\"" OTHER "\":{\"cpuSet\":\"9\"},"
		"\"" UID "\":{\"cpuSet\":\"2-5\"}},\"checksum\":3}",
		0600);
	assert_int_equal(ask(UID), KUBELET_FILES);
	assert_cpus(0, "fwd", "2-3");
	assert_cpus(1, "side", "4-5");
}

/* The newest: what is in "data" counts, not what is beside it for older kubelets. */
static void cpus_in_a_string(void **state)
{
	(void)state;
	tree_file(CPUS,
		"{\"policyName\":\"static\",\"entries\":{\"" UID "\":{\"fwd\":\"9\"}},"
		"\"checksum\":1,\"data\":\"{\\\"policyName\\\":\\\"static\\\",\\\"defaultCpuSet\\\":\\\"0\\\","
		"\\\"entries\\\":{\\\"" UID
		"\\\":{\\\"fwd\\\":\\\"2-3\\\"}}}\",\"dataChecksum\":77}",
		0600);
	tree_file(MEMORY,
		"{\"policyName\":\"Static\",\"machineState\":{},\"checksum\":1,\"data\":"
		"\"{\\\"entries\\\":{\\\"" UID
		"\\\":{\\\"fwd\\\":[{\\\"numaAffinity\\\":[1],\\\"type\\\":"
		"\\\"hugepages-1Gi\\\",\\\"size\\\":1073741824}]}}}\",\"dataChecksum\":5}",
		0600);
	assert_int_equal(ask(UID), KUBELET_FILES);
	assert_cpus(0, "fwd", "2-3");
	assert_int_equal(k.containers[0].n_memory, 1);
	assert_int_equal(k.containers[0].memory[0].numa_nodes[0], 1);
}

static void memory(void **state)
{
	(void)state;
	tree_file(CPUS, "{\"entries\":{\"" UID "\":{\"fwd\":\"1\"}}}", 0600);
	tree_file(MEMORY,
		"{\"policyName\":\"Static\",\"machineState\":{\"0\":{\"numberOfAssignments\":2,"
		"\"memoryMap\":{\"memory\":{\"total\":1}},\"cells\":[0]}},\"entries\":{\"" OTHER
		"\":{\"x\":[]},"
		"\"" UID
		"\":{\"fwd\":[{\"numaAffinity\":[0,1],\"type\":\"memory\",\"size\":209715200},"
		"{\"numaAffinity\":[0],\"type\":\"hugepages-2Mi\",\"size\":104857600}],"
		"\"side\":[{\"numaAffinity\":[1],\"type\":\"memory\",\"size\":1}]}},\"checksum\":1}",
		0600);
	assert_int_equal(ask(UID), KUBELET_FILES);
	assert_int_equal(k.n_containers, 2);
	assert_cpus(0, "fwd", "1");
	const struct podfile_container *c = k.containers;

	assert_int_equal(c[0].n_memory, 2);
	assert_string_equal(c[0].memory[0].type, "memory");
	assert_int_equal(c[0].memory[0].n_numa_nodes, 2);
	assert_int_equal(c[0].memory[1].bytes, 104857600);
	/* It has memory of its own, but no CPUs. */
	assert_string_equal(c[1].name, "side");
	assert_null(c[1].cpus);
	assert_int_equal(c[1].exclusive, 0);
}

/* Nothing of a damaged file is believed, and no other file is lost by it. */
static void damage(void **state)
{
	static const char *const bad[] = {"", "{", "[]", "null", "{\"entries\":[]}",
		"{\"entries\":{\"" UID "\":[]}}", "{\"entries\":{\"" UID "\":{\"a\":1}}}",
		"{\"entries\":{\"" UID "\":{\"a\":\"1\",\"b\":\"x\"}}}",
		"{\"entries\":{\"" UID "\":{\"a\":\"9000\"}}}",
		"{\"entries\":{\"" UID "\":{\"a b\":\"1\"}}}",
		"{\"entries\":{\"" UID "\":{\"\":\"1\"}}}", "{\"data\":\"{\"}", "{\"data\":\"[]\"}",
		"{\"data\":1}", "{\"podEntries\":{\"" UID "\":{\"cpuSet\":\"x\"}}}",
		"{\"podEntries\":[]}", "{\"podEntries\":{\"" UID "\":\"1\"}}"};
	static const char *const bad_memory[] = {"",
		"{\"entries\":{\"" UID "\":{\"fwd\":[{\"type\":1}]}}}",
		"{\"entries\":{\"" UID "\":{\"fwd\":[{\"type\":\"m\",\"size\":-1}]}}}",
		"{\"entries\":{\"" UID
		"\":{\"fwd\":[{\"numaAffinity\":[5000],\"type\":\"m\",\"size\":1}]}}}"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		tree_file(CPUS, bad[i], 0600);
		if (ask(UID) != KUBELET_SILENT || k.n_containers)
			fail_msg("taken: %s", bad[i]);
		assert_non_null(strstr(k.why.msg, "cpu_manager_state"));
	}
	tree_file(CPUS, "{\"entries\":{\"" UID "\":{\"fwd\":\"1\"}}}", 0600);
	for (size_t i = 0; i < sizeof(bad_memory) / sizeof(*bad_memory); i++) {
		tree_file(MEMORY, bad_memory[i], 0600);
		assert_int_equal(ask(UID), KUBELET_FILES);
		assert_cpus(0, "fwd", "1");
		assert_int_equal(k.containers[0].n_memory, 0);
	}
}

static void too_large(void **state)
{
	char *text = malloc(17000001);

	(void)state;
	memset(text, ' ', 17000000);
	text[17000000] = '\0';
	tree_file(CPUS, text, 0600);
	free(text);
	assert_int_equal(ask(UID), KUBELET_SILENT);
	assert_non_null(strstr(k.why.msg, "too large"));
}

static void assert_owner(const char *address, const char *container, const char *resource,
	const char *pod)
{
	const struct kubelet_device *d = kubelet_owner(&k, address);

	assert_non_null(d);
	if (container)
		assert_string_equal(d->container, container);
	if (resource)
		assert_string_equal(d->resource, resource);
	if (pod)
		assert_string_equal(d->pod, pod);
	else
		assert_null(d->pod);
}

/* Since 1.20 the IDs are listed by NUMA node, before that not. */
static void devices(void **state)
{
	static const char *const ids[] = {"{\"1\":[\"0000:3b:02.1\",\"0000:3b:02.2\"]}",
		"[\"0000:3b:02.1\",\"0000:3b:02.2\"]"};
	char text[2000];

	(void)state;
	tree_file(CPUS, "{\"entries\":{}}", 0600);
	for (size_t i = 0; i < 2; i++) {
		(void)snprintf(text, sizeof(text),
			"{\"Data\":{\"PodDeviceEntries\":["
			"{\"PodUID\":\"" UID
			"\",\"ContainerName\":\"fwd\",\"ResourceName\":\"vendor.com/nic\","
			"\"DeviceIDs\":%s,\"AllocResp\":\"CgwKAQ==\"},"
			"{\"PodUID\":\"" OTHER
			"\",\"ContainerName\":\"app\",\"ResourceName\":\"vendor.com/nic\","
			"\"DeviceIDs\":{\"0\":[\"0000:3b:02.3\"]},\"AllocResp\":\"\"}],"
			"\"RegisteredDevices\":{\"vendor.com/nic\":[\"0000:3b:02.1\",\"0000:3b:02.4\"]}},"
			"\"Checksum\":1}",
			ids[i]);
		tree_file(CHECKPOINT, text, 0600);
		assert_int_equal(ask(UID), KUBELET_FILES);
		assert_int_equal(k.n_devices, 3);
		assert_owner("0000:3b:02.1", "fwd", "vendor.com/nic", NULL);
		assert_owner("0000:3b:02.2", "fwd", "vendor.com/nic", NULL);
		assert_owner("0000:3b:02.3", NULL, NULL, "with UID " OTHER);
		assert_null(kubelet_owner(&k, "0000:3b:02.4"));
		assert_true(kubelet_registered(&k, "0000:3b:02.4"));
		assert_true(kubelet_registered(&k, "0000:3b:02.3"));
		assert_false(kubelet_registered(&k, "0000:3b:02.5"));
	}
	/* What device plugins have is known without a pod, too, and from a file that is no JSON. */
	tree_file(CHECKPOINT, "damaged [\"0000:3b:02.1\"", 0600);
	assert_int_equal(ask(NULL), KUBELET_SILENT);
	assert_true(kubelet_registered(&k, "0000:3b:02.1"));
	assert_null(kubelet_owner(&k, "0000:3b:02.1"));
}

static void copy_recorded(const char *name, const char *to)
{
	auto_close int root = open(getenv("SOURCE_ROOT"), O_PATH | O_DIRECTORY);
	auto_free char *text = NULL;
	char path[128];

	(void)snprintf(path, sizeof(path), "test/unit/cni/kubelet-1.36/%s", name);
	assert_int_equal(file_read(root, path, FILE_STRICT, 1u << 20, &text, NULL), 0);
	tree_file(to, text, 0600);
}

#define RECORDED_UID "be179f38-3103-487d-9790-e93c5a45555f"

/* A kubelet 1.36 with --root-dir: its state moves, the device plugins' directory is a constant. */
static void a_moved_kubelet(void **state)
{
	(void)state;
	copy_recorded("cpu_manager_state", "var/lib/k0s/kubelet/cpu_manager_state");
	copy_recorded("memory_manager_state", "var/lib/k0s/kubelet/memory_manager_state");
	copy_recorded("kubelet_internal_checkpoint", CHECKPOINT);
	kubelet_init(&k, tree_root, "/var/lib/k0s/kubelet", NULL, NULL, RECORDED_UID);
	assert_int_equal(kubelet_ask(&k), KUBELET_FILES);
	assert_int_equal(k.n_containers, 1);
	assert_cpus(0, "fwd", "1");
	assert_int_equal(k.containers[0].n_memory, 2);
	assert_owner("0000:5e:06.6", "fwd", "example.com/dpdknic", NULL);
	assert_null(kubelet_owner(&k, "0000:5e:03.7"));
	assert_true(kubelet_registered(&k, "0000:5e:03.7"));
	assert_true(kubelet_registered(&k, "0000:3b:02.3"));
	assert_false(kubelet_registered(&k, "0000:3b:02.4"));
}

/* IDs as device plugins and drivers of dynamic resources write them. */
static void addresses(void **state)
{
	static const struct {
		const char *text, *want;
	} list[] = {
		{"0000:3b:02.1", "0000:3b:02.1"},
		{"0000-3b-02-1", "0000:3b:02.1"},
		{"0000:3B:02.1", "0000:3b:02.1"},
		{"nic-0000:3b:02.1-7", "0000:3b:02.1"},
		{"mlx5_core.sf.4", "mlx5_core.sf.4"},
		{"{\"1\":[\"mlx5_core.sf.12\"]}", "mlx5_core.sf.12"},
		{"mlx5_core.sf", NULL},
		{"mlx5_core.sf.4, x", "mlx5_core.sf.4"},
		{"a0000:3b:02.1", NULL},
		{"0000:3b:02.11", NULL},
		{"0000:3b:22.1", NULL},
		{"0000:3b:02.9", NULL},
		{"ens1f0", NULL},
		{"", NULL},
		{"0000:3b:02.", NULL},
		{"5f0e4b1c-8d1f-4c39-9a39-1f3b62c5d0aa", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(list) / sizeof(*list); i++) {
		kubelet_forget(&k);
		assert_int_equal(kubelet_devices(&k, list[i].text, "r", "c", NULL), 0);
		if (k.n_devices != (list[i].want != NULL))
			fail_msg("%s: %zu devices", list[i].text, k.n_devices);
		if (list[i].want)
			assert_string_equal(k.devices[0].address, list[i].want);
	}
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(cpus_of_version_2),
		T(cpus_of_policy_none),
		T(cpus_of_version_1),
		T(cpus_of_version_3),
		T(cpus_in_a_string),
		T(memory),
		T(damage),
		T(too_large),
		T(devices),
		T(a_moved_kubelet),
		T(addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
