/* SPDX-License-Identifier: Apache-2.0 */
/* What the kubelet assigned to the pod, as far as it concerns the NIC and the pod file. */
#ifndef STEPS_ASSIGNED_H
#define STEPS_ASSIGNED_H

#include "nic.h"

/* Refuses a device that the kubelet gave to another pod. */
int assigned_allowed(struct attach *a, const struct nic *n, struct err *e);

/* Which container the device was allocated to, and as what, into a->rec.interface. */
int assigned_describe(struct attach *a, struct err *e);

/* The pod's containers, as the kubelet says, into the record. */
void assigned_containers(struct attach *a);

/* The limits of the pod's hugetlb control group into the record: a container sees its own group alone,
 * and with containerd's disable_hugetlb_controller that one has none. */
void assigned_hugepages(struct attach *a);

#endif
