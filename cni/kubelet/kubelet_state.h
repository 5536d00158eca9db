/* SPDX-License-Identifier: Apache-2.0 */
/* The files in which the kubelet keeps what it assigned, where its service has no answer. */
#ifndef KUBELET_KUBELET_STATE_H
#define KUBELET_KUBELET_STATE_H

#include "kubelet_types.h"

/* The pod's containers, after what was known of them is forgotten. errnum ENOENT: there is none. */
int kubelet_state_containers(struct kubelet *k, struct err *e);
/* Which devices are whose, by the checkpoint of the device manager. */
int kubelet_state_devices(struct kubelet *k, struct err *e);
/* A text with the ID of every device that the kubelet's device plugins have; "": none. */
const char *kubelet_state_known_devices(struct kubelet *k);

#endif
