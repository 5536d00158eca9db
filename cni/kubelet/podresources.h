/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kubelet's PodResources service. Each call forgets first what it would fill in. -EREMOTEIO
 * where the service refuses, -ESRCH where it does not know the pod.
 */
#ifndef KUBELET_PODRESOURCES_H
#define KUBELET_PODRESOURCES_H

#include "kubelet_types.h"

int podresources_get(struct kubelet *k, struct err *e);
/* others_only: the pod itself is known already. */
int podresources_list(struct kubelet *k, bool others_only, struct err *e);

#endif
