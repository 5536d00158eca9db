/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kernel drivers of PCI (and auxiliary) devices by their names: the one place that compares them.
 * A driver's name is that of its directory below /sys/bus/<bus>/drivers, not its module's.
 */
#ifndef MACHINE_DRIVER_H
#define MACHINE_DRIVER_H

#include <stdbool.h>

/* What mode vfio binds a device to unless the network says otherwise. */
#define DRIVER_VFIO_PCI "vfio-pci"

enum driver_kind {
	DRIVER_NONE,   /* no driver */
	DRIVER_KERNEL, /* the kernel's own: a network interface, or whatever the device is for */
	DRIVER_VFIO,   /* vfio-pci and its variants for one device */
	DRIVER_UIO,    /* hands the device to userspace without an IOMMU */
	DRIVER_BIFURCATED, /* the kernel and DPDK drive it together, through verbs */
	DRIVER_STUB,       /* keeps the device for a virtual machine and does nothing with it */
};

/* "" is DRIVER_NONE; a name that the table does not have is DRIVER_KERNEL. */
enum driver_kind driver_kind(const char *name);

/* Does it hand the whole device to userspace? */
static inline bool driver_is_userspace(const char *name)
{
	const enum driver_kind kind = driver_kind(name);

	return kind == DRIVER_VFIO || kind == DRIVER_UIO;
}

/* Can DPDK drive the device itself? */
static inline bool driver_serves_dpdk(enum driver_kind kind)
{
	return kind == DRIVER_VFIO || kind == DRIVER_UIO || kind == DRIVER_BIFURCATED;
}

/* May a device with that driver (or without one) stay in an IOMMU group that VFIO gives out? */
bool driver_shares_group(const char *name);

/* The module that gives a bifurcated driver its verbs; NULL for other drivers. */
const char *driver_verbs_module(const char *name);

#endif
