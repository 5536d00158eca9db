/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The forwarding threads. Flows are spread over the worker lcores, each to one; with a single
 * lcore the main one forwards. A worker is told what to do by one word, which it looks at once
 * per round: nothing else is shared with it but counters.
 */
#ifndef L2FWD_WORKERS_H
#define L2FWD_WORKERS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include <rte_lcore.h>

#include "err.h"
#include "forward.h"
#include "idle.h"
#include "options.h"
#include "ports.h"

enum worker_order {
	WORKER_GO = 0,
	WORKER_REVIEW, /* ports were lost: sort the flows anew */
	WORKER_STOP,
};

struct worker {
	alignas(RTE_CACHE_LINE_SIZE) _Atomic unsigned int order;
	_Atomic unsigned int reviews; /* done so far */
	atomic_bool running;
	atomic_bool done;
	bool launched;
	pthread_t thread; /* valid while running */

	/* What follows is the worker's own. */
	alignas(RTE_CACHE_LINE_SIZE) uint16_t burst;
	uint16_t n_active;
	enum idle_mode idle;
	const atomic_bool *lost; /* by DPDK's port id */
	unsigned int lcore;
	unsigned int n;
	struct flow *active[RTE_MAX_ETHPORTS];
	struct flow flow[];
};

struct workers {
	struct ports *ports;
	unsigned int n;
	struct worker *v[RTE_MAX_LCORE];
	struct flow *flow[RTE_MAX_ETHPORTS]; /* by index of the port it receives from; NULL: none */
	atomic_bool lost[RTE_MAX_ETHPORTS];  /* by DPDK's port id */
};

/* Plans flows and lcores. */
int workers_make(struct workers *w, struct ports *p, const struct options *o, struct err *e);
/* Starts those on worker lcores; where there is none, the caller shall run workers_run_main. */
int workers_launch(struct workers *w, struct err *e);
bool workers_on_main(const struct workers *w);
void workers_run_main(struct workers *w);
/* Ports marked lost: returns when no worker touches them any more; -ETIMEDOUT: one does not come
 * back from its driver. */
int workers_review(struct workers *w);
int workers_stop(struct workers *w);
void workers_free(struct workers *w);

#endif
