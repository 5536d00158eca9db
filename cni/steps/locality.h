/* SPDX-License-Identifier: Apache-2.0 */
/* "numa" of the network: NIC, exclusive CPUs and hugepages of a pod share a node (or a socket). */
#ifndef STEPS_LOCALITY_H
#define STEPS_LOCALITY_H

#include "cpulist.h"
#include "nic.h"
#include "pool.h"

/* Where a pod is; of the container that a device was allocated to, where that is known. */
struct locality {
	char container[256];       /* "": all of the pod */
	struct cpulist cpus;       /* exclusive ones */
	struct cpulist cpu_nodes;  /* empty: not known */
	struct cpulist huge_nodes; /* empty: the kubelet does not say */
	struct cpulist near;       /* where its NICs belong */
};

/* address: the NIC's, or NULL. Nothing is known where the kubelet says nothing. */
void locality_of(struct attach *a, const char *address, struct locality *ret);

/* Where the NIC is and where the pod is, for people; "" where that is not known. */
void locality_say(const struct nic *n, const struct locality *l, char *buf, size_t size);
bool locality_near(const struct locality *l, int64_t node);

/* "require": refuses a NIC of which it is not known that it is near. */
int locality_allowed(struct attach *a, const struct nic *n, struct err *e);
/* "prefer": warns of one that is not. */
void locality_warn(struct attach *a, const struct nic *n);
/* The near VFs first ("prefer"), or no others ("require"). */
int locality_arrange(struct attach *a, struct pool *p, struct err *e);

#endif
