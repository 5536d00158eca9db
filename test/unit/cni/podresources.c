/* SPDX-License-Identifier: Apache-2.0 */
/* An answer of the kubelet's service, in pieces of any size, and damaged in any way. How it comes is
 * tested by netns/kubelet.sh. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "kubelet.h"
#include "podresources.pb-c.h"
#include "podresources_read.h"
#include "test.h"

static struct kubelet k;

static int set_up(void **state)
{
	(void)state;
	kubelet_init(&k, -1, NULL, "ns", "upf", "u-1");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	kubelet_free(&k);
	return 0;
}

/* Appends field 1 with this pod to buf. */
static size_t append(uint8_t *buf, size_t at, const V1__PodResources *p)
{
	size_t n = v1__pod_resources__get_packed_size(p);

	buf[at++] = 1 << 3 | 2;
	for (size_t left = n; left || n == 0; left >>= 7) {
		buf[at++] = (uint8_t)(left & 0x7f) | (left > 0x7f ? 0x80 : 0);
		if (left <= 0x7f)
			break;
	}
	return at + v1__pod_resources__pack(p, buf + at);
}

#define TEXT(name, text) static char name[] = text

/* Our pod between two others. */
static size_t answer(uint8_t *buf)
{
	TEXT(ns, "ns");
	TEXT(upf, "upf");
	TEXT(fwd, "fwd");
	TEXT(side, "side");
	TEXT(huge, "hugepages-1Gi");
	TEXT(nic, "vendor.com/nic");
	TEXT(id, "0000:3b:02.1");
	TEXT(other_id, "0000:3b:02.2");
	TEXT(claimed, "0000-3b-02-3");
	static int64_t cpus[] = {2, 3, 4, 5, 300}, pod_cpus[] = {2, 6};
	char *ids[] = {id}, *other_ids[] = {other_id};
	V1__NUMANode node = V1__NUMANODE__INIT, *nodes[] = {&node};
	V1__TopologyInfo topology = V1__TOPOLOGY_INFO__INIT;
	V1__ContainerMemory memory = V1__CONTAINER_MEMORY__INIT, *memories[] = {&memory};
	V1__ContainerDevices devices = V1__CONTAINER_DEVICES__INIT, *all[] = {&devices};
	V1__ContainerDevices theirs = V1__CONTAINER_DEVICES__INIT, *all_theirs[] = {&theirs};
	V1__ClaimResource claim = V1__CLAIM_RESOURCE__INIT, *claims[] = {&claim};
	V1__DynamicResource dynamic = V1__DYNAMIC_RESOURCE__INIT, *dynamics[] = {&dynamic};
	V1__ContainerResources one = V1__CONTAINER_RESOURCES__INIT,
			       two = V1__CONTAINER_RESOURCES__INIT;
	V1__ContainerResources three = V1__CONTAINER_RESOURCES__INIT, *ours[] = {&one, &two},
			       *others[] = {&three};
	V1__PodResources pod = V1__POD_RESOURCES__INIT, other = V1__POD_RESOURCES__INIT;

	node.id = 1;
	topology.n_nodes = 1;
	topology.nodes = nodes;
	memory = (V1__ContainerMemory){memory.base, huge, UINT64_C(1) << 32, &topology};
	devices.resource_name = nic;
	devices.n_device_ids = 1;
	devices.device_ids = ids;
	claim.driver_name = nic;
	claim.device_name = claimed;
	dynamic.n_claim_resources = 1;
	dynamic.claim_resources = claims;
	one = (V1__ContainerResources){one.base, fwd, 1, all, 5, cpus, 1, memories, 1, dynamics};
	two.name = side;
	theirs = (V1__ContainerDevices){theirs.base, nic, 1, other_ids};
	three = (V1__ContainerResources){three.base, fwd, 1, all_theirs, 0, NULL, 0, NULL, 0, NULL};
	pod = (V1__PodResources){pod.base, upf, ns, 2, ours, 2, pod_cpus};
	other = (V1__PodResources){other.base, upf, upf, 1, others, 0, NULL};

	size_t n = append(buf, 0, &other);

	/* Fields of a later release, of every kind. */
	memcpy(buf + n,
		"\x10\x96\x01\x19"
		"12345678"
		"\x25"
		"1234\x2a\x03"
		"abc",
		22);
	return append(buf, append(buf, n + 22, &pod), &other);
}

