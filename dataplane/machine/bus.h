/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a device stands in sysfs, below a root directory fd: between a network interface and the PCI
 * bus there may be another (virtio, the auxiliary bus, vmbus, USB).
 */
#ifndef MACHINE_BUS_H
#define MACHINE_BUS_H

#include <dirent.h>
#include <stdbool.h>

#include "err.h"
#include "pci.h"

#define BUS_DEVICE 64 /* text of a device's name on its bus */
#define BUS_NETDEV 16 /* IFNAMSIZ */
#define BUS_AUXILIARY "auxiliary"

struct bus_place {
	char pci[PCIADDR_LEN]; /* the nearest PCI device: itself, or the one that it hangs on; "" */
	char device[BUS_DEVICE]; /* where it is not that one, its name: "virtio3", "1-2:1.0"; "" */
	char bus[32];            /* what it is on: "pci", "virtio", "auxiliary"; "" */
	int64_t numa_node; /* its own, or else that of the PCI device; CODEC_ABSENT: unknown */
};

/* Of a device by its bus and name. -ENOENT: there is none. */
int bus_place(int rootfd, const char *bus, const char *device, struct bus_place *ret);
/* Of the device behind an entry of a class: ("net", "eth0"), ("uio", "uio0"). -ENOENT: it has none. */
int bus_place_of(int rootfd, const char *class, const char *name, struct bus_place *ret);

/* A directory of a device: "infiniband_verbs". NULL, as file_opendir: it has none. */
DIR *bus_open(int rootfd, const char *bus, const char *device, const char *name);

/* Is the PCI device that this one hangs on its own, so that its address names this one too? Of the
 * auxiliary bus many share one. */
bool bus_is_own(const struct bus_place *p);

/* Is that the name of a device on the auxiliary bus, such as the scalable function mlx5_core.sf.4? */
bool bus_is_auxiliary(const char *name);
/* A device there: driver and inode are its own, pf is the PCI device that it hangs on, from which it
 * has node and IDs; address is "". -ENODEV: there is none. */
int bus_read_auxiliary(int rootfd, const char *name, struct pci_device *ret, struct err *e);

/* A network interface (in the network namespace of this sysfs) of a device, or of one that is on it
 * alone; "" where there is none. */
void bus_netdev(int rootfd, const char *bus, const char *device, char buf[static BUS_NETDEV]);

/* What a sysfs path names: the PCI address of a device, or the name of a network device. Exactly
 * one of them is filled, the other is "". */
int bus_resolve_path(int rootfd, const char *path, char address[static PCIADDR_LEN],
	char netdev[static BUS_NETDEV], struct err *e);

#endif
