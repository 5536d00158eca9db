/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The node through which a program in userspace has a device: that of its VFIO group, or of its UIO
 * device. While a program holds it, an unbind of the device blocks, and no time-out can bound that
 * (VFIO), or pulls the device away from under the program (UIO): devnode_free is asked first, always.
 */
#ifndef HOST_DEVNODE_H
#define HOST_DEVNODE_H

#include <stdbool.h>

#include "err.h"
#include "iommu.h"

struct devnode {
	char path[IOMMU_NODE];
	bool uio;
	struct iommu_group group; /* unless uio */
};

/* -ENOENT: it has none: it is with a kernel driver and in no group. */
int devnode_of(int rootfd, const char *address, struct devnode *ret, struct err *e);

/* 0: nobody holds it (or there is no node); ERR_AGAIN: somebody does. */
int devnode_free(int rootfd, const char *address, struct err *e);

#endif
