/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "hugepages.h"
#include "test.h"
#include "tree.h"

#define ANY "sys/kernel/mm/hugepages/"
#define NODE "sys/devices/system/node/"
#define MB (UINT64_C(1) << 20)

static void pages(const char *dir, const char *size, int total, int free)
{
	char path[160], text[16];

	(void)snprintf(path, sizeof(path), "%shugepages-%s/nr_hugepages", dir, size);
	(void)snprintf(text, sizeof(text), "%d\n", total);
	tree_file(path, text, 0644);
	(void)snprintf(path, sizeof(path), "%shugepages-%s/free_hugepages", dir, size);
	(void)snprintf(text, sizeof(text), "%d\n", free);
	tree_file(path, text, 0644);
}

static void assert_item(const struct hugepages_list *l, size_t i, uint64_t size, int node,
	uint64_t total, uint64_t free)
{
	assert_true(i < l->n);
	assert_int_equal(l->items[i].size, size);
	assert_int_equal(l->items[i].node, node);
	assert_int_equal(l->items[i].total, total);
	assert_int_equal(l->items[i].free, free);
}

static void no_hugepages(void **state)
{
	struct hugepages_list l = {0};

	(void)state;
	assert_int_equal(hugepages_read(tree_root, &l), 0);
	assert_int_equal(l.n + l.n_sizes, 0);
	assert_int_equal(hugepages_bytes(&l, -1), 0);
	hugepages_free(&l);
}

static void without_nodes(void **state)
{
	struct hugepages_list l = {0};

	(void)state;
	pages(ANY, "2048kB", 5, 4);
	tree_file(ANY "hugepages-2048kB/resv_hugepages", "3\n", 0644);
	assert_int_equal(hugepages_read(tree_root, &l), 0);
	assert_int_equal(l.n, 1);
	assert_item(&l, 0, 2 * MB, 0, 5, 4);
	assert_int_equal(l.n_sizes, 1);
	assert_int_equal(l.sizes[0].total * 100 + l.sizes[0].free * 10 + l.sizes[0].reserved, 543);
	hugepages_free(&l);
}

/* Node 2 has no memory, and so no pages, whatever the machine has. */
static void by_size_and_node(void **state)
{
	struct hugepages_list l = {0};

	(void)state;
	pages(ANY, "2048kB", 1024, 1024);
	pages(ANY, "1048576kB", 8, 0);
	pages(NODE "node1/hugepages/", "1048576kB", 8, 0);
	pages(NODE "node1/hugepages/", "2048kB", 1024, 1024);
	pages(NODE "node0/hugepages/", "2048kB", 0, 0);
	pages(NODE "node0/hugepages/", "1048576kB", 0, 0);
	tree_dir(NODE "node2");
	assert_int_equal(hugepages_read(tree_root, &l), 0);
	assert_int_equal(l.n, 4);
	assert_item(&l, 0, 2 * MB, 0, 0, 0);
	assert_item(&l, 1, 2 * MB, 1, 1024, 1024);
	assert_item(&l, 2, 1024 * MB, 0, 0, 0);
	assert_item(&l, 3, 1024 * MB, 1, 8, 0);
	assert_int_equal(l.sizes[0].size, 2 * MB);
	assert_int_equal(hugepages_bytes(&l, 0), 0);
	assert_int_equal(hugepages_bytes(&l, 1), 10 * 1024 * MB);
	assert_int_equal(hugepages_bytes(&l, 2), 0);
	assert_int_equal(hugepages_bytes(&l, -1), 10 * 1024 * MB);
	hugepages_free(&l);
}

/* With base pages of 4, 16 and 64 KiB. */
static void sizes_of_arm64(void **state)
{
	static const struct {
		const char *name;
		uint64_t size;
	} want[] = {{"64kB", MB / 16}, {"2048kB", 2 * MB}, {"32768kB", 32 * MB},
		{"524288kB", 512 * MB}, {"1048576kB", 1024 * MB}, {"16777216kB", 16384 * MB}};
	struct hugepages_list l = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		pages(ANY, want[i].name, (int)i, 0);
		pages(NODE "node0/hugepages/", want[i].name, (int)i, 0);
	}
	assert_int_equal(hugepages_read(tree_root, &l), 0);
	assert_int_equal(l.n, sizeof(want) / sizeof(want[0]));
	for (size_t i = 0; i < l.n; i++) {
		assert_item(&l, i, want[i].size, 0, i, 0);
		assert_int_equal(l.sizes[i].size, want[i].size);
	}
	hugepages_free(&l);
}

static void which_size_to_advise(void **state)
{
	(void)state;
	assert_int_equal(hugepages_advised(0, 0), 0);
	assert_int_equal(hugepages_advised(0, 64 * MB), 64 * MB);
	assert_int_equal(hugepages_advised(MB / 16, 0), MB / 16);
	assert_int_equal(hugepages_advised(MB / 16, 2 * MB), 2 * MB);
	assert_int_equal(hugepages_advised(1024 * MB, 2 * MB), 2 * MB);
	assert_int_equal(hugepages_advised(512 * MB, 16384 * MB), 512 * MB);
	assert_int_equal(hugepages_count(2 * MB, 1024 * MB), 512);
	assert_int_equal(hugepages_count(512 * MB, 2048 * MB), 4);
	assert_int_equal(hugepages_count(16384 * MB, 2048 * MB), 1);
	assert_int_equal(hugepages_count(0, 2048 * MB), 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, tree_set_up, tree_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(no_hugepages),
		T(without_nodes),
		T(by_size_and_node),
		T(sizes_of_arm64),
		T(which_size_to_advise),
	};

	return cmocka_run_group_tests_name("hugepages", tests, NULL, NULL);
}
