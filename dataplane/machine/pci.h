/* SPDX-License-Identifier: Apache-2.0 */
/* PCI devices as sysfs shows them, below a root directory fd. */
#ifndef MACHINE_PCI_H
#define MACHINE_PCI_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "pciaddr.h"

struct pci_device {
	char address[PCIADDR_LEN];
	uint32_t class; /* 0xbbsspp; 0x02____ is a network controller */
	uint32_t vendor, device;
	int64_t numa_node;    /* CODEC_ABSENT: the firmware does not say */
	int64_t iommu_group;  /* CODEC_ABSENT: none */
	char driver[64];      /* "": unbound */
	char pf[PCIADDR_LEN]; /* of a VF; "" otherwise */
	int64_t vf;           /* index at its PF; CODEC_ABSENT otherwise */
	int64_t inode;        /* of its directory: another one after the device was made anew */
	int64_t num_vfs;      /* VFs that this PF has; 0 where it can have none */
};

static inline bool pci_is_network(const struct pci_device *d)
{
	return d->class >> 16 == 0x02;
}

/* -ENODEV: no such device on this machine. */
int pci_read(int rootfd, const char *address, struct pci_device *ret, struct err *e);

/* The address of a PF's VF by its index. */
int pci_vf_address(int rootfd, const char *pf, unsigned int index,
	char address[static PCIADDR_LEN]);

/* What a sysfs path names: the PCI address of a device, or the name of a network device. Exactly
 * one of them is filled, the other is "". */
int pci_resolve_path(int rootfd, const char *path, char address[static PCIADDR_LEN],
	char netdev[static 16], struct err *e);

#endif
