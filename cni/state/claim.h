/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who owns what: claims/<thing> is a symlink to its owner's record. It is taken before the
 * record is written and dropped after the record is gone; a claim whose record is missing is
 * one that a killed call left.
 */
#ifndef STATE_CLAIM_H
#define STATE_CLAIM_H

#include <stdio.h>

#include "state.h"

struct claim_owner {
	char container[256];
	char ifname[16];
};
static inline struct claim_owner claim_owner(const char *container, const char *ifname)
{
	struct claim_owner o;

	(void)snprintf(o.container, sizeof(o.container), "%s", container);
	(void)snprintf(o.ifname, sizeof(o.ifname), "%s", ifname);
	return o;
}

#define CLAIM_NAME 64
/* pci-<bdf>; for a NIC without one (pci_address "") link-<host index>-<name>. */
const char *claim_name(const char *pci_address, const struct link *l, char buf[static CLAIM_NAME]);

/* -EEXIST (no error set): somebody has it, perhaps we. */
int claim_take(const struct state *s, const char *name, const struct claim_owner *owner,
	struct err *e);
/* -ENOENT: nobody has it. */
int claim_read(const struct state *s, const char *name, struct claim_owner *ret);
bool claim_is(const struct state *s, const char *name, const struct claim_owner *owner);
/* The same where it matters why not: *ret; fails where the claim cannot be read. */
int claim_check(const struct state *s, const char *name, const struct claim_owner *owner, bool *ret,
	struct err *e);
/* Takes it whoever has it now: where the newest owner is the right one (the pod file). */
int claim_replace(const struct state *s, const char *name, const struct claim_owner *owner,
	struct err *e);
/* Only if it is ours. */
void claim_drop(const struct state *s, const char *name, const struct claim_owner *owner);
/* Has it a device's claim? */
bool claim_any(const struct state *s, const struct claim_owner *owner);
/* Every claim of that owner. */
void claim_drop_all(const struct state *s, const struct claim_owner *owner);

#endif
