/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How an answer grows, for those who read one. Names and numbers from outside are held to what the
 * pod file can say: -EBADMSG where they cannot be true.
 */
#ifndef HOST_KUBELET_FILL_H
#define HOST_KUBELET_FILL_H

#include "cpulist.h"
#include "kubelet.h"

/* The container of that name, a new one where there is none. Valid until the next call. */
int kubelet_container(struct kubelet *k, const char *name, struct podfile_container **ret);
/* An empty set: it shares the CPUs that are left. */
int kubelet_cpus(struct podfile_container *c, const struct cpulist *cpus);
/* CPUs of the pod as a whole go to the containers that have none of their own. */
int kubelet_pod_cpus(struct kubelet *k, const struct cpulist *cpus);
int kubelet_memory(struct podfile_container *c, const char *type, uint64_t bytes,
	const struct cpulist *nodes);

/* Keeps the PCI addresses in text, which is a device's ID or a list of such. pod NULL: ours. */
int kubelet_devices(struct kubelet *k, const char *text, const char *resource,
	const char *container, const char *pod);

/* Back to knowing nothing; to nothing of other pods. */
void kubelet_forget(struct kubelet *k);
void kubelet_forget_others(struct kubelet *k);

/*
 * The sources; each forgets first what it would fill in. -ENOENT: there is none. Of the service:
 * -EREMOTEIO where it refuses, -ESRCH where it does not know the pod.
 */
int podresources_get(struct kubelet *k, struct err *e);
int podresources_list(struct kubelet *k, bool others_only, struct err *e);
int kubelet_state_containers(struct kubelet *k, struct err *e);
/* Which devices are whose, of the checkpoint of the device manager. */
int kubelet_state_devices(struct kubelet *k, struct err *e);
/* Its text; "" where there is none. */
const char *kubelet_state_checkpoint(struct kubelet *k);

/* A file or socket below the kubelet's directory, which is root's (or of who runs this). flags as
 * of open(2). */
int kubelet_open(const struct kubelet *k, const char *path, int flags, struct err *e);
/* The whole of a file, at most cap bytes; owned text. */
int kubelet_read(const struct kubelet *k, const char *path, size_t cap, char **ret, struct err *e);

#endif
