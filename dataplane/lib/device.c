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
	int r = err_set(e, ERR_DEVICE, ENODEV, "%s: there is no such device here", bdf);

	err_remedy(e,
		"the VF may be gone (numvfs changed, node rebooted): delete the pod, so that it gets "
		"another one");
	return r;
}

#define AUXILIARY BUS_AUXILIARY ":"

/* What follows the bus, where that is the auxiliary one; NULL: it is not. */
static const char *auxiliary_name(const char *text)
{
	if (strncmp(text, AUXILIARY, strlen(AUXILIARY)) == 0)
		text += strlen(AUXILIARY);
	return bus_is_auxiliary(text) ? text : NULL;
}

const char *device_spell(const char *text, char buf[static DEVICE_TEXT])
{
	const char *auxiliary = text ? auxiliary_name(text) : NULL;
	struct pciaddr a;

	if (auxiliary)
		(void)snprintf(buf, DEVICE_TEXT, AUXILIARY "%.63s", auxiliary);
	else if (text && pciaddr_parse(text, &a, NULL) == 0)
		(void)pciaddr_format(&a, buf);
	else
		return NULL;
	return buf;
}

static void read_group(int root, struct device *d)
{
	struct iommu_group group;

	d->group = -1;
	if (iommu_group_of(root, d->bdf, &group, NULL) < 0)
		return;
	d->group = (int)group.id;
	d->no_iommu = group.no_iommu;
}

int device_read(const struct dpdkpod_facts *f, const char *bdf, struct device *ret, struct err *e)
{
	const char *auxiliary = auxiliary_name(bdf);
	const int root = f->source.root;
	struct device d = {.group = -1};
	struct pci_device pci;
	struct pciaddr addr;
	int r = auxiliary ? 0 : pciaddr_parse(bdf, &addr, e);

	if (r < 0)
		return r;
	(void)device_spell(bdf, d.bdf);
	if (auxiliary)
		(void)snprintf(d.auxiliary, sizeof(d.auxiliary), "%.63s", auxiliary);
	r = auxiliary ? bus_read_auxiliary(root, auxiliary, &pci, NULL)
		      : pci_read(root, d.bdf, &pci, NULL);
	if (r < 0)
		return gone(d.bdf, e);
	memcpy(d.driver, pci.driver, sizeof(d.driver));
	d.kind = pci.kind;
	d.node = pci.numa_node == CODEC_ABSENT ? -1 : (int)pci.numa_node;
	d.class = pci.class;
	d.vendor = pci.vendor;
	d.device = pci.device;
	if (!auxiliary) {
		d.pf_vfio = pci.pf[0] && pf_on_vfio(root, pci.pf);
		read_group(root, &d);
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

/* -ENODEV: it is none that VFIO serves. */
static int vfio_node(const struct dpdkpod_facts *f, const struct podfile_interface *i)
{
	struct device d;

	if (i->mode != PODFILE_VFIO || i->container || !i->pci_address ||
		device_read(f, i->pci_address, &d, NULL) < 0 || d.kind != DRIVER_VFIO)
		return -ENODEV;
	return device_check_vfio(f, &d, NULL);
}

bool device_elsewhere(const struct dpdkpod_facts *f, const struct podfile *file,
	const struct podfile_interface *i)
{
	if (file->n_containers || vfio_node(f, i) != -ENOENT)
		return false;
	for (size_t n = 0; n < file->n_interfaces; n++)
		if (vfio_node(f, &file->interfaces[n]) == 0)
			return true;
	return false;
}

bool device_has_verbs(const struct dpdkpod_facts *f, const struct device *d)
{
	char path[PCI_PATH];
	bool found = false;
	auto_dir DIR *dir = bus_open(f->source.root, d->auxiliary[0] ? BUS_AUXILIARY : "pci",
		d->auxiliary[0] ? d->auxiliary : d->bdf, "infiniband_verbs");

	for (const char *name; dir && !found && (name = file_next(dir));) {
		if (strncmp(name, "uverbs", 6) != 0)
			continue;
		(void)snprintf(path, sizeof(path), "/dev/infiniband/%.64s", name);
		found = facts_access(f, path) == 0;
	}
	return found;
}
