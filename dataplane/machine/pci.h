/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PCI devices as sysfs shows them, below a root directory fd.
 *
 * A read must not wait for somebody else's write. These attributes take the device's lock in the
 * kernel, which whoever unbinds a device that a program holds keeps for as long as that takes; who
 * reads one of them meanwhile waits uninterruptibly. None of them is read here:
 *   sriov_numvfs          sriov_numvfs_show() of drivers/pci/iov.c, Linux 5.5 to 6.8: virtfn* are
 *                         counted instead
 *   driver_override       driver_override_show() of drivers/pci/pci-sysfs.c (bind.h says who may)
 *   sriov_vf_total_msix   sriov_vf_total_msix_show() of drivers/pci/iov.c
 *   uevent                uevent_show() of drivers/base/core.c, in stable releases of mid-2024
 *   waiting_for_supplier  waiting_for_supplier_show(), there
 *   online                online_show(), there: of CPUs and blocks of memory
 *   state_synced          state_synced_show() of drivers/base/dd.c
 */
#ifndef MACHINE_PCI_H
#define MACHINE_PCI_H

#include <stdbool.h>
#include <stdint.h>

#include "driver.h"
#include "err.h"
#include "pciaddr.h"

#define PCI_DRIVER 64 /* text of a driver's name */
#define PCI_PATH 160  /* of the path of a device's attribute */

struct pci_device {
	char address[PCIADDR_LEN];
	uint32_t class; /* 0xbbsspp; 0x02____ is a network controller */
	uint32_t vendor, device;
	int64_t numa_node;       /* CODEC_ABSENT: the firmware does not say */
	int64_t iommu_group;     /* CODEC_ABSENT: none */
	char driver[PCI_DRIVER]; /* "": unbound */
	enum driver_kind kind;
	char pf[PCIADDR_LEN]; /* of a VF; "" otherwise */
	int64_t vf;           /* index at its PF; CODEC_ABSENT otherwise */
	int64_t inode;        /* of its directory: another one after the device was made anew */
	int64_t num_vfs;      /* VFs that this PF has; 0 where it can have none */
};

static inline bool pci_is_network(const struct pci_device *d)
{
	return d->class >> 16 == 0x02;
}

/* -errno: no PCI bus is to be seen. */
int pci_bus(int rootfd);

/* Path of one of its attributes. */
const char *pci_path(const char *address, const char *attribute, char buf[static PCI_PATH]);

/* -ENODEV: no such device on this machine. */
int pci_read(int rootfd, const char *address, struct pci_device *ret, struct err *e);

/* Its driver alone; "" where it has none. */
void pci_driver(int rootfd, const char *address, char buf[static PCI_DRIVER]);

/* The address of a PF's VF by its index. */
int pci_vf_address(int rootfd, const char *pf, unsigned int index,
	char address[static PCIADDR_LEN]);

#endif
