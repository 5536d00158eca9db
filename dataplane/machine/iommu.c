/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "iommu.h"

#define GROUPS "/sys/kernel/iommu_groups"
#define CLASS_BRIDGE 0x06

static bool is_fake(int dirfd, const char *prefix, const char *group)
{
	char path[96], name[32];

	(void)snprintf(path, sizeof(path), "%s%.20s/name", prefix, group);
	return file_read_line(dirfd, path, name, sizeof(name)) == 0 &&
		strcmp(name, "vfio-noiommu") == 0;
}

int iommu_group_of(int rootfd, const char *address, struct iommu_group *ret, struct err *e)
{
	char path[PCI_PATH], group[32];

	if (file_link_base(rootfd, pci_path(address, "iommu_group", path), group, sizeof(group)) <
		0)
		return err_set(e, ERR_DEVICE, ENOENT, "device %s: it is in no IOMMU group",
			address);
	*ret = (struct iommu_group){strtoll(group, NULL, 10), is_fake(rootfd, GROUPS "/", group)};
	return 0;
}

const char *iommu_node(const struct iommu_group *g, char buf[static IOMMU_NODE])
{
	(void)snprintf(buf, IOMMU_NODE, "/dev/vfio/%s%" PRId64, g->no_iommu ? "noiommu-" : "",
		g->id);
	return buf;
}

void iommu_type(int rootfd, int64_t group, char buf[static IOMMU_TYPE])
{
	char path[96];

	(void)snprintf(path, sizeof(path), GROUPS "/%" PRId64 "/type", group);
	if (file_read_line(rootfd, path, buf, IOMMU_TYPE) < 0)
		buf[0] = '\0';
}

size_t iommu_count(int rootfd)
{
	auto_dir DIR *d = file_opendir(rootfd, GROUPS);
	size_t n = 0;

	for (const char *name; d && (name = file_next(d));)
		n += !is_fake(dirfd(d), "", name);
	return n;
}

bool iommu_unsafe(int rootfd)
{
	char line[8];

	return file_read_line(rootfd, IOMMU_UNSAFE_SWITCH, line, sizeof(line)) == 0 &&
		line[0] == 'Y';
}

int iommu_each(int rootfd, int64_t group, int (*f)(const struct pci_device *d, void *arg),
	void *arg)
{
	char path[96];
	struct pci_device device;
	int r = 0;

	(void)snprintf(path, sizeof(path), GROUPS "/%" PRId64 "/devices", group);
	auto_dir DIR *d = file_opendir(rootfd, path);

	if (!d)
		return -errno;
	for (const char *name; r == 0 && (name = file_next(d));)
		if (pciaddr_valid(name) && pci_read(rootfd, name, &device, NULL) == 0)
			r = f(&device, arg);
	return r;
}

struct member_search {
	const char *except;
	bool (*wanted)(const struct pci_device *d);
	struct pci_device *ret;
};

static int look(const struct pci_device *d, void *arg)
{
	const struct member_search *s = arg;

	if (strcmp(d->address, s->except) == 0 || !s->wanted(d))
		return 0;
	*s->ret = *d;
	return 1;
}

static bool is_no_bridge(const struct pci_device *d)
{
	return d->class >> 16 != CLASS_BRIDGE;
}

static bool hinders(const struct pci_device *d)
{
	return !driver_shares_group(d->driver);
}

int iommu_other(int rootfd, int64_t group, const char *address, struct pci_device *ret)
{
	struct member_search s = {address, is_no_bridge, ret};

	return iommu_each(rootfd, group, look, &s);
}

int iommu_hindrance(int rootfd, int64_t group, const char *address, struct pci_device *ret)
{
	struct member_search s = {address, hinders, ret};

	return iommu_each(rootfd, group, look, &s);
}
