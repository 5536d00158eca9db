/* SPDX-License-Identifier: Apache-2.0 */
/* Which NIC the attachment gets: the one that its network names, or a free VF of the PFs it names. */
#ifndef VERBS_CHOOSE_H
#define VERBS_CHOOSE_H

#include "nic.h"

/* heal: what a dead owner left is taken back; without it, nothing is changed. */

/* Found, allowed, claimed, and described in the record. 1: something was settled, look again. */
int choose_take(struct attach *a, struct nic *n, bool heal, struct err *e);
void choose_unclaim(struct attach *a);
/* With whoever has that claim. 0: he has it no more. */
int choose_settle(struct attach *a, const struct claim_owner *owner, const char *claim, bool heal,
	const char *what, struct err *e);

/* For networks with "pf". 1: look again. */
int choose_of_pool(struct attach *a, bool heal, struct err *e);

#endif
