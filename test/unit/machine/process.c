/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>

#include "process.h"
#include "test.h"
#include "tree.h"

static void other_processes(void **state)
{
	struct cpulist cpus;
	uint64_t limit;

	(void)state;
	assert_int_equal(process_find(tree_root, "containerd"), -ENOENT);
	tree_file("proc/210/comm", "containerd\n", 0444);
	tree_file("proc/21/comm", "containerd-shim\n", 0444);
	tree_file("proc/99/comm", "containerd\n", 0444);
	tree_file("proc/self/comm", "containerd\n", 0444);
	assert_int_equal(process_find(tree_root, "containerd"), 99);
	assert_int_equal(process_memlock(tree_root, 99, &limit), -ENOENT);
	tree_file("proc/99/limits",
		"Limit                     Soft Limit           Hard Limit           Units     \n"
		"Max processes             127                  127                  processes \n"
		"Max locked memory         8388608              unlimited            bytes     \n",
		0444);
	assert_int_equal(process_memlock(tree_root, 99, &limit), 0);
	assert_int_equal(limit, 8388608);
	tree_file("proc/99/limits", "Max locked memory         unlimited  unlimited  bytes\n",
		0444);
	assert_int_equal(process_memlock(tree_root, 99, &limit), 0);
	assert_true(limit == PROCESS_UNLIMITED);
	tree_file("proc/99/status",
		"Name:\tcontainerd\nCpus_allowed:\tff\nCpus_allowed_list:\t0-3,7\nMems:\t0\n",
		0444);
	assert_int_equal(process_cpus(tree_root, 99, &cpus), 0);
	assert_int_equal(cpulist_count(&cpus), 5);
}

static void values_of_a_status(void **state)
{
	static const char status[] = "Name:\ta b\nUid:\t1000\t1000\nVmLck:\t   64 kB\nCapEff:\t";
	char buf[16];

	(void)state;
	assert_true(process_status_value(status, "Name", buf, sizeof(buf)));
	assert_string_equal(buf, "a b");
	assert_true(process_status_value(status, "VmLck", buf, sizeof(buf)));
	assert_string_equal(buf, "64 kB");
	assert_true(process_status_value(status, "CapEff", buf, sizeof(buf)));
	assert_string_equal(buf, "");
	assert_false(process_status_value(status, "Vm", buf, sizeof(buf)));
	assert_false(process_status_value(status, "Lck", buf, sizeof(buf)));
}

static void strings_and_names(void **state)
{
	char **list, name[PROCESS_NAME], path[PROCESS_PATH];

	(void)state;
	assert_int_equal(process_strings(tree_root, 7, "environ", &list), -ENOENT);
	tree_file("proc/7/cmdline", "", 0444);
	assert_int_equal(process_strings(tree_root, 7, "cmdline", &list), 0);
	assert_null(list[0]);
	free(list);
	tree_file("proc/self/environ", "A=1", 0444);
	assert_int_equal(process_strings(tree_root, PROCESS_SELF, "environ", &list), 0);
	assert_string_equal(list[0], "A=1");
	assert_null(list[1]);
	free(list);
	assert_string_equal(process_name(tree_root, 7, name), "?");
	tree_file("proc/7/comm", "rte worker\n", 0444);
	assert_string_equal(process_name(tree_root, 7, name), "rte worker");
	assert_string_equal(process_path(7, "ns/net", path), "/proc/7/ns/net");
	assert_string_equal(process_path(PROCESS_SELF, "status", path), "/proc/self/status");
}

#define T(f) cmocka_unit_test_setup_teardown(f, tree_set_up, tree_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(other_processes),
		T(values_of_a_status),
		T(strings_and_names),
	};

	return cmocka_run_group_tests_name("process", tests, NULL, NULL);
}
