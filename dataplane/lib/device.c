/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "codec.h"
#include "device.h"
#include "file.h"
#include "iommu.h"

static bool pf_on_vfio(int root, const char *pf)
{
	char driver[PCI_DRIVER];

	pci_driver(root, pf, driver);
	return driver_kind(driver) == DRIVER_VFIO;
}

static int gone(const char *bdf, struct err *e)
{
	int r = err_set(e, ERR_DEVICE, ENODEV, "%s: there is no such PCI device here", bdf);

	err_remedy(e,
		"the VF may be gone (numvfs changed, node rebooted): delete the pod, so that it gets "
		"another one");
	return r;
}

int device_read(const struct dpdkpod_facts *f, const char *bdf, struct device *ret, struct err *e)
{
	const int root = f->source.root;
	struct device d = {.group = -1};
	struct iommu_group group;
	struct pci_device pci;
	struct pciaddr addr;
	int r = pciaddr_parse(bdf, &addr, e);

	if (r < 0)
		return r;
	if (pci_read(root, pciaddr_format(&addr, d.bdf), &pci, NULL) < 0)
		return gone(d.bdf, e);
	memcpy(d.driver, pci.driver, sizeof(d.driver));
	d.kind = pci.kind;
	d.node = pci.numa_node == CODEC_ABSENT ? -1 : (int)pci.numa_node;
	d.class = pci.class;
	d.vendor = pci.vendor;
	d.device = pci.device;
	d.pf_vfio = pci.pf[0] && pf_on_vfio(root, pci.pf);
	if (iommu_group_of(root, d.bdf, &group, NULL) == 0) {
		d.group = (int)group.id;
		d.no_iommu = group.no_iommu;
	}
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

const char *device_node(const struct device *d, char buf[static IOMMU_NODE])
{
	const struct iommu_group group = {d->group, d->no_iommu};

	return iommu_node(&group, buf);
}

int device_check_vfio(const struct dpdkpod_facts *f, const struct device *d, struct err *e)
{
	char node[IOMMU_NODE];
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
	r = facts_access(f, device_node(d, node));
	return r < 0 ? explain_node(d, node, r, e) : 0;
}

bool device_has_verbs(const struct dpdkpod_facts *f, const struct device *d)
{
	char path[PCI_PATH];
	bool found = false;
	auto_dir DIR *dir = file_opendir(f->source.root,
		pci_path(d->bdf, "infiniband_verbs", path));

	for (const char *name; dir && !found && (name = file_next(dir));) {
		if (strncmp(name, "uverbs", 6) != 0)
			continue;
		(void)snprintf(path, sizeof(path), "/dev/infiniband/%.64s", name);
		found = facts_access(f, path) == 0;
	}
	return found;
}
