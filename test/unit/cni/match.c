/* SPDX-License-Identifier: Apache-2.0 */
#include "codec.h"
#include "match.h"
#include "test.h"
#include "tree.h"

static char *some[] = {"other", "a-long-one"};

/* Links as the kernel lists them; what a test does not name is absent. */
#define PAIR(i, n, p, ...) \
	{ \
		.index = (i), .name = (n), .peer = (p), ##__VA_ARGS__ \
	}
#define LINK(i, n, ...) PAIR(i, n, CODEC_ABSENT, ##__VA_ARGS__)

static void names(void **state)
{
	struct link items[] = {LINK(1, "lo"), LINK(7, "nic0", .altnames = some, .n_altnames = 2)};
	struct link_list list = {items, 2};

	(void)state;
	assert_ptr_equal(match_name(&list, "nic0"), &items[1]);
	assert_ptr_equal(match_name(&list, "other"), &items[1]);
	assert_ptr_equal(match_name(&list, "a-long-one"), &items[1]);
	assert_null(match_name(&list, "nic"));
	assert_null(match_name(&list, "a-long"));
	assert_true(match_altname(&items[1], "other"));
	assert_false(match_altname(&items[1], "nic0"));
	assert_false(match_altname(&items[0], "other"));
}

static struct attach of(struct link image)
{
	struct attach a;

	memset(&a, 0, sizeof(a));
	a.rec.link = image;
	return a;
}

/* A device with a bus address is that address, whatever else has become of it. */
static void a_device_is_its_address(void **state)
{
	const struct attach a = of((struct link)LINK(7, "ens1", .parent = "0000:3b:02.1",
		.mac = "m", .port_name = "p0"));
	const struct link same = LINK(99, "mine", .parent = "0000:3b:02.1", .mac = "other",
		.port_name = "p0");
	const struct link neighbour = LINK(7, "ens1", .parent = "0000:3b:02.2", .mac = "m",
		.port_name = "p0");
	const struct link port = LINK(7, "ens1", .parent = "0000:3b:02.1", .mac = "m",
		.port_name = "p1");
	const struct link representor = LINK(7, "ens1", .parent = "0000:3b:02.1", .mac = "m");
	const struct link forged = LINK(7, "ens1", .mac = "m", .port_name = "p0");

	(void)state;
	assert_true(match_record(&a, &same, 7));
	assert_false(match_record(&a, &neighbour, 7));
	assert_false(match_record(&a, &port, 7));
	assert_false(match_record(&a, &representor, 7));
	assert_false(match_record(&a, &forged, 7));
}

/* A virtio device may come back under another number; it is the PCI device that counts. */
static void a_device_that_was_bound_anew(void **state)
{
	struct machine m = MACHINE_INIT;
	struct attach a = of(
		(struct link)LINK(7, "eth0", .parent = "virtio3", .parent_bus = "virtio"));
	const struct link again = LINK(12, "eth0", .parent = "virtio5", .parent_bus = "virtio");
	const struct link other = LINK(7, "eth0", .parent = "virtio4", .parent_bus = "virtio");

	(void)state;
	m.root = tree_root;
	a.m = &m;
	tree_dir("sys/devices/pci0000:00/0000:00:03.0/virtio5");
	tree_link("sys/bus/virtio/devices/virtio5",
		"../../../devices/pci0000:00/0000:00:03.0/virtio5");
	tree_dir("sys/devices/pci0000:00/0000:00:04.0/virtio4");
	tree_link("sys/bus/virtio/devices/virtio4",
		"../../../devices/pci0000:00/0000:00:04.0/virtio4");
	assert_false(match_record(&a, &again, 7)); /* of a record that knows no address */
	a.rec.interface.pci_address = (char *)(uintptr_t) "0000:00:03.0";
	assert_true(match_record(&a, &again, 7));
	assert_false(match_record(&a, &other, 7));
}

static void without_a_port_name(void **state)
{
	const struct attach a = of((struct link)LINK(7, "ens1", .parent = "0000:3b:02.1"));
	const struct link same = LINK(9, "x", .parent = "0000:3b:02.1");
	const struct link representor = LINK(9, "x", .parent = "0000:3b:02.1",
		.port_name = "pf0vf1");

	(void)state;
	assert_true(match_record(&a, &same, 7));
	assert_false(match_record(&a, &representor, 7));
}

