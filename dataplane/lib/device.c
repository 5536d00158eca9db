/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "file.h"
#include "mem.h"

#define DEVICES "/sys/bus/pci/devices"

static void read_group(int root, struct device *d)
{
	char path[PATH_MAX], base[64];

	(void)snprintf(path, sizeof(path), DEVICES "/%s/iommu_group", d->bdf);
	d->group = -1;
	if (file_link_base(root, path, base, sizeof(base)) < 0 ||
		sscanf(base, "%d", &d->group) != 1 || d->group < 0)
		return;
	(void)snprintf(path, sizeof(path), "/sys/kernel/iommu_groups/%d/name", d->group);
	d->no_iommu = file_read_line(root, path, base, sizeof(base)) == 0 &&
		strcmp(base, "vfio-noiommu") == 0;
}

static bool pf_on_vfio(int root, const char *bdf)
{
	char path[PATH_MAX], driver[64];

	(void)snprintf(path, sizeof(path), DEVICES "/%s/physfn/driver", bdf);
	return file_link_base(root, path, driver, sizeof(driver)) == 0 &&
		driver_kind(driver) == DRIVER_VFIO;
}

static int64_t read_int(int root, const char *bdf, const char *name, int64_t otherwise)
{
	char path[PATH_MAX];
	int64_t v;

	(void)snprintf(path, sizeof(path), DEVICES "/%s/%s", bdf, name);
	return file_read_int(root, path, &v) == 0 ? v : otherwise;
}

int device_read(const struct dpdkpod_facts *f, const char *bdf, struct device *ret, struct err *e)
{
	struct device d = {0};
	struct pciaddr addr;
	char path[PATH_MAX];
	int root = f->source.root, r;

	r = pciaddr_parse(bdf, &addr, e);
	if (r < 0)
		return r;
	(void)pciaddr_format(&addr, d.bdf);
	(void)snprintf(path, sizeof(path), DEVICES "/%s", d.bdf);
	auto_close int dir = file_open(root, path, O_PATH | O_DIRECTORY, 0, FILE_IN_ROOT);

	if (dir < 0) {
		r = err_set(e, ERR_DEVICE, ENODEV, "%s: there is no such PCI device (%s/%s: %s)",
			d.bdf, DEVICES, d.bdf, strerror(-dir));
		err_remedy(e,
			"the VF may be gone (numvfs changed, node rebooted): delete the pod, so "
			"that it gets another one");
		return r;
	}
	(void)snprintf(path, sizeof(path), DEVICES "/%s/driver", d.bdf);
	if (file_link_base(root, path, d.driver, sizeof(d.driver)) < 0)
		d.driver[0] = '\0';
	d.kind = driver_kind(d.driver);
	d.node = (int)read_int(root, d.bdf, "numa_node", -1);
	d.class = (unsigned int)read_int(root, d.bdf, "class", 0);
	d.pf_vfio = pf_on_vfio(root, d.bdf);
	read_group(root, &d);
	*ret = d;
	return 0;
}

static int explain_node(const struct device *d, const char *node, int r, struct err *e)
{
	(void)err_sys(e, ERR_DEVICE, -r, "%s: %s", d->bdf, node);
	if (r == -ENOENT)
		err_remedy(e,
			"the container runtime puts the node into the container that requests the "
			"resource: request it in this container, or run with --device %s",
			node);
	else
		err_remedy(e,
			"this user may not open it: let the network's configuration or a udev rule give "
			"the node's group to the pod's fsGroup, or run as root");
	return r;
}

int device_check_vfio(const struct dpdkpod_facts *f, const struct device *d, struct err *e)
{
	char node[64];
	int r;

	if (d->group < 0) {
		r = err_set(e, ERR_DEVICE, ENODEV, "%s: bound to %s but in no IOMMU group", d->bdf,
			d->driver);
		err_remedy(e,
			"switch the IOMMU on (intel_iommu=on or amd_iommu=on on the kernel's "
			"command line, VT-d in the firmware)");
		return r;
	}
	r = facts_access(f, "/dev/vfio/vfio");
	if (r < 0)
		return explain_node(d, "/dev/vfio/vfio", r, e);
	(void)snprintf(node, sizeof(node), "/dev/vfio/%s%d", d->no_iommu ? "noiommu-" : "",
		d->group);
	r = facts_access(f, node);
	return r < 0 ? explain_node(d, node, r, e) : 0;
}

bool device_has_verbs(const struct dpdkpod_facts *f, const struct device *d)
{
	char path[PATH_MAX];
	bool found = false;

	(void)snprintf(path, sizeof(path), DEVICES "/%s/infiniband_verbs", d->bdf);
	auto_close int fd = file_open(f->source.root, path, O_RDONLY | O_DIRECTORY, 0,
		FILE_IN_ROOT);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir)
		return false;
	fd = -1;
	for (struct dirent *entry; !found && (entry = readdir(dir));) {
		if (strncmp(entry->d_name, "uverbs", 6) != 0)
			continue;
		(void)snprintf(path, sizeof(path), "/dev/infiniband/%s", entry->d_name);
		found = facts_access(f, path) == 0;
	}
	(void)closedir(dir);
	return found;
}

bool device_unsafe_noiommu(const struct dpdkpod_facts *f)
{
	char line[8];

	return file_read_line(f->source.root,
		       "/sys/module/vfio/parameters/enable_unsafe_noiommu_mode", line,
		       sizeof(line)) == 0 &&
		line[0] == 'Y';
}
