/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The steps of an attachment, as one table. ADD captures what every wanted step will change,
 * writes the record, then applies forward; failure, DEL, GC and release undo backward, whatever
 * was reached; CHECK checks, plan describes. capture changes nothing; apply and undo are idempotent.
 */
#ifndef STEPS_STEPS_H
#define STEPS_STEPS_H

#include "attach.h"
#include "plan.h"

struct step {
	const char *name;
	bool (*wanted)(const struct attach *a);
	int (*capture)(struct attach *a, struct err *e);
	int (*apply)(struct attach *a, struct err *e);
	int (*undo)(struct attach *a, struct err *e);
	int (*check)(struct attach *a, struct err *e);
	/* After capture: what apply would change. */
	void (*describe)(const struct attach *a, struct plan *p);
};

extern const struct step step_admin_mac, step_unbind, step_vf, step_bind, step_peer, step_link,
	step_mac, step_ipam, step_deviceinfo, step_publish;

int steps_capture(struct attach *a, struct err *e);
/* *ret_reached: how many steps were begun, for steps_undo. */
int steps_apply(struct attach *a, size_t *ret_reached, struct err *e);
#define STEPS_ALL SIZE_MAX
/* Goes on past an error; returns the first. */
int steps_undo(struct attach *a, size_t reached, struct err *e);
/* Every difference found, in one error. */
int steps_check(struct attach *a, struct err *e);
void steps_describe(const struct attach *a, struct plan *p);

#endif
