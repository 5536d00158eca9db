/* SPDX-License-Identifier: Apache-2.0 */
/* What belongs to no record: a killed call left it. GC sweeps it, list and the doctor tell. */
#ifndef VERBS_LEFTOVER_H
#define VERBS_LEFTOVER_H

#include "claim.h"

/* Has that claim an owner without a record, or none at all? Under its owner's lock it stays so. */
bool leftover_claim(const struct state *s, const char *name, const struct claim_owner *o);

/* Does a call work on the sandbox now? What it has there is no leftover. */
bool leftover_busy(const struct state *s, const char *container);

/* path is below /run/dpdk-cni; why says what it is, remedy what to do. */
struct leftover {
	char path[400], why[400], remedy[600];
	bool damaged; /* not a claim at all: it keeps a device from everybody */
};
typedef int (*leftover_visit)(const struct leftover *l, void *arg);
int leftover_each(const struct state *s, leftover_visit f, void *arg);

#endif
