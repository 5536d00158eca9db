/* SPDX-License-Identifier: Apache-2.0 */
/* Networks that name PFs: the VFs one of which is to be claimed. */
#ifndef STEPS_POOL_H
#define STEPS_POOL_H

#include "nic.h"

/*
 * The VFs that "pf" of the network names, in its order: "ens1f0", "0000:03:00.0", each perhaps with
 * "#0-3,7" behind it. Left out are VFs that a device plugin of the kubelet or sriov-cni owns (k NULL:
 * nobody is asked). Claimed ones are not: whoever claims finds out.
 */
struct pool {
	struct pool_vf {
		char address[PCIADDR_LEN];
		int64_t node; /* CODEC_ABSENT: unknown */
	} * vf;
	size_t n;
};
int pool_list(const struct machine *m, const struct netconf *c, struct kubelet *k, struct pool *ret,
	struct err *e);
void pool_free(struct pool *p);
#define auto_pool auto_with(pool_free)

/* Are there the PFs, with VFs? For STATUS. */
int pool_check(const struct machine *m, const struct netconf *c, struct err *e);

#endif
