/* SPDX-License-Identifier: Apache-2.0 */
/* A device as sysfs and /dev show it to this container: of the PCI bus or of the auxiliary bus. */
#ifndef LIB_DEVICE_H
#define LIB_DEVICE_H

#include <stdbool.h>

#include "driver.h"
#include "facts.h"
#include "bus.h"
#include "iommu.h"
#include "pci.h"
#include "podfile.h"

#define DEVICE_TEXT 80

struct device {
	char bdf[DEVICE_TEXT];      /* what -a takes: the PCI address; "auxiliary:mlx5_core.sf.4" */
	char auxiliary[BUS_DEVICE]; /* of a scalable function, its name alone; "" */
	char driver[PCI_DRIVER];    /* "" for none */
	enum driver_kind kind;
	int node;  /* -1: unknown */
	int group; /* IOMMU group, -1: none */
	bool no_iommu;
	bool pf_vfio;       /* a VF whose PF is on VFIO, which then asks for the PF's token */
	unsigned int class; /* 0x020000: Ethernet */
	unsigned int vendor, device;
};

/* As struct device spells it, so that texts can be compared: of an address in any form, or of a name
 * on the auxiliary bus with or without "auxiliary:" before it. NULL: it is neither. */
const char *device_spell(const char *text, char buf[static DEVICE_TEXT]);
/* What a pod file's interface is called there; NULL: it has no device. */
static inline const char *device_named_by(const struct podfile_interface *i)
{
	return i->pci_address ? i->pci_address : i->auxiliary;
}

/* -ENODEV: not on this machine. */
int device_read(const struct dpdkpod_facts *f, const char *bdf, struct device *ret, struct err *e);
/* Its group's node, of a device that is in one. */
const char *device_node(const struct device *d, char buf[static IOMMU_NODE]);
/* Can this process open what VFIO needs? -errno otherwise, with the reason. */
int device_check_vfio(const struct dpdkpod_facts *f, const struct device *d, struct err *e);
/* Two containers of a pod without a kubelet: the file does not say whose a VF is. One whose node is not
 * in this container, while another interface's is, was given to the other container. */
bool device_elsewhere(const struct dpdkpod_facts *f, const struct podfile *file,
	const struct podfile_interface *i);
/* Are the verbs nodes here that a bifurcated driver needs? */
bool device_has_verbs(const struct dpdkpod_facts *f, const struct device *d);

#endif
