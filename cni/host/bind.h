/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which driver has a PCI device, and changing it through driver_override and drivers_probe.
 * An unbind of a device whose VFIO group somebody holds blocks, and no time-out can bound it:
 * bind_group_free is asked first, always.
 */
#ifndef HOST_BIND_H
#define HOST_BIND_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "pci.h"

/* The override that is set, "" for none. Reading it waits for whoever unbinds the device while a
 * program holds it, so that is asked first: ERR_AGAIN. */
int bind_override(int rootfd, const char *address, char buf[static PCI_DRIVER], struct err *e);
int bind_set_override(int rootfd, const char *address, const char *driver, struct err *e);

/* Unbinds; of no driver is fine. ERR_AGAIN where a program holds the device (devnode.h). */
int bind_release(int rootfd, const char *address, struct err *e);

/* Binds to that driver ("" : whichever the kernel chooses) unless it has it already, and reads
 * back. The override is left at driver; the device must be unbound or have it. */
int bind_probe(int rootfd, const char *address, const char *driver, struct err *e);

/* Can it be bound to that userspace driver at all? Asked before anything is unbound. ERR_UNAVAILABLE:
 * the driver is not loaded, or VFIO finds no IOMMU; ERR_DEVICE: another device of its group is with a
 * driver that forbids it. address NULL: the driver alone is looked at. */
int bind_possible(int rootfd, const char *address, const char *driver, struct err *e);

#endif