/* Without an address it is the index, and kind and peer must agree: a pod may make another. */
static void a_pair_is_its_index_and_peer(void **state)
{
	const struct attach a = of((struct link)PAIR(7, "nic0", 3, .kind = "veth", .mac = "m"));
	const struct link same = PAIR(8, "net1", 3, .kind = "veth", .mac = "changed");
	const struct link elsewhere = PAIR(9, "net1", 3, .kind = "veth", .mac = "m");
	const struct link other_peer = PAIR(8, "net1", 4, .kind = "veth", .mac = "changed");
	const struct link other_kind = PAIR(8, "net1", 3, .kind = "dummy", .mac = "m");
	const struct link no_kind = PAIR(8, "net1", 3, .mac = "m");

	(void)state;
	assert_true(match_record(&a, &same, 8));
	assert_false(match_record(&a, &elsewhere, 8));
	assert_false(match_record(&a, &other_peer, 8));
	assert_false(match_record(&a, &other_kind, 8));
	assert_false(match_record(&a, &no_kind, 8));
}

/* One without a peer is known by its MAC: the old, or the one that was given to it. */
static void a_tap_is_its_index_and_mac(void **state)
{
	struct attach a = of((struct link)LINK(7, "tap0", .kind = "tun", .mac = "old"));
	const struct link as_before = LINK(8, "net1", .kind = "tun", .mac = "old");
	const struct link as_given = LINK(8, "net1", .kind = "tun", .mac = "given");
	const struct link unknown = LINK(8, "net1", .kind = "tun", .mac = "third");
	const struct link none = LINK(8, "net1", .kind = "tun");

	(void)state;
	assert_true(match_record(&a, &as_before, 8));
	assert_false(match_record(&a, &as_given, 8));
	a.rec.interface.mac = "given";
	assert_true(match_record(&a, &as_given, 8));
	assert_true(match_record(&a, &as_before, 8));
	assert_false(match_record(&a, &unknown, 8));
	assert_false(match_record(&a, &none, 8));
}

static void finding(void **state)
{
	const struct attach a = of((struct link)PAIR(7, "nic0", 3, .kind = "veth", .mac = "m"));
	struct link items[] = {LINK(1, "lo"), PAIR(7, "nic0", 5, .kind = "veth", .mac = "n"),
		PAIR(8, "net1", 3, .kind = "veth")};
	struct link_list list = {items, 3}, empty = {0};

	(void)state;
	assert_ptr_equal(match_find(&a, &list, 8), &items[2]);
	assert_null(match_find(&a, &list, 7));
	assert_null(match_find(&a, &empty, 8));
}

static void indices(void **state)
{
	struct link items[] = {LINK(1, "lo"), LINK(7, "a"), LINK(4, "b")};
	struct link_list list = {items, 3}, empty = {0};

	(void)state;
	assert_int_equal(match_free_index(&list, 5), 5);
	assert_int_equal(match_free_index(&list, 4), 8);
	assert_int_equal(match_free_index(&list, 7), 8);
	assert_int_equal(match_free_index(&empty, 7), 7);
}

/* The highest index is taken: there is none above it, but there are others. */
static void indices_end(void **state)
{
	struct link items[] = {LINK(1, "lo"), LINK(2, "a"), LINK(INT32_MAX, "b")};
	struct link_list list = {items, 3};
	int64_t got = match_free_index(&list, 1);

	(void)state;
	assert_int_equal(got, 3);
}

static void same(void **state)
{
	char text[] = "x";
	const char *a = "x", *b = text, *none = NULL;

	(void)state;
	assert_true(MATCH_SAME(a, b));
	assert_true(MATCH_SAME(none, none));
	assert_false(MATCH_SAME(a, none));
	assert_false(MATCH_SAME(none, a));
	text[0] = 'y';
	assert_false(MATCH_SAME(a, b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(a_device_is_its_address),
		cmocka_unit_test_setup_teardown(a_device_that_was_bound_anew, tree_set_up,
			tree_tear_down),
		cmocka_unit_test(without_a_port_name),
		cmocka_unit_test(a_pair_is_its_index_and_peer),
		cmocka_unit_test(a_tap_is_its_index_and_mac),
		cmocka_unit_test(finding),
		cmocka_unit_test(indices),
		cmocka_unit_test(indices_end),
		cmocka_unit_test(same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
