/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "devnode.h"
#include "driver.h"
#include "file.h"
#include "mem.h"
#include "pci.h"
#include "process.h"

/* Its name, "uio0". */
static int uio_name(int rootfd, const char *address, char buf[static 32])
{
	char path[PCI_PATH];
	auto_dir DIR *d = file_opendir(rootfd, pci_path(address, "uio", path));
	const char *name = d ? file_next(d) : NULL;

	if (!name)
		return -ENOENT;
	(void)snprintf(buf, 32, "%.31s", name);
	return 0;
}

int devnode_of(int rootfd, const char *address, struct devnode *ret, struct err *e)
{
	char driver[PCI_DRIVER], name[32];
	struct devnode n = {.uio = false};
	int r;

	pci_driver(rootfd, address, driver);
	if (driver_kind(driver) != DRIVER_UIO) {
		r = iommu_group_of(rootfd, address, &n.group, e);
		if (r == 0)
			(void)iommu_node(&n.group, n.path);
	} else {
		n.uio = true;
		r = uio_name(rootfd, address, name);
		if (r < 0)
			r = err_set(e, ERR_DEVICE, -r, "device %s: %s has made no UIO device of it",
				address, driver);
		(void)snprintf(n.path, sizeof(n.path), "/dev/%s", r == 0 ? name : "");
	}
	if (r == 0)
		*ret = n;
	return r;
}

/* UIO lets any number open it, and says nothing of who did: the processes are looked through. */
static bool is_open(int rootfd, const char *uio)
{
	char path[96], text[32];
	unsigned int major, minor;
	auto_dir DIR *d = process_list(rootfd);

	(void)snprintf(path, sizeof(path), "/sys/class/uio/%.31s/dev", uio);
	if (file_read_line(rootfd, path, text, sizeof(text)) < 0 ||
		sscanf(text, "%u:%u", &major, &minor) != 2)
		return false;
	for (pid_t pid; d && (pid = process_next(d));)
		if (process_has_device(rootfd, pid, makedev(major, minor)))
			return true;
	return false;
}

static int held(const char *address, const struct devnode *n, struct err *e)
{
	int r = err_set(e, ERR_AGAIN, EBUSY, "device %s: a program holds its %s %s", address,
		n->uio ? "UIO device" : "VFIO group", n->path);

	err_remedy(e, "it is given back when that program ends: find it with fuser -v %s", n->path);
	return r;
}

int devnode_free(int rootfd, const char *address, struct err *e)
{
	struct devnode n;

	if (devnode_of(rootfd, address, &n, NULL) < 0)
		return 0;
	if (n.uio)
		return is_open(rootfd, strrchr(n.path, '/') + 1) ? held(address, &n, e) : 0;
	auto_close int fd = file_open(rootfd, n.path, O_RDWR, 0, FILE_IN_ROOT);

	return fd == -EBUSY ? held(address, &n, e) : 0;
}
