/* SPDX-License-Identifier: Apache-2.0 */
/* What dpdk-pod ready found out, and how it is told. */
#ifndef POD_VERDICT_H
#define POD_VERDICT_H

#include "probe.h"

struct verdict {
	int ready;
	char *reason, *remedy; /* of the first that is not ready, or why there is none */
};

/* The verdict's reason is that of the first program that is not ready. */
int verdict_adopt(struct verdict *v, const struct probe_program *p);
int verdict_print(const struct verdict *v, const struct probe *p, int json, struct err *e);
void verdict_free(struct verdict *v);

#endif
