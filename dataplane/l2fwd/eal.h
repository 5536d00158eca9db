/* SPDX-License-Identifier: Apache-2.0 */
/* From the pod to a running EAL: pod file, live facts, argument vector, rte_eal_init. */
#ifndef L2FWD_EAL_H
#define L2FWD_EAL_H

#include <stdbool.h>

#include <dpdkpod/dpdkpod.h>

#include "err.h"
#include "options.h"

struct l2fwd_eal {
	struct dpdkpod *pod; /* NULL: there is no pod file */
	struct dpdkpod_facts *facts;
	struct dpdkpod_eal *args; /* EAL keeps pointers into its vector */
	bool up;
};

/* ret must be zeroed; eal_stop it, whatever this returns. */
int eal_start(struct l2fwd_eal *ret, const struct options *o, struct err *e);
void eal_stop(struct l2fwd_eal *eal);

#endif
