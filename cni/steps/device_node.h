/* SPDX-License-Identifier: Apache-2.0 */
/* Mode vfio: the node through which the pod's program has the device. A program that is not root needs
 * its group and mode changed; where the node outlives the attachment they go back to what they were. */
#ifndef STEPS_DEVICE_NODE_H
#define STEPS_DEVICE_NODE_H

#include "attach.h"
#include "plan.h"

/* The device has the userspace driver already, and keeps it. */
static inline bool same_driver(const struct attach *a)
{
	return strcmp(a->rec.pci.driver, a->rec.pci.target) == 0;
}

int node_capture(struct attach *a, struct err *e);
/* The device is bound: the node is there, and as the network wants it. */
int node_prepare(struct attach *a, struct err *e);
void node_restore(const struct attach *a);
int node_check(const struct attach *a, struct err *e);
void node_describe(const struct attach *a, struct plan *p);

#endif
