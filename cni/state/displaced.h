/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NICs that came back under another name, because somebody on the host took theirs while a pod had
 * them: /run/dpdk-cni/displaced/<key>. A network that names the NIC means it, and not the stranger.
 */
#ifndef STATE_DISPLACED_H
#define STATE_DISPLACED_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

struct displaced {
	char *name;               /* its own */
	char *now;                /* what it is called meanwhile */
	char *parent, *port_name; /* known by these, or without a bus address by the next */
	int64_t link_id;
	char *claim; /* by which a pod has it, or had it last */
};
void displaced_free(struct displaced *d);
#define auto_displaced auto_with(displaced_free)

int displaced_write(int rootfd, const struct displaced *d, struct err *e);
void displaced_forget(int rootfd, const struct displaced *d);

/* Until f returns true. */
void displaced_each(int rootfd, bool (*f)(const struct displaced *d, void *arg), void *arg);

#endif
