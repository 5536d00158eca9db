/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>

#include "mem.h"
#include "reserved.h"
#include "test.h"

#define MI (INT64_C(1) << 20)
#define GI (INT64_C(1) << 30)

static int try_sums(const char *yaml, const char *arguments, size_t len, struct reserved *ret,
	struct err *e)
{
	struct kubelet_config k = {.there = true,
		.arguments = (char *)(uintptr_t)arguments,
		.arguments_len = len};

	if (document_load(yaml, strlen(yaml), "file", &k.doc, e) < 0)
		fail_msg("%s", e->msg);
	int r = reserved_read(&k, 64 * GI, ret, e);

	document_free(&k.doc);
	return r;
}

static struct reserved sums(const char *yaml)
{
	struct reserved r = {0};
	struct err e = ERR_INIT;

	if (try_sums(yaml, NULL, 0, &r, &e) < 0)
		fail_msg("%s", e.msg);
	return r;
}

static void assert_type(const struct reserved *r, const char *name, int64_t on_nodes,
	int64_t allocatable)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct reserved_type *t = &r->types[i];

		if (strcmp(t->name, name) != 0)
			continue;
		if (t->on_nodes != on_nodes || t->allocatable != allocatable)
			fail_msg("%s: %lld and %lld, not %lld and %lld", name,
				(long long)t->on_nodes, (long long)t->allocatable,
				(long long)on_nodes, (long long)allocatable);
		return;
	}
	fail_msg("no %s", name);
}

static void nothing_but_the_default(void **state)
{
	const struct reserved r = sums("kind: KubeletConfiguration\n");

	(void)state;
	assert_int_equal(r.n_nodes, 0);
	assert_type(&r, "memory", 0, 100 * MI);
	assert_int_equal(reserved_memory(&r), 100 * MI);
}

/* The example of the Kubernetes documentation, and its like with hugepages. */
static void sums_of_all_types(void **state)
{
	const struct reserved r = sums(
		"kubeReserved: {cpu: 500m, memory: 50Mi, ephemeral-storage: 1Gi}\n"
		"systemReserved: {cpu: 123m, memory: 333Mi, hugepages-2Mi: 64Mi}\n"
		"evictionHard: {memory.available: 500Mi}\n"
		"reservedMemory:\n"
		"- {numaNode: 0, limits: {memory: 600Mi, hugepages-1Gi: 2Gi}}\n"
		"- numaNode: 1\n"
		"  limits:\n"
		"    memory: 283Mi\n"
		"    hugepages-1Gi: 1Gi\n"
		"    hugepages-2048Ki: 64Mi\n");

	(void)state;
	assert_int_equal(r.n_nodes, 2);
	assert_int_equal(r.nodes[1], 1);
	assert_int_equal(r.n, 3);
	assert_type(&r, "memory", 883 * MI, 883 * MI);
	assert_type(&r, "hugepages-1Gi", 3 * GI, 0);
	assert_type(&r, "hugepages-2Mi", 64 * MI, 64 * MI); /* however it is written */
}

static void thresholds(void **state)
{
	static const struct {
		const char *yaml;
		int64_t want;
	} all[] = {
		{"evictionHard: {memory.available: 1.5Gi}\n", 3 * GI / 2},
		{"evictionHard: {memory.available: 5%}\n", 64 * GI / 20},
		{"evictionHard: {memory.available: \"2.5%\"}\n", 64 * GI / 40},
		{"evictionHard: {nodefs.available: 5%}\n", 0},
		{"evictionHard: {nodefs.available: 5%}\nmergeDefaultEvictionSettings: true\n",
			100 * MI},
		{"evictionHard: {memory.available: 0Mi}\n", 0},
		{"evictionHard: {}\n", 100 * MI},
		{"evictionHard:\n", 100 * MI},
		{"evictionSoft: {memory.available: 1Gi}\n", 100 * MI},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		const struct reserved r = sums(all[i].yaml);

		assert_type(&r, "memory", 0, all[i].want);
	}
}

#define FLAGS(text) (text), sizeof(text)

static void flags_win(void **state)
{
	static const char yaml[] =
		"kubeReserved: {memory: 7Gi}\nreservedMemory: [{numaNode: 9, limits: {memory: 1Gi}}]\n"
		"evictionHard: {memory.available: 7Gi}\n";
	struct reserved r;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(
		try_sums(yaml,
			FLAGS("kubelet\0--kube-reserved=cpu=1,memory=1Gi\0--system-reserved\0memory=512Mi\0"
			      "--eviction-hard=nodefs.available<10%,memory.available<256Mi\0"
			      "--reserved-memory=0:memory=1Gi,hugepages-1Gi=2Gi;1:memory=768Mi"),
			&r, &e),
		0);
	assert_type(&r, "memory", GI + 768 * MI, GI + 768 * MI);
	assert_type(&r, "hugepages-1Gi", 2 * GI, 0);
	assert_int_equal(r.n_nodes, 2);
	assert_int_equal(r.nodes[0], 0);
	assert_int_equal(r.nodes[1], 1);
}

static void what_is_no_quantity_is_named(void **state)
{
	static const struct {
		const char *yaml, *says;
	} all[] = {
		{"kubeReserved: {memory: much}\n", "kubeReserved: memory \"much\""},
		{"systemReserved: {hugepages-1Gi: 1GB}\n", "systemReserved: hugepages-1Gi \"1GB\""},
		{"evictionHard: {memory.available: x}\n", "evictionHard: memory.available \"x\""},
		{"reservedMemory: [{numaNode: 0, limits: {memory: [1]}}]\n",
			"reservedMemory: memory \"\""},
		{"kubeReserved: {memory: }\n", "kubeReserved: memory \"\""},
		{"reservedMemory: [{numaNode: 0, limits: {hugepages-1Ki: 1, hugepages-2Ki: 1, hugepages-3Ki: 1, "
		 "hugepages-4Ki: 1, hugepages-5Ki: 1, hugepages-6Ki: 1, hugepages-7Ki: 1, hugepages-8Ki: 1}}]\n",
			"too many"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		struct reserved r;
		struct err e = ERR_INIT;

		assert_true(try_sums(all[i].yaml, NULL, 0, &r, &e) < 0);
		assert_error(e, ERR_CONFIG, all[i].says);
	}
}

static void other_shapes_are_nothing(void **state)
{
	static const char *const all[] = {"kubeReserved: []\n", "kubeReserved: 5\n",
		"reservedMemory: {}\n", "reservedMemory: [5]\n", "reservedMemory: [{limits: []}]\n",
		"reservedMemory: [{numaNode: {}}]\n"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		const struct reserved r = sums(all[i]);

		assert_type(&r, "memory", 0, 100 * MI);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_but_the_default),
		cmocka_unit_test(sums_of_all_types),
		cmocka_unit_test(thresholds),
		cmocka_unit_test(flags_win),
		cmocka_unit_test(what_is_no_quantity_is_named),
		cmocka_unit_test(other_shapes_are_nothing),
	};

	return cmocka_run_group_tests_name("reserved", tests, NULL, NULL);
}