static void assert_answer(void)
{
	assert_int_equal(k.n_containers, 2);
	assert_string_equal(k.containers[0].name, "fwd");
	assert_string_equal(k.containers[0].cpus, "2-5,300");
	assert_int_equal(k.containers[0].memory[0].bytes, INT64_C(1) << 32);
	assert_int_equal(k.containers[0].memory[0].numa_nodes[0], 1);
	/* The pod's, but for those that are fwd's alone. */
	assert_string_equal(k.containers[1].cpus, "6");
	assert_int_equal(k.n_devices, 4);
	assert_string_equal(k.devices[0].pod, "upf/upf");
	assert_string_equal(k.devices[1].address, "0000:3b:02.1");
	assert_string_equal(k.devices[1].container, "fwd");
	assert_string_equal(k.devices[1].resource, "vendor.com/nic");
	assert_null(k.devices[1].pod);
	assert_string_equal(k.devices[2].address, "0000:3b:02.3");
}

/* In pieces of at most that size. */
static int feed(struct podresources_reader *in, const uint8_t *data, size_t len, size_t piece)
{
	int r = 0;

	for (size_t at = 0; r == 0 && at < len; at += piece)
		r = podresources_read(data + at, len - at < piece ? len - at : piece, in);
	return r;
}

static void pieces_of_any_size(void **state)
{
	struct podresources_reader in = {.k = &k};
	uint8_t buf[2000];
	size_t n = answer(buf);

	(void)state;
	for (size_t piece = 1; piece <= n; piece++) {
		podresources_reset(&in);
		assert_int_equal(feed(&in, buf, n, piece), 0);
		assert_true(podresources_whole(&in));
		assert_true(in.found);
		assert_answer();
	}
	/* Of other pods alone: nothing of ours is touched. */
	struct podresources_reader again = {.k = &k, .others_only = true};

	podresources_reset(&again);
	assert_int_equal(k.n_devices, 2);
	assert_int_equal(feed(&again, buf, n, 7), 0);
	assert_int_equal(k.n_devices, 4);
	assert_int_equal(k.n_containers, 2);
}

static void cut_anywhere(void **state)
{
	uint8_t buf[2000];
	size_t n = answer(buf), whole = 0;

	(void)state;
	for (size_t len = 0; len < n; len++) {
		struct podresources_reader in = {.k = &k};

		podresources_reset(&in);
		assert_int_equal(feed(&in, buf, len, n), 0);
		whole += podresources_whole(&in);
		podresources_reset(&in);
	}
	/* Between fields only: at the very start, after the first pod, four fields and our pod. */
	assert_int_equal(whole, 7);
}

static void bits_turned_over(void **state)
{
	uint8_t buf[2000], bad[2000];
	const size_t n = answer(buf);
	size_t taken = 0, refused = 0;

	(void)state;
	srandom(1);
	for (int i = 0; i < 20000; i++) {
		struct podresources_reader in = {.k = &k};

		memcpy(bad, buf, n);
		for (int b = i % 8; b >= 0; b--)
			bad[(size_t)random() % n] ^= (uint8_t)(1 << random() % 8);
		podresources_reset(&in);
		if (feed(&in, bad, n, 1 + (size_t)random() % n) == 0)
			taken++;
		else
			refused++;
		podresources_reset(&in);
	}
	assert_true(taken > 100 && refused > 100);
}

static void bounds(void **state)
{
	static const struct {
		const char *data;
		size_t len;
		int r;
	} table[] = {
		{"\x0a\x81\x80\x40", 4, -EFBIG}, /* a pod of 1 MiB and 1 */
		{"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11, -EFBIG}, /* of 2^64 - 1 */
		{"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11,
			-EBADMSG},         /* a number of 11 bytes */
		{"\x02\x00", 2, -EBADMSG}, /* field 0 */
		{"\x0b", 1, -EBADMSG},     /* a group */
		{"\x0a\x00", 2, 0},        /* an empty pod */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct podresources_reader in = {.k = &k};

		assert_int_equal(podresources_read((const uint8_t *)table[i].data, table[i].len,
					 &in),
			table[i].r);
		podresources_reset(&in);
	}
}

/* Few bytes that stand for much memory. */
static void memory_is_bounded(void **state)
{
	struct podresources_reader in = {.k = &k};
	const size_t n = 1 << 20;
	uint8_t *buf = malloc(n);

	(void)state;
	memcpy(buf, "\x0a\x80\x80\x3f", 4); /* a pod of 1032192 bytes: empty containers */
	for (size_t i = 4; i + 1 < n; i += 2) {
		buf[i] = 0x1a;
		buf[i + 1] = 0;
	}
	assert_int_equal(podresources_read(buf, n, &in), -EBADMSG);
	podresources_reset(&in);
	free(buf);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(pieces_of_any_size),
		T(cut_anywhere),
		T(bits_turned_over),
		T(bounds),
		T(memory_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
