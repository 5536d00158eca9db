/* SPDX-License-Identifier: Apache-2.0 */
/* A PCI device as sysfs and /dev show it to this container. */
#ifndef LIB_DEVICE_H
#define LIB_DEVICE_H

#include <stdbool.h>

#include "driver.h"
#include "facts.h"
#include "pciaddr.h"

struct device {
	char bdf[PCIADDR_LEN];
	char driver[64]; /* "" for none */
	enum driver_kind kind;
	int node;  /* -1: unknown */
	int group; /* IOMMU group, -1: none */
	bool no_iommu;
	bool pf_vfio;       /* a VF whose PF is on VFIO, which then asks for the PF's token */
	unsigned int class; /* 0x020000: Ethernet */
};

/* -ENODEV: not on this machine. */
int device_read(const struct dpdkpod_facts *f, const char *bdf, struct device *ret, struct err *e);
/* Can this process open what VFIO needs? -errno otherwise, with the reason. */
int device_check_vfio(const struct dpdkpod_facts *f, const struct device *d, struct err *e);
/* Are the verbs nodes here that a bifurcated driver needs? */
bool device_has_verbs(const struct dpdkpod_facts *f, const struct device *d);
/* Does VFIO insist on physical addresses, whatever the device? */
bool device_unsafe_noiommu(const struct dpdkpod_facts *f);

#endif
