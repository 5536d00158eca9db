/* SPDX-License-Identifier: Apache-2.0 */
/* IOMMU groups, which VFIO gives out as wholes, below a root directory fd. */
#ifndef MACHINE_IOMMU_H
#define MACHINE_IOMMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "pci.h"

struct iommu_group {
	int64_t id;
	bool no_iommu; /* VFIO's own group of a device that has no IOMMU behind it */
};

#define IOMMU_NODE 64 /* text of a node's path */
#define IOMMU_TYPE 32

/* The group of a PCI device. -ENOENT: it is in none. */
int iommu_group_of(int rootfd, const char *address, struct iommu_group *ret, struct err *e);
/* The group's node: "/dev/vfio/42", "/dev/vfio/noiommu-42". */
const char *iommu_node(const struct iommu_group *g, char buf[static IOMMU_NODE]);

/* How the kernel itself uses the group: "identity", "DMA", "DMA-FQ"; "" where it does not say. */
void iommu_type(int rootfd, int64_t group, char buf[static IOMMU_TYPE]);
/* How many groups there are with an IOMMU behind them. */
size_t iommu_count(int rootfd);
#define IOMMU_UNSAFE_SWITCH "/sys/module/vfio/parameters/enable_unsafe_noiommu_mode"
/* Does vfio give out devices without an IOMMU, and DPDK insist on physical addresses for all? */
bool iommu_unsafe(int rootfd);

/* The PCI devices of a group, until f returns other than 0, which is returned. -errno: the group
 * cannot be read. */
int iommu_each(int rootfd, int64_t group, int (*f)(const struct pci_device *d, void *arg),
	void *arg);
/* A device of the group besides that one: which no bridge is, or whose driver keeps VFIO from giving
 * out the group. 1: there is one; 0: there is none; -errno as above. */
int iommu_other(int rootfd, int64_t group, const char *address, struct pci_device *ret);
int iommu_hindrance(int rootfd, int64_t group, const char *address, struct pci_device *ret);

#endif
