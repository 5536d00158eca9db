/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bind.h"
#include "devnode.h"
#include "driver.h"
#include "file.h"
#include "iommu.h"
#include "mem.h"

#define PCI_BUS "/sys/bus/pci"

int bind_override(int rootfd, const char *address, char buf[static PCI_DRIVER], struct err *e)
{
	char path[PCI_PATH];
	int r = devnode_free(rootfd, address, e);

	if (r < 0)
		return r;
	r = file_read_line(rootfd, pci_path(address, "driver_override", path), buf, PCI_DRIVER);
	if (r < 0)
		return err_sys(e, ERR_IO, -r, "device %s: read driver_override", address);
	if (strcmp(buf, "(null)") == 0)
		buf[0] = '\0';
	return 0;
}

int bind_set_override(int rootfd, const char *address, const char *driver, struct err *e)
{
	char path[PCI_PATH];
	int r = file_write_attr(rootfd, pci_path(address, "driver_override", path),
		*driver ? driver : "\n");

	return r < 0 ? err_sys(e, ERR_KERNEL, -r, "device %s: set driver_override to \"%s\"",
			       address, driver)
		     : 0;
}

int bind_release(int rootfd, const char *address, struct err *e)
{
	char driver[PCI_DRIVER], path[PCI_PATH];
	int r;

	pci_driver(rootfd, address, driver);
	if (!driver[0])
		return 0;
	r = devnode_free(rootfd, address, e);
	if (r < 0)
		return r;
	r = file_write_attr(rootfd, pci_path(address, "driver/unbind", path), address);
	/* ENODEV: somebody was quicker. */
	return r < 0 && r != -ENODEV && r != -ENOENT
		? err_sys(e, ERR_KERNEL, -r, "device %s: unbind from %s", address, driver)
		: 0;
}

static int no_such_driver(const char *what, const char *driver, struct err *e)
{
	int r = err_set(e, ERR_UNAVAILABLE, ENOENT, "%s: the driver %s is not loaded", what,
		driver);

	err_remedy(e, "modprobe %s (and for every boot: echo %s > /etc/modules-load.d/dpdk.conf)",
		driver, driver);
	return r;
}

/* The kernel may be built without the switch. */
static int no_iommu(int rootfd, const char *address, const char *driver, struct err *e)
{
	auto_close int fd = file_open(rootfd, IOMMU_UNSAFE_SWITCH, O_PATH, 0, FILE_IN_ROOT);
	int r = err_set(e, ERR_UNAVAILABLE, ENODEV,
		"device %s: it is in no IOMMU group, and without one %s takes no device", address,
		driver);

	err_remedy(e,
		"boot with intel_iommu=on or amd_iommu=on, and VT-d or AMD-Vi in the firmware%s",
		fd >= 0 ? "; in a virtual machine that has none: echo Y > " IOMMU_UNSAFE_SWITCH
			  " (the pod can then read and write all of the host's memory)"
			: "");
	return r;
}

static bool is_loaded(int rootfd, const char *driver)
{
	char path[PCI_PATH];

	(void)snprintf(path, sizeof(path), PCI_BUS "/drivers/%.63s", driver);
	auto_close int fd = file_open(rootfd, path, O_PATH | O_DIRECTORY, 0, FILE_IN_ROOT);

	return fd >= 0;
}

static int group_viable(int rootfd, const char *address, struct err *e)
{
	struct iommu_group group;
	struct pci_device other;

	if (iommu_group_of(rootfd, address, &group, NULL) < 0 ||
		iommu_hindrance(rootfd, group.id, address, &other) <= 0)
		return 0;
	int r = err_set(e, ERR_DEVICE, EBUSY,
		"device %s: its IOMMU group holds %s too, which is with the driver %s", address,
		other.address, other.driver);

	err_remedy(e,
		"VFIO gives out whole groups: unbind %s as well, or use a slot (or firmware "
		"setting, ACS) that keeps them apart",
		other.address);
	return r;
}

int bind_possible(int rootfd, const char *address, const char *driver, struct err *e)
{
	char what[64];
	struct iommu_group group;

	(void)snprintf(what, sizeof(what), address ? "device %s" : "mode vfio", address);
	if (!is_loaded(rootfd, driver))
		return no_such_driver(what, driver, e);
	if (!address || driver_kind(driver) != DRIVER_VFIO)
		return 0;
	if (iommu_group_of(rootfd, address, &group, NULL) == 0)
		return group_viable(rootfd, address, e);
	return iommu_unsafe(rootfd) ? 0 : no_iommu(rootfd, address, driver, e);
}

int bind_probe(int rootfd, const char *address, const char *driver, struct err *e)
{
	char now[PCI_DRIVER], what[64];
	int r;

	pci_driver(rootfd, address, now);
	if (now[0] && (!*driver || strcmp(now, driver) == 0))
		return 0;
	if (*driver && !is_loaded(rootfd, driver)) {
		(void)snprintf(what, sizeof(what), "device %s", address);
		return no_such_driver(what, driver, e);
	}
	r = bind_set_override(rootfd, address, driver, e);
	if (r < 0)
		return r;
	r = file_write_attr(rootfd, PCI_BUS "/drivers_probe", address);
	pci_driver(rootfd, address, now);
	if (now[0] && (!*driver || strcmp(now, driver) == 0))
		return 0;
	r = err_sys(e, ERR_KERNEL, r < 0 ? -r : ENODEV, "device %s: bind to %s (it has %s now)",
		address, *driver ? driver : "its kernel driver", now[0] ? now : "no driver");
	if (*driver)
		err_remedy(e, "see dmesg");
	return r;
}
