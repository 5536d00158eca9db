/* SPDX-License-Identifier: Apache-2.0 */
/* The way back, for every verb: make the world equal the image, then forget. */
#ifndef STEPS_DETACH_H
#define STEPS_DETACH_H

#include "attach.h"

/* Undoes an attachment up to its reached'th step (STEPS_ALL), drops claims and record. Where a
 * step fails the record stays, UNDOING, for the next try; a device that is back is free at once. */
int detach(struct attach *a, size_t reached, struct err *e);

/* The same from a record of a locked sandbox; rec is used up. tried: see attach_resume. */
int detach_record(struct machine *m, struct sandbox *b, struct record *rec, const char *tried,
	struct err *e);

/* What a killed call of an attachment without a record left in its locked sandbox, claims first. */
int detach_leftover(struct machine *m, struct sandbox *b, const char *ifname, struct err *e);

/*
 * Frees what a dead owner left: no record, not ADDED, or its namespace gone. 0: free now;
 * -EEXIST: the owner is alive, ERR_OWNED names it; -EAGAIN: a call is working on it.
 * mine: the caller's own locked sandbox; claim: the device's.
 */
int detach_dead(struct machine *m, struct sandbox *mine, const struct claim_owner *owner,
	const char *claim, const char *what, struct err *e);

#endif
