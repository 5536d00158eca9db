/* SPDX-License-Identifier: Apache-2.0 */
/* A recorded machine of two sockets with two nodes each, and a node without CPUs. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "nodes.h"
#include "test.h"
#include "tree.h"

#define NODES "sys/devices/system/node"

static void assert_set(const struct cpulist *set, const char *want)
{
	char *text = cpulist_format(set);

	assert_string_equal(text, want);
	free(text);
}

static void nodes_and_sockets(void **state)
{
	struct cpulist cpus, nodes, wide;

	(void)state;
	/* A kernel without NUMA. */
	nodes_online(tree_root, &nodes);
	assert_set(&nodes, "0");
	tree_four_nodes();
	nodes_online(tree_root, &nodes);
	assert_set(&nodes, "0-4");
	assert_int_equal(cpulist_parse("3,6-7,300", &cpus, NULL), 0);
	nodes_of_cpus(tree_root, &cpus, &nodes);
	assert_set(&nodes, "1,3");
	assert_int_equal(cpulist_parse("3", &cpus, NULL), 0);
	nodes_sockets(tree_root, &cpus, &wide);
	assert_set(&wide, "2-3");
	/* A node without CPUs is on no socket. */
	assert_int_equal(cpulist_parse("0,4", &cpus, NULL), 0);
	nodes_sockets(tree_root, &cpus, &wide);
	assert_set(&wide, "0-1,4");
}

static void which_nodes_have_cpus(void **state)
{
	struct cpulist set;

	(void)state;
	nodes_with_cpus(tree_root, &set);
	assert_set(&set, "0");
	tree_four_nodes();
	nodes_with_cpus(tree_root, &set);
	assert_set(&set, "0-3");
	assert_int_equal(nodes_cpus(tree_root, 2, &set), 0);
	assert_set(&set, "4-5");
	assert_int_equal(nodes_cpus(tree_root, 4, &set), 0);
	assert_set(&set, "");
	assert_int_equal(nodes_cpus(tree_root, 5, &set), -ENOENT);
}

static void which_nodes_have_memory(void **state)
{
	struct cpulist set;

	(void)state;
	nodes_with_memory(tree_root, &set);
	assert_set(&set, "0");
	tree_four_nodes();
	nodes_with_memory(tree_root, &set);
	assert_set(&set, "0-4");
	tree_file(NODES "/has_memory", "0,4\n", 0444);
	nodes_with_memory(tree_root, &set);
	assert_set(&set, "0,4");
}

static void siblings_of_a_core(void **state)
{
	struct cpulist set;

	(void)state;
	tree_file("sys/devices/system/cpu/cpu3/topology/thread_siblings_list", "3,67\n", 0444);
	assert_int_equal(nodes_siblings(tree_root, 3, &set), 0);
	assert_set(&set, "3,67");
	assert_int_equal(nodes_siblings(tree_root, 67, &set), -ENOENT);
}

#define T(f) cmocka_unit_test_setup_teardown(f, tree_set_up, tree_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(nodes_and_sockets),
		T(which_nodes_have_cpus),
		T(which_nodes_have_memory),
		T(siblings_of_a_core),
	};

	return cmocka_run_group_tests_name("nodes", tests, NULL, NULL);
}
