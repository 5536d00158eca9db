/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "iommu.h"
#include "test.h"
#include "tree.h"

#define DEVICES "sys/bus/pci/devices/"
#define GROUPS "sys/kernel/iommu_groups/"
#define VF "0000:3b:02.1"
#define OTHER "0000:3b:02.2"

static void device(const char *address, const char *class, const char *driver)
{
	char path[160], target[160];

	(void)snprintf(path, sizeof(path), DEVICES "%s/class", address);
	tree_file(path, class, 0444);
	(void)snprintf(path, sizeof(path), DEVICES "%s/driver", address);
	(void)unlinkat(tree_root, path, 0);
	(void)snprintf(target, sizeof(target), "../../drivers/%s", driver);
	if (*driver)
		tree_link(path, target);
}

static void in_group(const char *address, const char *group)
{
	char path[160], target[160];

	(void)snprintf(path, sizeof(path), DEVICES "%s/iommu_group", address);
	(void)snprintf(target, sizeof(target), "../../../../kernel/iommu_groups/%s", group);
	tree_link(path, target);
	(void)snprintf(path, sizeof(path), GROUPS "%s/devices/%s", group, address);
	(void)snprintf(target, sizeof(target), "../../../../bus/pci/devices/%s", address);
	tree_link(path, target);
}

static void groups_and_their_nodes(void **state)
{
	struct iommu_group g = {7, true};
	char node[IOMMU_NODE];
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(iommu_group_of(tree_root, VF, &g, &e), -ENOENT);
	assert_error(e, ERR_DEVICE, VF ": it is in no IOMMU group");
	assert_int_equal(g.id, 7); /* untouched */
	device(VF, "0x020000\n", "vfio-pci");
	in_group(VF, "42");
	assert_int_equal(iommu_group_of(tree_root, VF, &g, NULL), 0);
	assert_false(g.no_iommu);
	assert_string_equal(iommu_node(&g, node), "/dev/vfio/42");
	tree_file(GROUPS "42/name", "DMAR\n", 0444);
	assert_int_equal(iommu_group_of(tree_root, VF, &g, NULL), 0);
	assert_false(g.no_iommu);
	/* vfio.enable_unsafe_noiommu_mode=Y: the group that vfio makes, and its name. */
	in_group(OTHER, "0");
	tree_file(GROUPS "0/name", "vfio-noiommu\n", 0444);
	assert_int_equal(iommu_group_of(tree_root, OTHER, &g, NULL), 0);
	assert_int_equal(g.id, 0);
	assert_true(g.no_iommu);
	assert_string_equal(iommu_node(&g, node), "/dev/vfio/noiommu-0");
}

static void how_many_and_of_which_type(void **state)
{
	char type[IOMMU_TYPE];

	(void)state;
	assert_int_equal(iommu_count(tree_root), 0);
	tree_file(GROUPS "0/type", "DMA-FQ\n", 0444);
	tree_file(GROUPS "1/name", "vfio-noiommu\n", 0444);
	tree_file(GROUPS "2/name", "something\n", 0444);
	assert_int_equal(iommu_count(tree_root), 2);
	iommu_type(tree_root, 0, type);
	assert_string_equal(type, "DMA-FQ");
	iommu_type(tree_root, 2, type);
	assert_string_equal(type, "");
}

static void the_unsafe_mode(void **state)
{
#define UNSAFE "sys/module/vfio/parameters/enable_unsafe_noiommu_mode"
	(void)state;
	assert_false(iommu_unsafe(tree_root)); /* vfio is not loaded */
	tree_file(UNSAFE, "N\n", 0644);
	assert_false(iommu_unsafe(tree_root));
	tree_file(UNSAFE, "Y\n", 0644);
	assert_true(iommu_unsafe(tree_root));
}

static void other_members(void **state)
{
	struct pci_device d;

	(void)state;
	device(VF, "0x020000\n", "igbvf");
	assert_int_equal(iommu_other(tree_root, 42, VF, &d), -ENOENT); /* no such group */
	in_group(VF, "42");
	assert_int_equal(iommu_other(tree_root, 42, VF, &d), 0);
	assert_int_equal(iommu_hindrance(tree_root, 42, VF, &d), 0); /* its own does not count */
	device("0000:3a:00.0", "0x060400\n", "pcieport");
	in_group("0000:3a:00.0", "42");
	assert_int_equal(iommu_other(tree_root, 42, VF, &d), 0); /* a bridge */
	device(OTHER, "0x020000\n", "iavf");
	in_group(OTHER, "42");
	assert_int_equal(iommu_other(tree_root, 42, VF, &d), 1);
	assert_string_equal(d.address, OTHER);
	assert_string_equal(d.driver, "iavf");
}

static void members_that_keep_vfio_out(void **state)
{
	static const char *const harmless[] = {"", "vfio-pci", "mlx5_vfio_pci", "pcieport",
		"pci-stub"};
	static const char *const bad[] = {"iavf", "igb_uio", "pciback"};
	struct pci_device d;

	(void)state;
	in_group(VF, "42");
	device(OTHER, "0x020000\n", "");
	in_group(OTHER, "42");
	for (size_t i = 0; i < sizeof(harmless) / sizeof(*harmless); i++) {
		device(OTHER, "0x020000\n", harmless[i]);
		assert_int_equal(iommu_hindrance(tree_root, 42, VF, &d), 0);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		device(OTHER, "0x020000\n", bad[i]);
		assert_int_equal(iommu_hindrance(tree_root, 42, VF, &d), 1);
		assert_string_equal(d.driver, bad[i]);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, tree_set_up, tree_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(groups_and_their_nodes),
		TEST(how_many_and_of_which_type),
		TEST(the_unsafe_mode),
		TEST(other_members),
		TEST(members_that_keep_vfio_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
