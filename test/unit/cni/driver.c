/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two steps of mode vfio on a recorded sysfs: what they keep of the device and of its node, and
 * what they publish. Binding itself is for the lab.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"
#include "steps.h"
#include "test.h"
#include "tree.h"

#define VF "0000:3b:02.1"
#define DEV "sys/bus/pci/devices/" VF

static struct machine m;
static struct attach a;

/* A VF that is with vfio-pci, in group 42, whose node is root's. */
static int set_up(void **state)
{
	if (tree_set_up(state) < 0)
		return -1;
	tree_file(DEV "/class", "0x020000\n", 0444);
	tree_file(DEV "/driver_override", "vfio-pci\n", 0644);
	tree_link(DEV "/driver", "../../drivers/vfio-pci");
	tree_link(DEV "/iommu_group", "../../../../kernel/iommu_groups/42");
	tree_file("sys/kernel/iommu_groups/42/name", "DMAR\n", 0444);
	tree_dir("sys/kernel/iommu_groups/42/devices");
	tree_file("sys/bus/pci/drivers/vfio-pci/unbind", "", 0644);
	tree_file("dev/vfio/42", "", 0600);
	m = (struct machine)MACHINE_INIT;
	m.root = tree_root;
	attach_init(&a, &m, NULL);
	a.owns = true;
	a.rec.ifname = strdup("net1");
	a.rec.interface.mode = PODFILE_VFIO;
	a.rec.interface.pci_address = strdup(VF);
	a.rec.pci.driver = strdup("vfio-pci");
	a.rec.pci.target = strdup("vfio-pci");
	return 0;
}

static int tear_down(void **state)
{
	attach_free(&a);
	return tree_tear_down(state);
}

static void ok(int (*f)(struct attach *, struct err *))
{
	struct err e = ERR_INIT;

	if (f(&a, &e) < 0)
		fail_msg("%s", e.msg);
}

static struct stat node(void)
{
	struct stat st;

	assert_int_equal(fstatat(tree_root, "dev/vfio/42", &st, 0), 0);
	return st;
}

static void the_node_is_lent(void **state)
{
	const struct stat before = node();

	(void)state;
	a.conf.device_node.gid = getgid();
	a.conf.device_node.mode = strdup("0660");
	ok(step_unbind.capture);
	assert_string_equal(a.rec.pci.override, "vfio-pci");
	assert_string_equal(a.rec.interface.driver, "vfio-pci");
	ok(step_bind.capture);
	assert_int_equal(a.rec.pci.node_mode, 0600);
	assert_int_equal(a.rec.pci.node_gid, before.st_gid);
	ok(step_unbind.apply);
	ok(step_bind.apply);
	assert_int_equal(node().st_mode & 0777, 0660);
	assert_int_equal(node().st_gid, getgid());
	assert_int_equal(a.rec.interface.iommu_group, 42);
	assert_int_not_equal(a.rec.interface.no_iommu, 1);
	ok(step_bind.check);
	ok(step_bind.undo);
	assert_int_equal(node().st_mode & 0777, 0600);
	assert_int_equal(node().st_gid, before.st_gid);
}

static void a_node_that_nobody_wants_changed(void **state)
{
	(void)state;
	ok(step_bind.capture);
	assert_true(a.rec.pci.node_mode == CODEC_ABSENT);
	ok(step_bind.apply);
	assert_int_equal(node().st_mode & 0777, 0600);
	assert_int_equal(fchmodat(tree_root, "dev/vfio/42", 0640, 0), 0);
	ok(step_bind.undo);
	assert_int_equal(node().st_mode & 0777, 0640); /* somebody else's word */
}

/* vfio.enable_unsafe_noiommu_mode=Y, which the kernel of the lab has not. */
static void without_iommu(void **state)
{
	(void)state;
	tree_file("sys/kernel/iommu_groups/42/name", "vfio-noiommu\n", 0644);
	tree_file("dev/vfio/noiommu-42", "", 0600);
	ok(step_bind.apply);
	assert_int_equal(a.rec.interface.iommu_group, 42);
	assert_int_equal(a.rec.interface.no_iommu, 1);
}

/* The node of a UIO device is lent like a group's. */
static void the_node_of_uio(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(unlinkat(tree_root, DEV "/driver", 0), 0);
	tree_link(DEV "/driver", "../../drivers/igb_uio");
	tree_file("sys/bus/pci/drivers/igb_uio/unbind", "", 0644);
	tree_dir(DEV "/uio/uio3");
	tree_file("dev/uio3", "", 0600);
	assert_int_equal(mem_set_text(&a.rec.pci.driver, "igb_uio", NULL), 0);
	assert_int_equal(mem_set_text(&a.rec.pci.target, "igb_uio", NULL), 0);
	a.conf.device_node.mode = strdup("0660");
	ok(step_unbind.capture);
	ok(step_bind.capture);
	ok(step_bind.apply);
	assert_int_equal(fstatat(tree_root, "dev/uio3", &st, 0), 0);
	assert_int_equal(st.st_mode & 0777, 0660);
	assert_true(a.rec.interface.iommu_group == CODEC_ABSENT);
	ok(step_bind.undo);
	assert_int_equal(fstatat(tree_root, "dev/uio3", &st, 0), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(node().st_mode & 0777, 0600);
}

static void a_node_that_is_not_there(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(unlinkat(tree_root, "dev/vfio/42", 0), 0);
	assert_true(step_bind.apply(&a, &e) < 0);
	assert_error(e, ERR_DEVICE, VF);
}

/* A device of its group is with the kernel: seen before anything is touched. */
static void a_group_that_is_not_ours_alone(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	tree_link("sys/kernel/iommu_groups/42/devices/0000:3b:02.2",
		"../../../../bus/pci/devices/0000:3b:02.2");
	tree_link("sys/bus/pci/devices/0000:3b:02.2/driver", "../../drivers/ixgbe");
	assert_true(step_bind.capture(&a, &e) < 0);
	assert_error(e, ERR_DEVICE, "0000:3b:02.2");
}

static void another_driver(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(unlinkat(tree_root, DEV "/driver", 0), 0);
	assert_true(step_bind.check(&a, &e) < 0);
	assert_error(e, ERR_MISMATCH, "its driver is none, vfio-pci was bound");
}

/* A device that is gone, or somebody else's by now, is none of ours. */
static void nothing_to_give_back(void **state)
{
	(void)state;
	a.owns = false;
	ok(step_bind.undo);
	ok(step_unbind.undo);
	assert_false(a.device_back);
	a.owns = true;
	free(a.rec.interface.pci_address);
	a.rec.interface.pci_address = strdup("0000:3b:02.7");
	ok(step_bind.undo);
	ok(step_unbind.undo);
	assert_true(a.device_back);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_node_is_lent),
		TEST(a_node_that_nobody_wants_changed),
		TEST(without_iommu),
		TEST(the_node_of_uio),
		TEST(a_node_that_is_not_there),
		TEST(a_group_that_is_not_ours_alone),
		TEST(another_driver),
		TEST(nothing_to_give_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
