/* SPDX-License-Identifier: Apache-2.0 */
/* The DPDK programs that are asked: found, connected to, and left alone by this process. */
#ifndef POD_PROBE_H
#define POD_PROBE_H

#include <stdint.h>
#include <sys/types.h>

#include "programs.h"
#include "telemetry.h"
#include "verdict.h"

struct probe {
	const char *prefix; /* only this file prefix; NULL: any */
	pid_t pid;          /* only this process; 0: any */
	int64_t deadline;   /* of clock_ms(), for all of them */

	int root;     /* of this container */
	int its_root; /* where the sockets are: with pid, that process's */
	struct programs found;
	struct telemetry *conversations; /* one per program of v; those without fd have a reason */
	size_t n;
	const char *stale; /* a socket whose program is dead */
	struct verdict v;
};

#define PROBE_NONE \
	{ \
		.root = -1, .its_root = -1 \
	}

/*
 * Fails where no program takes a connection, with the reason. Then moves this process off the CPUs
 * of the programs' workers, as far as any CPU is left to it.
 */
int probe_start(struct probe *p, struct err *e);
/* Asks program i for version and ports. */
int probe_ask(struct probe *p, size_t i, struct err *e);
void probe_end(struct probe *p);

#endif
