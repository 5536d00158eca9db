/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who owns what: claims/<thing> is a symlink to its owner's record. It is read and changed under
 * its owner's lock, but taken, which no two can do, under the taker's. It is taken before the
 * record is written and dropped after the record is gone; one without a record is what a killed
 * call left. One that is missing is nobody's, not somebody else's.
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

#define CLAIM_NAME 80
/* pci-<bdf>; auxiliary-<name> for a scalable function; for a NIC with neither (both "")
 * link-<host index>-<name>. */
const char *claim_name(const char *pci_address, const char *auxiliary, const struct link *l,
	char buf[static CLAIM_NAME]);

/* -EEXIST (no error set): somebody has it, perhaps we. */
int claim_take(const struct state *s, const char *name, const struct claim_owner *owner,
	struct err *e);
/* -ENOENT: nobody has it. */
int claim_read(const struct state *s, const char *name, struct claim_owner *ret);
/* The error of what is there and is not a claim. */
int claim_damaged(const char *name, struct err *e);
bool claim_is(const struct state *s, const char *name, const struct claim_owner *owner);

enum claim_holder { CLAIM_NOBODYS, CLAIM_OURS, CLAIM_OTHERS };
/* Fails where that cannot be told. name NULL: nobody's. */
int claim_holder(const struct state *s, const char *name, const struct claim_owner *owner,
	enum claim_holder *ret, struct err *e);
/* Takes it whoever has it now: where the newest owner is the right one (the pod file). */
int claim_replace(const struct state *s, const char *name, const struct claim_owner *owner,
	struct err *e);
/* Only if it is that owner's. Fails where that cannot be told, or where it cannot be removed: then
 * the owner's record or temporary has to stay, or nobody would look for the claim again. */
int claim_drop(const struct state *s, const char *name, const struct claim_owner *owner);
/* All of them, temporaries of a killed claim_replace included; owner NULL: it is not a claim. A
 * non-zero return of f ends the walk. */
typedef int (*claim_visit)(const char *name, const struct claim_owner *owner, void *arg);
int claim_each(const struct state *s, claim_visit f, void *arg);
/* Every claim of that owner; goes on past a failure and returns the first. */
int claim_drop_all(const struct state *s, const struct claim_owner *owner);
/* The error of a claim that could not be dropped. */
int claim_undropped(int errnum, struct err *e);

#endif
