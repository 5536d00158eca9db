/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How an answer grows, for whoever reads one. Names and numbers from outside are held to what the
 * pod file can say: -EBADMSG where they cannot be true.
 */
#ifndef KUBELET_KUBELET_FILL_H
#define KUBELET_KUBELET_FILL_H

#include "cpulist.h"
#include "kubelet_types.h"

/* The container of that name, a new one where there is none. Valid until the next call. */
int kubelet_container(struct kubelet *k, const char *name, struct podfile_container **ret);
/* An empty set: it shares the CPUs that are left. */
int kubelet_cpus(struct podfile_container *c, const struct cpulist *cpus);
/* CPUs of the pod as a whole go to the containers that have none of their own. */
int kubelet_pod_cpus(struct kubelet *k, const struct cpulist *cpus);
int kubelet_memory(struct podfile_container *c, const char *type, uint64_t bytes,
	const struct cpulist *nodes);

/* Keeps the PCI addresses and names on the auxiliary bus in text, which is a device's ID or a list of such. pod NULL: ours. */
int kubelet_devices(struct kubelet *k, const char *text, const char *resource,
	const char *container, const char *pod);

/* Back to knowing nothing; to nothing of other pods. */
void kubelet_forget(struct kubelet *k);
void kubelet_forget_others(struct kubelet *k);

#endif
