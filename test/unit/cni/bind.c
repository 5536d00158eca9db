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
	assert_int_equal(bind_group_free(tree_root, VF, &e), 0); /* in no group */
	in_group(VF, "42", "DMAR\n");
	assert_int_equal(bind_group_free(tree_root, VF, &e), 0); /* no node: not with vfio-pci */
	tree_file("dev/vfio/42", "", 0600);
	assert_int_equal(bind_group_free(tree_root, VF, &e), 0);
}

static void all_of_a_group(void **state)
{
	static const char *const harmless[] = {"vfio-pci", "mlx5_vfio_pci", "xe-vfio-pci",
		"pcieport", "pci-stub"};
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(bind_group_viable(tree_root, VF, &e), 0);
	in_group(VF, "42", "DMAR\n");
	in_group(OTHER, "42", "DMAR\n");
	with_driver(VF, "igbvf"); /* its own does not count */
	assert_int_equal(bind_group_viable(tree_root, VF, &e), 0);
	for (size_t i = 0; i < sizeof(harmless) / sizeof(*harmless); i++) {
		with_driver(OTHER, harmless[i]);
		assert_int_equal(bind_group_viable(tree_root, VF, &e), 0);
		assert_int_equal(unlinkat(tree_root, BUS "devices/" OTHER "/driver", 0), 0);
	}
	/* UIO drivers use the kernel's DMA, which is what VFIO must be alone with. */
	with_driver(OTHER, "igb_uio");
	assert_true(bind_group_viable(tree_root, VF, NULL) < 0);
	assert_int_equal(unlinkat(tree_root, BUS "devices/" OTHER "/driver", 0), 0);
	with_driver(OTHER, "ixgbe");
	assert_true(bind_group_viable(tree_root, VF, &e) < 0);
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
	struct err e = ERR_INIT, none = ERR_INIT, other = ERR_INIT;

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
	/* Why, and what to do about it: there is no IOMMU. */
	assert_non_null(strstr(none.remedy, "no IOMMU group"));
	assert_non_null(strstr(none.remedy, "enable_unsafe_noiommu_mode"));
	in_group(VF, "42", "DMAR\n");
	assert_true(bind_probe(tree_root, VF, "vfio-pci", &other) < 0);
	assert_null(strstr(other.remedy, "IOMMU"));

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
		TEST(all_of_a_group),
		TEST(unbinding),
		TEST(binding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
