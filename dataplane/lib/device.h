/* SPDX-License-Identifier: Apache-2.0 */
/* A PCI device as sysfs and /dev show it to this container. */
#ifndef LIB_DEVICE_H
#define LIB_DEVICE_H

#include <stdbool.h>

#include "driver.h"
#include "facts.h"
#include "iommu.h"
#include "pci.h"

struct device {
	char bdf[PCIADDR_LEN];
	char driver[PCI_DRIVER]; /* "" for none */
	enum driver_kind kind;
	int node;  /* -1: unknown */
	int group; /* IOMMU group, -1: none */
	bool no_iommu;
	bool pf_vfio;       /* a VF whose PF is on VFIO, which then asks for the PF's token */
	unsigned int class; /* 0x020000: Ethernet */
	unsigned int vendor, device;
};

/* -ENODEV: not on this machine. */
int device_read(const struct dpdkpod_facts *f, const char *bdf, struct device *ret, struct err *e);
/* Its group's node, of a device that is in one. */
const char *device_node(const struct device *d, char buf[static IOMMU_NODE]);
/* Can this process open what VFIO needs? -errno otherwise, with the reason. */
int device_check_vfio(const struct dpdkpod_facts *f, const struct device *d, struct err *e);
/* Are the verbs nodes here that a bifurcated driver needs? */
bool device_has_verbs(const struct dpdkpod_facts *f, const struct device *d);

#endif
