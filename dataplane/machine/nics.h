/* SPDX-License-Identifier: Apache-2.0 */
/* All network devices on the PCI bus, and what SR-IOV and the IOMMU make of them. */
#ifndef MACHINE_NICS_H
#define MACHINE_NICS_H

#include <stdbool.h>
#include <stddef.h>

#include "pci.h"

struct nics_item {
	struct pci_device pci;
	char netdev[16];   /* one of its network devices here; "" */
	int64_t total_vfs; /* that the hardware could have; 0: no SR-IOV */
	bool is_down;      /* netdev is, administratively */
	bool autoprobe; /* new VFs get a driver by themselves; true where the kernel does not say */
};

struct nics {
	struct nics_item *items;
	size_t n;
};

/* In the order of their addresses. No bus, no devices. */
int nics_read(int rootfd, struct nics *ret);
void nics_free(struct nics *n);

#endif
