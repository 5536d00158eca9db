/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "codec.h"
#include "file.h"
#include "mem.h"
#include "pci.h"

#define PCI_DEVICES "/sys/bus/pci/devices"

static int64_t attribute(int dev, const char *name, int64_t absent)
{
	int64_t v;

	return file_read_int(dev, name, &v) == 0 ? v : absent;
}

const char *pci_path(const char *address, const char *attribute, char buf[static PCI_PATH])
{
	(void)snprintf(buf, PCI_PATH, PCI_DEVICES "/%.23s/%.64s", address, attribute);
	return buf;
}

void pci_driver(int rootfd, const char *address, char buf[static PCI_DRIVER])
{
	char path[PCI_PATH];

	if (file_link_base(rootfd, pci_path(address, "driver", path), buf, PCI_DRIVER) < 0)
		buf[0] = '\0';
}

int pci_vf_address(int rootfd, const char *pf, unsigned int index, char address[static PCIADDR_LEN])
{
	char path[PCI_PATH], name[32];

	(void)snprintf(name, sizeof(name), "virtfn%u", index);
	return file_link_base(rootfd, pci_path(pf, name, path), address, PCIADDR_LEN);
}

/* A PF's virtfnN lead to its VFs: how many there are, and which leads to that one. */
static int64_t count_vfs(int dev, const char *vf, int64_t *ret_index)
{
	static const char prefix[] = "virtfn";
	auto_dir DIR *d = file_opendir(dev, ".");
	int64_t n = 0;

	for (const char *name; d && (name = file_next(d));) {
		char address[PCIADDR_LEN];

		if (strncmp(name, prefix, strlen(prefix)) != 0)
			continue;
		n++;
		if (vf && file_link_base(dev, name, address, sizeof(address)) == 0 &&
			strcmp(address, vf) == 0)
			*ret_index = strtoll(name + strlen(prefix), NULL, 10);
	}
	return n;
}

static int64_t vf_index(int rootfd, const char *pf, const char *address)
{
	char path[PCI_PATH];
	int64_t index = CODEC_ABSENT;
	auto_close int dev = file_open(rootfd, pci_path(pf, "", path), O_PATH | O_DIRECTORY, 0,
		FILE_IN_ROOT);

	if (dev >= 0)
		(void)count_vfs(dev, address, &index);
	return index;
}

int pci_read(int rootfd, const char *address, struct pci_device *ret, struct err *e)
{
	struct pci_device d = {.vf = CODEC_ABSENT};
	char path[PCI_PATH], group[32];
	struct stat st;
	/* sysfs has a symlink here, into /sys/devices. */
	auto_close int dev = file_open(rootfd, pci_path(address, "", path), O_RDONLY | O_DIRECTORY,
		0, FILE_IN_ROOT);

	if (dev < 0) {
		int r = err_set(e, ERR_DEVICE, ENODEV,
			"PCI device %s: there is none on this machine", address);

		err_remedy(e,
			"compare with lspci -D; a VF exists once its PF's sriov_numvfs is written");
		return r;
	}
	(void)snprintf(d.address, sizeof(d.address), "%s", address);
	d.inode = fstat(dev, &st) == 0 ? (int64_t)st.st_ino : 0;
	d.class = (uint32_t)attribute(dev, "class", 0);
	d.vendor = (uint32_t)attribute(dev, "vendor", 0);
	d.device = (uint32_t)attribute(dev, "device", 0);
	d.numa_node = attribute(dev, "numa_node", -1);
	if (d.numa_node < 0)
		d.numa_node = CODEC_ABSENT;
	d.iommu_group = file_link_base(dev, "iommu_group", group, sizeof(group)) == 0
		? strtoll(group, NULL, 10)
		: CODEC_ABSENT;
	if (file_link_base(dev, "driver", d.driver, sizeof(d.driver)) < 0)
		d.driver[0] = '\0';
	d.kind = driver_kind(d.driver);
	if (file_link_base(dev, "physfn", d.pf, sizeof(d.pf)) < 0) {
		d.pf[0] = '\0';
		d.num_vfs = count_vfs(dev, NULL, NULL);
	} else {
		d.vf = vf_index(rootfd, d.pf, address);
	}
	*ret = d;
	return 0;
}

/* The real path of a directory below the root, as the kernel spells it. */
static int real_path(int rootfd, const char *path, char *buf, size_t size)
{
	char proc[64], root[PATH_MAX], *p = buf;
	auto_close int fd = file_open(rootfd, path, O_PATH | O_DIRECTORY, 0, FILE_IN_ROOT);

	if (fd < 0)
		return fd;
	(void)snprintf(proc, sizeof(proc), "/proc/self/fd/%d", rootfd);
	ssize_t m = readlink(proc, root, sizeof(root) - 1);

	(void)snprintf(proc, sizeof(proc), "/proc/self/fd/%d", fd);
	ssize_t n = readlink(proc, buf, size - 1);

	if (m < 0 || n < 0)
		return -errno;
	buf[n] = '\0';
	/* Below a root of another name the prefix goes. */
	if (m > 1 && strncmp(buf, root, (size_t)m) == 0)
		memmove(p, buf + m, (size_t)(n - m) + 1);
	return 0;
}

/* -EEXIST: there are several, and nothing tells which is meant. */
static int only_netdev(int rootfd, const char *path, char netdev[static 16])
{
	char dir[PATH_MAX];

	if (snprintf(dir, sizeof(dir), "%s/net", path) >= (int)sizeof(dir))
		return -ENAMETOOLONG;
	auto_dir DIR *d = file_opendir(rootfd, dir);
	int r = d ? -ENOENT : -errno;

	for (const char *name; d && r != -EEXIST && (name = file_next(d));)
		if (strlen(name) < 16) {
			(void)snprintf(netdev, 16, "%.15s", name);
			r = r == 0 ? -EEXIST : 0;
		}
	if (r < 0)
		netdev[0] = '\0';
	return r;
}

int pci_resolve_path(int rootfd, const char *path, char address[static PCIADDR_LEN],
	char netdev[static 16], struct err *e)
{
	char real[PATH_MAX];
	int r = real_path(rootfd, path, real, sizeof(real));

	address[0] = netdev[0] = '\0';
	if (r == 0 && strncmp(real, "/sys/devices/", 13) != 0)
		r = -EINVAL;
	if (r < 0) {
		r = err_sys(e, ERR_DEVICE, -r, "kernelpath %s", path);
		err_remedy(e,
			"name a device's directory below /sys/devices, as readlink -f "
			"/sys/class/net/<name>/device shows it");
		return r;
	}
	char *base = strrchr(real, '/') + 1;

	if (pciaddr_valid(base)) {
		(void)snprintf(address, PCIADDR_LEN, "%.23s", base);
		return 0;
	}
	/* …/net/<name> is a network device itself; anything else has them in its net folder. */
	if (base - real > 5 && strncmp(base - 5, "/net/", 5) == 0 && strlen(base) < 16) {
		(void)snprintf(netdev, 16, "%.15s", base);
		return 0;
	}
	r = only_netdev(rootfd, real, netdev);
	if (r == 0)
		return 0;
	if (r == -EEXIST)
		return err_set(e, ERR_DEVICE, ENODEV,
			"kernelpath %s: it has more than one network device", path);
	return err_set(e, ERR_DEVICE, ENODEV, "kernelpath %s: it has no network device here", path);
}
