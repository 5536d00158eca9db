/* SPDX-License-Identifier: Apache-2.0 */
/* What dpdk-pod ready found out, and how it is told. */
#ifndef POD_VERDICT_H
#define POD_VERDICT_H

#include "codec.h"
#include "ports.h"

struct verdict_program {
	int64_t pid; /* CODEC_ABSENT: in a PID namespace out of sight */
	char *name;
	char *version;
	char *socket;
	int ready; /* 0 or 1 */
	char *reason, *remedy;
	struct ports ports;
};

struct verdict {
	int ready;
	char *reason, *remedy; /* of the first that is not ready, or why there is none */
	char *cpus;            /* where this probe ran */
	struct verdict_program *programs;
	size_t n;
};

/* The reason that counts is the first. Fails where there is no memory. */
int verdict_refuse(char **reason, char **remedy, const struct err *why);
/* The verdict's reason is that of the first program that is not ready. */
int verdict_adopt(struct verdict *v, const struct verdict_program *p);
int verdict_print(const struct verdict *v, int json, struct err *e);
void verdict_free(struct verdict *v);

#endif
