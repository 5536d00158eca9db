/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happens beside the forwarding: statistics, signals, the end, ports that go away. It runs
 * on the main thread, or on a thread of its own where the main lcore forwards, and sleeps nearly
 * all the time.
 */
#ifndef L2FWD_CONTROL_H
#define L2FWD_CONTROL_H

#include <sched.h>
#include <stdbool.h>

#include "err.h"
#include "options.h"
#include "output.h"
#include "ports.h"
#include "stats.h"
#include "watch.h"
#include "workers.h"

struct control {
	const struct options *options;
	struct ports *ports;
	struct workers *workers;
	struct watch *watch;
	int signal_fd;
	cpu_set_t cpus; /* the process's affinity before EAL pinned its main thread */
	struct output out;
	int said; /* the error of out that was told */
	bool terminal;
	bool stuck; /* a worker does not come back: nothing of its may be freed */
	uint32_t period_ms;
	uint64_t start_ns;
	unsigned int table_lines; /* to be overwritten on the terminal */
	struct stats before;
	struct rte_eth_stats driver[RTE_MAX_ETHPORTS]; /* last known, by index */
};

/* A signalfd for SIGINT, SIGTERM and SIGHUP, which end it, and SIGUSR1, which asks for statistics. They
 * stay blocked in every thread made after this call. */
int control_signals(struct err *e);
/* Forwards until the end; the workers are stopped when it returns. 0: a signal or --duration. */
int control_run(struct control *c, struct err *e);
/* The last ones; what is slow to read them has a moment for it. */
void control_final_statistics(struct control *c);

#endif
