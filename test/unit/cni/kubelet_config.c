/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "kubelet_config.h"
#include "mem.h"
#include "test.h"
#include "tree.h"

#define FILE_PATH "var/lib/kubelet/config.yaml"

/* As kubeadm writes it, with what an owner of DPDK pods adds. */
static const char kubeadm[] = "apiVersion: kubelet.config.k8s.io/v1beta1\n"
			      "authentication:\n"
			      "  anonymous:\n"
			      "    enabled: false\n"
			      "  webhook:\n"
			      "    cacheTTL: 0s\n"
			      "cgroupDriver: systemd\n"
			      "clusterDNS:\n"
			      "- 10.96.0.10\n"
			      "containerRuntimeEndpoint: \"\"\n"
			      "cpuManagerPolicy: static\n"
			      "cpuManagerPolicyOptions:\n"
			      "  full-pcpus-only: \"true\"\n"
			      "evictionHard:\n"
			      "  memory.available: 200Mi\n"
			      "  nodefs.available: 10%\n"
			      "featureGates:\n"
			      "  MemoryManager: true\n"
			      "  NodeSwap: false\n"
			      "kind: KubeletConfiguration\n"
			      "kubeReserved:\n"
			      "  cpu: 500m\n"
			      "  memory: 1Gi\n"
			      "logging:\n"
			      "  options:\n"
			      "    json:\n"
			      "      infoBufferSize: \"0\"\n"
			      "reservedSystemCPUs: 0,1,16-17\n"
			      "seccompDefault: true\n";

static struct kubelet_config read_config(const char *path, int pid)
{
	struct kubelet_config k = {0};
	struct err e = ERR_INIT;

	if (kubelet_config_read(tree_root, path, pid, &k, &e) < 0)
		fail_msg("%s", e.msg);
	return k;
}

static void assert_part(const struct kubelet_config *k, const char *key, const char *flag,
	const char *entry, const char *want)
{
	char text[64];

	if (!want) {
		assert_false(kubelet_config_part(k, key, flag, entry, text, sizeof(text)));
		return;
	}
	assert_true(kubelet_config_part(k, key, flag, entry, text, sizeof(text)));
	assert_string_equal(text, want);
}

static void a_file(void **state)
{
	const char *value;

	(void)state;
	tree_file(FILE_PATH, kubeadm, 0644);
	struct kubelet_config k = read_config(NULL, -1);

	assert_true(k.there);
	assert_string_equal(k.path, "/" FILE_PATH);
	assert_string_equal(kubelet_config_get(&k, "cpuManagerPolicy", "cpu-manager-policy"),
		"static");
	assert_string_equal(kubelet_config_get(&k, "reservedSystemCPUs", NULL), "0,1,16-17");
	assert_null(kubelet_config_get(&k, "topologyManagerPolicy", "topology-manager-policy"));
	assert_null(kubelet_config_get(&k, "kubeReserved", NULL)); /* a map has no text */
	assert_true(kubelet_config_is(&k, "seccompDefault", NULL, false));
	assert_true(kubelet_config_is(&k, "failSwapOn", NULL, true));
	assert_false(kubelet_config_is(&k, "failSwapOn", NULL, false));
	assert_part(&k, "cpuManagerPolicyOptions", "x", "full-pcpus-only", "true");
	assert_part(&k, "kubeReserved", "x", "cpu", "500m");
	assert_part(&k, "kubeReserved", "x", "mem", NULL);
	assert_part(&k, "evictionHard", "x", "memory.available", "200Mi");
	assert_part(&k, "systemReserved", "x", "memory", NULL);
	assert_string_equal(kubelet_config_entry(&k, "featureGates", 1, &value), "NodeSwap");
	assert_string_equal(value, "false");
	assert_null(kubelet_config_entry(&k, "featureGates", 2, &value));
	assert_null(kubelet_config_entry(&k, "kind", 0, &value));
	kubelet_config_free(&k);
}

static void no_kubelet(void **state)
{
	struct kubelet_config k = read_config(NULL, -1);
	struct err e = ERR_INIT;

	(void)state;
	assert_false(k.there);
	assert_null(kubelet_config_get(&k, "cpuManagerPolicy", "cpu-manager-policy"));
	kubelet_config_free(&k);
	assert_int_equal(kubelet_config_read(tree_root, "/named.yaml", -1, &k, &e), -ENOENT);
	assert_error(e, ERR_IO, "/named.yaml");
}

static void a_damaged_file(void **state)
{
	struct kubelet_config k = {0};
	struct err e = ERR_INIT;

	(void)state;
	tree_file(FILE_PATH, "kind: KubeletConfiguration\n bad: [\n", 0644);
	assert_int_equal(kubelet_config_read(tree_root, NULL, -1, &k, &e), -EINVAL);
	assert_error(e, ERR_DECODE, "kubelet configuration: /" FILE_PATH ": line 2");
}

