/* SPDX-License-Identifier: Apache-2.0 */
/* What an ADD would change, line by line: the steps describe themselves into it. */
#ifndef STEPS_PLAN_H
#define STEPS_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

struct plan {
	struct plan_change {
		char *step, *object, *before, *after;
	} * changes;
	size_t n;
	const char *step; /* whose lines come now */
	bool no_memory;
};

void plan_free(struct plan *p);
#define auto_plan auto_with(plan_free)

/* before NULL: there is nothing yet, or it is not known. Lines without a change are left out. */
void plan_add(struct plan *p, const char *object, const char *before, const char *after);
/* The same in numbers, CODEC_ABSENT as NULL above. */
void plan_add_number(struct plan *p, const char *object, int64_t before, int64_t after);

/* For people, or in JSON. */
int plan_print(const struct plan *p, bool json, char **ret_out, struct err *e);

#endif
