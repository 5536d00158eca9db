/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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

int pci_bus(int rootfd)
{
	auto_close int fd = file_open(rootfd, PCI_DEVICES, O_PATH | O_DIRECTORY, 0, FILE_IN_ROOT);

	return fd < 0 ? fd : 0;
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
