/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "codec.h"
#include "nics.h"
#include "test.h"
#include "tree.h"

#define DEVICES "sys/bus/pci/devices/"
#define PF DEVICES "0000:3b:00.0"
#define VF DEVICES "0000:3b:02.1"

static void device(const char *dir, const char *class)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/class", dir);
	tree_file(path, class, 0444);
}

static void no_bus(void **state)
{
	struct nics n = {0};

	(void)state;
	assert_int_equal(nics_read(tree_root, &n), 0);
	assert_int_equal(n.n, 0);
	nics_free(&n);
}

static void network_devices_in_order(void **state)
{
	struct nics n = {0};

	(void)state;
	device(VF, "0x020000\n");
	tree_link(VF "/physfn", "../0000:3b:00.0");
	tree_link(VF "/driver", "../../drivers/vfio-pci");
	device(PF, "0x020000\n");
	tree_file(PF "/sriov_totalvfs", "64\n", 0444);
	tree_link(PF "/virtfn0", "../0000:3b:02.1");
	tree_file(PF "/sriov_drivers_autoprobe", "0\n", 0644);
	tree_file(PF "/net/ens1/flags", "0x1002\n", 0644);
	device(DEVICES "0000:00:05.0", "0x010802\n"); /* a disk */
	device(DEVICES "0001:00:00.0", "0x020000\n");
	tree_file(DEVICES "0001:00:00.0/net/ens2/flags", "0x1003\n", 0644);
	tree_dir(DEVICES "not-an-address");
	assert_int_equal(nics_read(tree_root, &n), 0);
	assert_int_equal(n.n, 3);
	assert_string_equal(n.items[0].pci.address, "0000:3b:00.0");
	assert_string_equal(n.items[0].netdev, "ens1");
	assert_int_equal(n.items[0].total_vfs, 64);
	assert_int_equal(n.items[0].pci.num_vfs, 1);
	assert_true(n.items[0].is_down);
	assert_false(n.items[0].autoprobe);
	assert_string_equal(n.items[1].pci.pf, "0000:3b:00.0");
	assert_string_equal(n.items[1].pci.driver, "vfio-pci");
	assert_string_equal(n.items[1].netdev, "");
	assert_false(n.items[1].is_down); /* what has no link is not down */
	assert_int_equal(n.items[1].total_vfs, 0);
	assert_true(n.items[1].autoprobe);
	assert_string_equal(n.items[2].pci.address, "0001:00:00.0");
	assert_false(n.items[2].is_down);
	nics_free(&n);
}

#define TREE_TEST(f) cmocka_unit_test_setup_teardown(f, tree_set_up, tree_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(no_bus),
		TREE_TEST(network_devices_in_order),
	};

	return cmocka_run_group_tests_name("nics", tests, NULL, NULL);
}
