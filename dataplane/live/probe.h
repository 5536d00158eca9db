/* SPDX-License-Identifier: Apache-2.0 */
/* The DPDK programs that are asked: found, connected to, and left alone by this process. */
#ifndef LIVE_PROBE_H
#define LIVE_PROBE_H

#include <stdint.h>
#include <sys/types.h>

#include "live_ports.h"
#include "programs.h"
#include "telemetry.h"

struct probe_program {
	int64_t pid; /* CODEC_ABSENT: in a PID namespace out of sight */
	char *name;
	char *version;
	char *socket;
	int ready;             /* 0 or 1, for whoever judges */
	char *reason, *remedy; /* why it is not; here already if it cannot be talked to */
	struct live_ports ports;
};

struct probe {
	const char *prefix; /* only this file prefix; NULL: any */
	pid_t pid;          /* only this process; 0: any */
	int64_t deadline;   /* of clock_ms(), for all of them */

	int root;     /* of this container */
	int its_root; /* where the sockets are: with pid, that process's */
	struct programs found;
	struct probe_program *programs;
	struct telemetry *conversations; /* one per program; those without fd have a reason */
	size_t n;
	const char *stale; /* a socket whose program is dead */
	char *cpus;        /* where this process runs now */
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
/* Keeps a reason and its remedy; the first one counts. -ENOMEM. */
int probe_refuse(char **reason, char **remedy, const struct err *why);
void probe_end(struct probe *p);

#endif
