/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bind.h"
#include "driver.h"
#include "file.h"
#include "mem.h"

#define PCI_BUS "/sys/bus/pci"
#define PATH_SIZE 192

static const char *device_path(const char *address, const char *attribute,
	char buf[static PATH_SIZE])
{
	(void)snprintf(buf, PATH_SIZE, PCI_BUS "/devices/%.23s/%.64s", address, attribute);
	return buf;
}

/* "" where the device has no driver. */
static void current_driver(int rootfd, const char *address, char buf[static BIND_DRIVER])
{
	char path[PATH_SIZE];

	if (file_link_base(rootfd, device_path(address, "driver", path), buf, BIND_DRIVER) < 0)
		buf[0] = '\0';
}

int bind_override(int rootfd, const char *address, char buf[static BIND_DRIVER], struct err *e)
{
	char path[PATH_SIZE];
	int r = file_read_line(rootfd, device_path(address, "driver_override", path), buf,
		BIND_DRIVER);

	if (r < 0)
		return err_sys(e, ERR_IO, -r, "device %s: read driver_override", address);
	if (strcmp(buf, "(null)") == 0)
		buf[0] = '\0';
	return 0;
}

int bind_set_override(int rootfd, const char *address, const char *driver, struct err *e)
{
	char path[PATH_SIZE];
	int r = file_write_attr(rootfd, device_path(address, "driver_override", path),
		*driver ? driver : "\n");

	return r < 0 ? err_sys(e, ERR_KERNEL, -r, "device %s: set driver_override to \"%s\"",
			       address, driver)
		     : 0;
}

int bind_group_node(int rootfd, const char *address, char buf[static 64], bool *ret_no_iommu,
	struct err *e)
{
	char path[PATH_SIZE], group[32], name[64] = "";

	buf[0] = '\0';
	*ret_no_iommu = false;
	if (file_link_base(rootfd, device_path(address, "iommu_group", path), group,
		    sizeof(group)) < 0)
		return err_set(e, ERR_DEVICE, ENOENT, "device %s: it is in no IOMMU group",
			address);
	(void)snprintf(path, sizeof(path), "/sys/kernel/iommu_groups/%s/name", group);
	(void)file_read_line(rootfd, path, name, sizeof(name));
	*ret_no_iommu = strcmp(name, "vfio-noiommu") == 0;
	(void)snprintf(buf, 64, "/dev/vfio/%s%s", *ret_no_iommu ? "noiommu-" : "", group);
	return 0;
}

int bind_group_free(int rootfd, const char *address, struct err *e)
{
	char node[64];
	bool no_iommu;

	if (bind_group_node(rootfd, address, node, &no_iommu, NULL) < 0)
		return 0;
	auto_close int fd = file_open(rootfd, node, O_RDWR, 0, FILE_IN_ROOT);

	if (fd != -EBUSY)
		return 0;
	int r = err_set(e, ERR_AGAIN, EBUSY, "device %s: a program holds its VFIO group %s",
		address, node);

	err_remedy(e, "it is given back when that program ends: find it with fuser -v %s", node);
	return r;
}

int bind_release(int rootfd, const char *address, struct err *e)
{
	char driver[BIND_DRIVER], path[PATH_SIZE];
	int r;

	current_driver(rootfd, address, driver);
	if (!driver[0])
		return 0;
	r = bind_group_free(rootfd, address, e);
	if (r < 0)
		return r;
	r = file_write_attr(rootfd, device_path(address, "driver/unbind", path), address);
	/* ENODEV: somebody was quicker. */
	return r < 0 && r != -ENODEV && r != -ENOENT
		? err_sys(e, ERR_KERNEL, -r, "device %s: unbind from %s", address, driver)
		: 0;
}

static int no_such_driver(const char *address, const char *driver, struct err *e)
{
	int r = err_set(e, ERR_UNAVAILABLE, ENOENT, "device %s: the driver %s is not loaded",
		address, driver);

	err_remedy(e, "modprobe %s (and for every boot: echo %s > /etc/modules-load.d/dpdk.conf)",
		driver, driver);
	return r;
}

int bind_probe(int rootfd, const char *address, const char *driver, struct err *e)
{
	char now[BIND_DRIVER], path[PATH_SIZE], node[64];
	bool no_iommu;
	int r;

	current_driver(rootfd, address, now);
	if (now[0] && (!*driver || strcmp(now, driver) == 0))
		return 0;
	(void)snprintf(path, sizeof(path), PCI_BUS "/drivers/%.63s", driver);
	auto_close int dir = *driver
		? file_open(rootfd, path, O_PATH | O_DIRECTORY, 0, FILE_IN_ROOT)
		: -1;

	if (*driver && dir < 0)
		return no_such_driver(address, driver, e);
	r = bind_set_override(rootfd, address, driver, e);
	if (r < 0)
		return r;
	r = file_write_attr(rootfd, PCI_BUS "/drivers_probe", address);
	current_driver(rootfd, address, now);
	if (now[0] && (!*driver || strcmp(now, driver) == 0))
		return 0;
	r = err_sys(e, ERR_KERNEL, r < 0 ? -r : ENODEV, "device %s: bind to %s (it has %s now)",
		address, *driver ? driver : "its kernel driver", now[0] ? now : "no driver");
	if (*driver && bind_group_node(rootfd, address, node, &no_iommu, NULL) < 0)
		err_remedy(e,
			"it is in no IOMMU group: boot with intel_iommu=on or amd_iommu=on, and VT-d or AMD-Vi "
			"in the firmware; in a virtual machine that has none: echo Y > "
			"/sys/module/vfio/parameters/enable_unsafe_noiommu_mode (the pod can then read and write "
			"all of the host's memory)");
	else if (*driver)
		err_remedy(e, "see dmesg");
	return r;
}

int bind_group_viable(int rootfd, const char *address, struct err *e)
{
	char path[PATH_SIZE], driver[BIND_DRIVER];
	int r = 0;
	int fd = file_open(rootfd, device_path(address, "iommu_group/devices", path),
		O_RDONLY | O_DIRECTORY, 0, FILE_IN_ROOT);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (!d) {
		mem_closep(&fd);
		return 0;
	}
	for (struct dirent *de; r == 0 && (de = readdir(d));) {
		if (de->d_name[0] == '.' || strcmp(de->d_name, address) == 0)
			continue;
		current_driver(rootfd, de->d_name, driver);
		if (driver_shares_group(driver))
			continue;
		r = err_set(e, ERR_DEVICE, EBUSY,
			"device %s: its IOMMU group holds %s too, which is with the driver %s",
			address, de->d_name, driver);
		err_remedy(e,
			"VFIO gives out whole groups: unbind %s as well, or use a slot (or firmware "
			"setting, ACS) that keeps them apart",
			de->d_name);
	}
	(void)closedir(d);
	return r;
}
