/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The groups of arguments, each in the file of its name: every one adds to what is being built, and
 * later ones see what earlier ones found.
 */
#ifndef LIB_EAL_PARTS_H
#define LIB_EAL_PARTS_H

#include "eal_build.h"

#define MAX_LCORES 128 /* RTE_MAX_LCORE of every packaged DPDK */

/* The interfaces of the pod file and what else this container was offered; finds nic_nodes. */
int eal_devices(struct eal *b, struct err *e);
/* One interface of the kernel's, on a virtual device. */
int eal_netdev(struct eal *b, const struct podfile_interface *i, struct err *e);
/* The token of a VF that is not given to anyone without it. */
int eal_vf_token(struct eal *b, struct err *e);
int eal_lcores(struct eal *b, struct err *e);
/* The text of -l or -c. */
int eal_plain_lcores(struct eal *b, const struct cpulist *set, const struct cpulist *local,
	unsigned int max, char **ret_text, struct cpulist *ret_used, struct err *e);
void eal_memory(struct eal *b);
void eal_runtime(struct eal *b);

/* Makes the vector of what was added; takes notes and devices over. */
int eal_assemble(struct eal *b, struct dpdkpod_eal **ret, struct err *e);

#endif
