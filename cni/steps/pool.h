/* SPDX-License-Identifier: Apache-2.0 */
/* Networks that name PFs: the VFs of which one is to be claimed. */
#ifndef STEPS_POOL_H
#define STEPS_POOL_H

#include "nic.h"

/*
 * The VFs that "pf" of the network names, in its order: "ens1f0", "0000:03:00.0", each perhaps followed
 * by "#0-3,7". Left out are VFs that a device plugin of the kubelet or sriov-cni owns (k NULL:
 * nobody is asked). Claimed ones are not: whoever claims finds out. A PF that is not there, or has no
 * such VFs, is an error where it is the only one; else the log says so and the others serve.
 */
struct pool {
	struct pool_vf {
		char address[PCIADDR_LEN], pf[PCIADDR_LEN];
		int64_t node;    /* CODEC_ABSENT: unknown */
		bool no_carrier; /* its PF has none */
	} * vf;
	size_t n;
};
int pool_list(const struct machine *m, const struct netconf *c, struct kubelet *k, struct pool *ret,
	struct err *e);
/* Those of PFs without carrier come last. */
int pool_carrier_first(struct pool *p, struct err *e);
void pool_free(struct pool *p);
#define auto_pool auto_with(pool_free)

/* Does a PF exist that has such VFs? For STATUS. */
int pool_check(const struct machine *m, const struct netconf *c, struct err *e);

#endif
