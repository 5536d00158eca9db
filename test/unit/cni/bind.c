/* SPDX-License-Identifier: Apache-2.0 */
/*
 * On a recorded sysfs: what is read, what is written where, and what is said when the kernel does not
 * do it (a recorded tree never does). A held group, and a bind that works, are for the lab; so is no
 * IOMMU not: its kernel has no such VFIO, and it does have an IOMMU.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "bind.h"
#include "devnode.h"
#include "test.h"
#include "tree.h"

#define VF "0000:3b:02.1"
#define OTHER "0000:3b:02.2"
#define BUS "sys/bus/pci/"
#define DEV BUS "devices/" VF

static void in_group(const char *device, const char *group, const char *name)
{
	char path[160], target[160];

	(void)snprintf(path, sizeof(path), BUS "devices/%s/iommu_group", device);
	(void)snprintf(target, sizeof(target), "../../../../kernel/iommu_groups/%s", group);
	tree_link(path, target);
	(void)snprintf(path, sizeof(path), "sys/kernel/iommu_groups/%s/name", group);
	tree_file(path, name, 0644);
	(void)snprintf(path, sizeof(path), "sys/kernel/iommu_groups/%s/devices/%s", group, device);
	(void)snprintf(target, sizeof(target), "../../../../bus/pci/devices/%s", device);
	tree_link(path, target);
}

static void with_driver(const char *device, const char *driver)
{
	char path[160], target[160];

	(void)snprintf(path, sizeof(path), BUS "drivers/%s/unbind", driver);
	tree_file(path, "", 0644);
	(void)snprintf(path, sizeof(path), BUS "devices/%s/driver", device);
	(void)snprintf(target, sizeof(target), "../../drivers/%s", driver);
	tree_link(path, target);
}

/* A VF with its kernel driver, alone in its group; vfio-pci is loaded. */
static int set_up(void **state)
{
	if (tree_set_up(state) < 0)
		return -1;
	tree_file(DEV "/driver_override", "(null)\n", 0644);
	tree_file(BUS "drivers_probe", "", 0644);
	tree_dir(BUS "drivers/vfio-pci");
	return 0;
}

static const char *content(const char *path)
{
	static char buf[256];
	int fd = openat(tree_root, path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, sizeof(buf) - 1);

	assert_true(n >= 0);
	buf[n] = '\0';
	(void)close(fd);
	return buf;
}

static void overrides(void **state)
{
	char buf[PCI_DRIVER];
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(bind_override(tree_root, VF, buf, &e), 0);
	assert_string_equal(buf, "");
	tree_file(DEV "/driver_override", "vfio-pci\n", 0644);
	assert_int_equal(bind_override(tree_root, VF, buf, &e), 0);
	assert_string_equal(buf, "vfio-pci");
	tree_file(DEV "/driver_override", "", 0644);
	assert_int_equal(bind_set_override(tree_root, VF, "igbvf", &e), 0);
	assert_string_equal(content(DEV "/driver_override"), "igbvf");
	/* Nothing is said by an empty line: a write of nothing never reaches the kernel. */
	tree_file(DEV "/driver_override", "", 0644);
	assert_int_equal(bind_set_override(tree_root, VF, "", &e), 0);
	assert_string_equal(content(DEV "/driver_override"), "\n");
	assert_true(bind_override(tree_root, OTHER, buf, &e) < 0);
	assert_error(e, ERR_IO, OTHER);
}

static void a_group_that_nobody_holds(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(devnode_free(tree_root, VF, &e), 0); /* in no group */
	in_group(VF, "42", "DMAR\n");
	assert_int_equal(devnode_free(tree_root, VF, &e), 0); /* no node: not with vfio-pci */
	tree_file("dev/vfio/42", "", 0600);
	assert_int_equal(devnode_free(tree_root, VF, &e), 0);
}

/* A program has /dev/null open, which the tree calls a UIO device. */
static void a_uio_device(void **state)
{
	struct devnode n;
	struct err e = ERR_INIT;

	(void)state;
	in_group(VF, "42", "DMAR\n");
	with_driver(VF, "uio_pci_generic");
	assert_true(devnode_of(tree_root, VF, &n, &e) < 0);
	assert_error(e, ERR_DEVICE, "uio_pci_generic has made no UIO device of it");
	tree_dir(DEV "/uio/uio3");
	assert_int_equal(devnode_of(tree_root, VF, &n, NULL), 0);
	assert_string_equal(n.path, "/dev/uio3");
	assert_true(n.uio);
	tree_file("sys/class/uio/uio3/dev", "1:3\n", 0444);
	tree_link("proc/77/fd/5", "/dev/zero");
	tree_link("proc/self", "77");
	e = ERR_INIT;
	assert_int_equal(devnode_free(tree_root, VF, &e), 0);
	tree_link("proc/78/fd/3", "/dev/null");
	assert_int_equal(devnode_free(tree_root, VF, &e), -EBUSY);
	assert_error(e, ERR_AGAIN, "a program holds its UIO device /dev/uio3");
	assert_non_null(strstr(e.remedy, "fuser -v /dev/uio3"));
	/* And is asked by whoever would take it away. */
	assert_int_equal(bind_release(tree_root, VF, NULL), -EBUSY);
	assert_string_equal(content(BUS "drivers/uio_pci_generic/unbind"), "");
	/* With a VFIO driver it is the group's node that counts. */
	assert_int_equal(unlinkat(tree_root, DEV "/driver", 0), 0);
	with_driver(VF, "vfio-pci");
	assert_int_equal(devnode_of(tree_root, VF, &n, NULL), 0);
	assert_string_equal(n.path, "/dev/vfio/42");
}