static void running(const char *arguments, size_t len)
{
	FILE *f;
	char path[300];

	tree_file("proc/77/cmdline", "", 0644);
	(void)snprintf(path, sizeof(path), "%s/proc/77/cmdline", tree_path);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(arguments, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}
#define RUNNING(text) running((text), sizeof(text))

static void flags_win(void **state)
{
	(void)state;
	tree_file(FILE_PATH, kubeadm, 0644);
	tree_file("etc/kubelet.yaml",
		"topologyManagerPolicy: restricted\nkubeReserved: {memory: 5Gi}\n", 0644);
	RUNNING("/usr/bin/kubelet\0--config=/etc/kubelet.yaml\0--cpu-manager-policy\0static\0"
		"--kube-reserved=cpu=1,memory=2Gi\0--eviction-hard=memory.available<300Mi,imagefs.available<5%\0"
		"--seccomp-default\0--v=2\0--reserved-cpus=0\0--reserved-cpus=0,1");
	struct kubelet_config k = read_config(NULL, 77);

	assert_string_equal(k.path, "/etc/kubelet.yaml");
	assert_string_equal(kubelet_config_get(&k, "cpuManagerPolicy", "cpu-manager-policy"),
		"static");
	assert_string_equal(kubelet_config_get(&k, "topologyManagerPolicy",
				    "topology-manager-policy"),
		"restricted");
	assert_string_equal(kubelet_config_get(&k, "reservedSystemCPUs", "reserved-cpus"), "0,1");
	assert_part(&k, "kubeReserved", "kube-reserved", "memory", "2Gi");
	assert_part(&k, "kubeReserved", "kube-reserved", "cpu", "1");
	/* The flag is the whole map: what it leaves out is not there. */
	assert_part(&k, "kubeReserved", "kube-reserved", "pid", NULL);
	assert_part(&k, "evictionHard", "eviction-hard", "memory.available", "300Mi");
	assert_part(&k, "evictionHard", "eviction-hard", "imagefs.available", "5%");
	assert_true(kubelet_config_is(&k, "seccompDefault", "seccomp-default", false));
	assert_null(kubelet_config_get(&k, "x", "cpu-manager"));
	kubelet_config_free(&k);
	/* What is named is judged by itself. */
	k = read_config("/" FILE_PATH, 77);
	assert_string_equal(kubelet_config_get(&k, "reservedSystemCPUs", "reserved-cpus"),
		"0,1,16-17");
	kubelet_config_free(&k);
	/* Only flags. */
	RUNNING("kubelet\0--cpu-manager-policy=none");
	k = read_config(NULL, 77);
	assert_string_equal(kubelet_config_get(&k, "cpuManagerPolicy", "cpu-manager-policy"),
		"none");
	kubelet_config_free(&k);
}

static void quantities(void **state)
{
	static const struct {
		const char *text;
		int64_t bytes;
	} good[] = {
		{"0", 0},
		{"1", 1},
		{"128974848", 128974848},
		{"129e6", 129000000},
		{"129M", 129000000},
		{"128974848000m", 128974848},
		{"123Mi", 128974848},
		{"1Gi", 1 << 30},
		{"1.5Gi", 3 << 29},
		{"500k", 500000},
		{"0.5Ki", 512},
		{"1E", 1000000000000000000},
		{"1e3", 1000},
		{"1500m", 2},
		{"1Ki", 1024},
		{"2Ti", INT64_C(2) << 40},
		{"1E3", 1000},
		{"0.1Gi", 107374183},
	};
	static const char *const bad[] = {"", "Gi", "1 Gi", "1gi", "1GiB", "-1", "1..5", "lots",
		"1e", "1e99", "9999E", "0x10", "1Gi ", "."};
	int64_t v;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		v = -1;
		if (quantity_parse(good[i].text, QUANTITY_BYTES, &v) < 0 || v != good[i].bytes)
			fail_msg("%s is %lld, not %lld", good[i].text, (long long)v,
				(long long)good[i].bytes);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		v = 7;
		if (quantity_parse(bad[i], QUANTITY_BYTES, &v) == 0)
			fail_msg("\"%s\" is taken for %lld", bad[i], (long long)v);
		assert_int_equal(v, 7);
	}
	assert_int_equal(quantity_parse("500m", QUANTITY_MILLI, &v), 0);
	assert_int_equal(v, 500);
	assert_int_equal(quantity_parse("2", QUANTITY_MILLI, &v), 0);
	assert_int_equal(v, 2000);
	assert_int_equal(quantity_parse("0.1", QUANTITY_MILLI, &v), 0);
	assert_int_equal(v, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_file, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(no_kubelet, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(a_damaged_file, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(flags_win, tree_set_up, tree_tear_down),
		cmocka_unit_test(quantities),
	};

	return cmocka_run_group_tests_name("kubelet_config", tests, NULL, NULL);
}
