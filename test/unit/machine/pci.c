/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>

#include "codec.h"
#include "pci.h"
#include "test.h"
#include "tree.h"

#define ROOT_PORT "sys/devices/pci0000:3a/0000:3a:00.0"
#define PF ROOT_PORT "/0000:3b:00.0"
#define VF ROOT_PORT "/0000:3b:02.1"
#define DISK "sys/devices/pci0000:00/0000:00:05.0"

static void device(const char *dir, const char *class, const char *vendor, const char *id)
{
	char path[256], target[256];
	const char *bdf = strrchr(dir, '/') + 1;

	(void)snprintf(path, sizeof(path), "%s/class", dir);
	tree_file(path, class, 0444);
	(void)snprintf(path, sizeof(path), "%s/vendor", dir);
	tree_file(path, vendor, 0444);
	(void)snprintf(path, sizeof(path), "%s/device", dir);
	tree_file(path, id, 0444);
	(void)snprintf(path, sizeof(path), "sys/bus/pci/devices/%s", bdf);
	(void)snprintf(target, sizeof(target), "../../../%s", dir + strlen("sys/"));
	tree_link(path, target);
}

/* A PF with four VFs on node 1, behind an IOMMU; a disk. */
static int set_up(void **state)
{
	if (tree_set_up(state) < 0)
		return -1;
	device(PF, "0x020000\n", "0x8086\n", "0x1521\n");
	tree_file(PF "/numa_node", "1\n", 0644);
	/* Whoever reads it waits for whoever writes it; here for ever. */
	tree_fifo(PF "/sriov_numvfs");
	tree_fifo(PF "/driver_override");
	tree_fifo(PF "/uevent");
	tree_link(PF "/driver", "../../../../bus/pci/drivers/igb");
	tree_link(PF "/iommu_group", "../../../../kernel/iommu_groups/42");
	tree_link(PF "/virtfn0", "../0000:3b:02.0");
	tree_link(PF "/virtfn1", "../0000:3b:02.4");
	tree_link(PF "/virtfn2", "../0000:3b:02.1");
	tree_link(PF "/virtfn3", "../0000:3b:02.5");
	device(VF, "0x020000\n", "0x8086\n", "0x1520\n");
	tree_file(VF "/numa_node", "-1\n", 0644);
	tree_link(VF "/physfn", "../0000:3b:00.0");
	device(DISK, "0x010802\n", "0x144d\n", "0xa808\n");
	tree_file(DISK "/numa_node", "0\n", 0644);
	return 0;
}

static struct pci_device read_device(const char *address)
{
	struct err e = ERR_INIT;
	struct pci_device d;

	memset(&d, 0x5a, sizeof(d));
	if (pci_read(tree_root, address, &d, &e) < 0)
		fail_msg("%s", e.msg);
	assert_string_equal(d.address, address);
	return d;
}

static void the_bus(void **state)
{
	(void)state;
	assert_int_equal(pci_bus(tree_root), 0);
	assert_int_equal(renameat(tree_root, "sys/bus/pci", tree_root, "sys/bus/pcx"), 0);
	assert_int_equal(pci_bus(tree_root), -ENOENT);
}

static void a_pf(void **state)
{
	struct pci_device d = read_device("0000:3b:00.0");

	(void)state;
	assert_int_equal(d.class, 0x020000);
	assert_int_equal(d.vendor, 0x8086);
	assert_int_equal(d.device, 0x1521);
	assert_int_equal(d.numa_node, 1);
	assert_int_equal(d.iommu_group, 42);
	assert_string_equal(d.driver, "igb");
	assert_string_equal(d.pf, "");
	assert_true(d.vf == CODEC_ABSENT);
	assert_int_equal(d.num_vfs, 4);
	assert_int_equal(d.kind, DRIVER_KERNEL);
	assert_true(pci_is_network(&d));
}

static void a_vf(void **state)
{
	struct pci_device d = read_device("0000:3b:02.1");

	(void)state;
	assert_int_equal(d.device, 0x1520);
	assert_string_equal(d.pf, "0000:3b:00.0");
	assert_int_equal(d.num_vfs, 0);
	assert_int_equal(d.vf, 2); /* its place at the PF, not its function number */
	assert_string_equal(d.driver, "");
	assert_int_equal(d.kind, DRIVER_NONE);
	assert_true(d.iommu_group == CODEC_ABSENT);
	assert_true(d.numa_node == CODEC_ABSENT);
}

static void what_is_no_nic(void **state)
{
	struct pci_device d = read_device("0000:00:05.0");

	(void)state;
	assert_false(pci_is_network(&d));
	assert_int_equal(d.numa_node, 0); /* node 0 is a node */
	d.class = 0x028000;
	assert_true(pci_is_network(&d));
	d.class = 0x1020000; /* more than a class has */
	assert_false(pci_is_network(&d));
}

static void a_vf_that_its_pf_does_not_list(void **state)
{
	(void)state;
	device(ROOT_PORT "/0000:3b:02.7", "0x020000\n", "0x8086\n", "0x1520\n");
	tree_link(ROOT_PORT "/0000:3b:02.7/physfn", "../0000:3b:00.0");
	struct pci_device d = read_device("0000:3b:02.7");

	assert_string_equal(d.pf, "0000:3b:00.0");
	assert_true(d.vf == CODEC_ABSENT);
}

static void no_such_device(void **state)
{
	static const char *const none[] = {"0000:ff:00.0", "0000:3b:00", "..", ""};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct err e = ERR_INIT;
		struct pci_device d;

		assert_int_equal(pci_read(tree_root, none[i], &d, &e), -ENODEV);
		assert_error(e, ERR_DEVICE, "there is none on this machine");
	}
}

/* Attributes that are there and hold nonsense. */
static void damaged_attributes(void **state)
{
	(void)state;
	device(ROOT_PORT "/0000:3b:03.0", "", "0x80x\n", "99999999999999999999\n");
	struct pci_device d = read_device("0000:3b:03.0");

	assert_int_equal(d.class, 0);
	assert_int_equal(d.vendor, 0);
	assert_int_equal(d.device, 0);
	assert_false(pci_is_network(&d));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tree_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_bus),
		TEST(a_pf),
		TEST(a_vf),
		TEST(what_is_no_nic),
		TEST(a_vf_that_its_pf_does_not_list),
		TEST(no_such_device),
		TEST(damaged_attributes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