/* What can be known before the device is unbound, and the ways out that this kernel has. */
static void is_it_possible(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	tree_dir(BUS "drivers/uio_pci_generic");
	assert_true(bind_possible(tree_root, VF, "mlx5_vfio_pci", &e) < 0);
	assert_error(e, ERR_UNAVAILABLE, "device " VF ": the driver mlx5_vfio_pci is not loaded");
	assert_non_null(strstr(e.remedy, "modprobe mlx5_vfio_pci"));
	e = ERR_INIT;
	assert_true(bind_possible(tree_root, NULL, "igb_uio", &e) < 0);
	assert_error(e, ERR_UNAVAILABLE, "mode vfio: the driver igb_uio is not loaded");
	assert_int_equal(bind_possible(tree_root, NULL, "vfio-pci", NULL), 0);
	assert_int_equal(bind_possible(tree_root, VF, "uio_pci_generic", NULL), 0);

	e = ERR_INIT;
	assert_true(bind_possible(tree_root, VF, "vfio-pci", &e) < 0);
	assert_error(e, ERR_UNAVAILABLE, "in no IOMMU group");
	assert_non_null(strstr(e.remedy, "intel_iommu=on"));
	assert_null(strstr(e.remedy, "noiommu"));
	tree_file("sys/module/vfio/parameters/enable_unsafe_noiommu_mode", "N\n", 0644);
	e = ERR_INIT;
	assert_true(bind_possible(tree_root, VF, "vfio-pci", &e) < 0);
	assert_non_null(strstr(e.remedy, "enable_unsafe_noiommu_mode"));
	tree_file("sys/module/vfio/parameters/enable_unsafe_noiommu_mode", "Y\n", 0644);
	assert_int_equal(bind_possible(tree_root, VF, "vfio-pci", NULL), 0);
	assert_int_equal(unlinkat(tree_root,
				 "sys/module/vfio/parameters/enable_unsafe_noiommu_mode", 0),
		0);
	in_group(VF, "42", "DMAR\n");
	assert_int_equal(bind_possible(tree_root, VF, "vfio-pci", NULL), 0);
}

static void all_of_a_group(void **state)
{
	static const char *const harmless[] = {"vfio-pci", "mlx5_vfio_pci", "xe-vfio-pci",
		"pcieport", "pci-stub"};
	struct err e = ERR_INIT;

	(void)state;
	in_group(VF, "42", "DMAR\n");
	in_group(OTHER, "42", "DMAR\n");
	with_driver(VF, "igbvf"); /* its own does not count */
	assert_int_equal(bind_possible(tree_root, VF, "vfio-pci", &e), 0);
	for (size_t i = 0; i < sizeof(harmless) / sizeof(*harmless); i++) {
		with_driver(OTHER, harmless[i]);
		assert_int_equal(bind_possible(tree_root, VF, "vfio-pci", &e), 0);
		assert_int_equal(unlinkat(tree_root, BUS "devices/" OTHER "/driver", 0), 0);
	}
	/* UIO drivers use the kernel's DMA, which is what VFIO must be alone with. */
	with_driver(OTHER, "igb_uio");
	assert_true(bind_possible(tree_root, VF, "vfio-pci", NULL) < 0);
	assert_int_equal(unlinkat(tree_root, BUS "devices/" OTHER "/driver", 0), 0);
	with_driver(OTHER, "ixgbe");
	assert_true(bind_possible(tree_root, VF, "vfio-pci", &e) < 0);
	assert_error(e, ERR_DEVICE, OTHER);
	assert_non_null(strstr(e.msg, "ixgbe"));
	assert_non_null(strstr(e.remedy, "unbind " OTHER));
}

static void unbinding(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(bind_release(tree_root, VF, &e), 0);
	with_driver(VF, "igbvf");
	assert_int_equal(bind_release(tree_root, VF, &e), 0);
	assert_string_equal(content(BUS "drivers/igbvf/unbind"), VF);
}

static void binding(void **state)
{
	struct err e = ERR_INIT, none = ERR_INIT;

	(void)state;
	assert_true(bind_probe(tree_root, VF, "mlx5_vfio_pci", &e) < 0);
	assert_error(e, ERR_UNAVAILABLE, "not loaded");
	assert_non_null(strstr(e.remedy, "modprobe mlx5_vfio_pci"));
	assert_string_equal(content(DEV "/driver_override"), "(null)\n"); /* nothing was touched */

	tree_file(DEV "/driver_override", "", 0644);
	assert_true(bind_probe(tree_root, VF, "vfio-pci", &none) < 0);
	assert_error(none, ERR_KERNEL, "bind to vfio-pci (it has no driver now)");
	assert_string_equal(content(DEV "/driver_override"), "vfio-pci");
	assert_string_equal(content(BUS "drivers_probe"), VF);
	assert_non_null(strstr(none.remedy, "dmesg"));
	with_driver(VF, "vfio-pci");
	assert_int_equal(bind_probe(tree_root, VF, "vfio-pci", NULL), 0);
	assert_int_equal(bind_probe(tree_root, VF, "", NULL), 0); /* whichever */
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tree_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(overrides),
		TEST(a_group_that_nobody_holds),
		TEST(a_uio_device),
		TEST(is_it_possible),
		TEST(all_of_a_group),
		TEST(unbinding),
		TEST(binding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
