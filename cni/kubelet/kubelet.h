/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kubelet assigned to a pod: the CPUs, memory and devices of each container; and which
 * devices it gave to other pods. Its PodResources service says so; where that has no answer, the
 * state files that it keeps do. It is asked once, when first needed, and never for long: what stays
 * unknown is absent, and why gives the reason.
 *
 * The room, from the top: kubelet → podresources, kubelet_state, kubelet_devices → kubelet_fill,
 * kubelet_dir, grpc → kubelet_types.
 */
#ifndef KUBELET_KUBELET_H
#define KUBELET_KUBELET_H

#include "kubelet_types.h"

/* All that the kubelet may cost a call, in milliseconds. */
#define KUBELET_PATIENCE 2000

/* dir NULL: KUBELET_DIR. No ns, name and uid: no pod of a kubelet, which is not asked then. */
void kubelet_init(struct kubelet *k, int root, const char *dir, const char *ns, const char *name,
	const char *uid);
void kubelet_free(struct kubelet *k);
#define auto_kubelet auto_with(kubelet_free)

/* Asks for the pod, unless it did so before; the source says whether there was an answer. */
enum kubelet_source kubelet_ask(struct kubelet *k);

/* Whom the kubelet gave that device; NULL: nobody, as far as is known. */
const struct kubelet_device *kubelet_owner(struct kubelet *k, const char *address);

/* Does any device plugin of the kubelet have it, given to a pod or not? */
bool kubelet_registered(struct kubelet *k, const char *address);

#endif
