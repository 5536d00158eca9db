/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose is a file that attachments publish? A path is an object, not a text: a claim named by device,
 * inode and birth says so, whatever the path is spelled like. It goes from one sandbox to another only
 * under the locks of both.
 */
#ifndef STEPS_OWN_H
#define STEPS_OWN_H

#include "attach.h"

/* kind-<device>-<inode>-<born> */
const char *own_claim(const char *kind, const struct record_object *o, char buf[static CLAIM_NAME]);

int own_object(int dir, const char *name, struct record_object *ret);
static inline bool own_same(const struct record_object *a, const struct record_object *b)
{
	return a->inode != CODEC_ABSENT && a->inode == b->inode && a->device == b->device &&
		a->born == b->born;
}

/* Does what that record published still lead to that object? */
typedef bool (*own_leads)(const struct machine *m, const struct record *theirs,
	const struct record_object *o);

enum own { OWN_NOBODYS, OWN_OURS, OWN_TO_TAKE };

/*
 * OWN_OURS: this sandbox has it. OWN_TO_TAKE: an older sandbox of the same pod has it, or one that
 * is dead or has published something else since; *other is then its locked sandbox, and the caller
 * unlocks it. -EPERM: another pod, alive, which is named; -EAGAIN: a call is working on it.
 */
int own_settle(const struct attach *a, const char *what, const char *claim,
	const struct record_object *o, own_leads leads, enum own *ret, struct sandbox *other,
	struct err *e);

#endif
