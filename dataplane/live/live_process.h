/* SPDX-License-Identifier: Apache-2.0 */
/* A process and its threads, as /proc shows them, and what they are to DPDK. */
#ifndef LIVE_LIVE_PROCESS_H
#define LIVE_LIVE_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "codec.h"
#include "cpulist.h"

enum live_role {
	ROLE_MAIN,    /* the first thread: EAL's main lcore */
	ROLE_WORKER,  /* an lcore that does the work */
	ROLE_CONTROL, /* EAL's own: interrupts, telemetry, multi-process */
	ROLE_OTHER,
};

struct live_thread {
	int64_t tid;
	char *name;
	int role;     /* enum live_role */
	char *cpus;   /* its affinity, list notation */
	int64_t cpu;  /* where it ran last */
	int64_t node; /* filled by whoever knows the nodes; CODEC_ABSENT: none or several */
	struct cpulist affinity;
};

struct live_process {
	pid_t pid;
	const char *name;            /* of the main thread */
	struct live_thread *threads; /* by tid, the main thread first */
	size_t n_threads;
	bool eal; /* it has threads of EAL's: a DPDK program, initialised or about to be */
};

extern const struct codec_field live_thread_fields[];

/* -ESRCH: there is no such process here. */
int live_process_read(int root, pid_t pid, struct live_process *ret, struct err *e);
void live_process_free(struct live_process *p);

/* The CPUs that its workers may run on. */
void live_worker_cpus(const struct live_process *p, struct cpulist *ret);

/* Calls f for every DPDK program among the processes in sight; one that says false is the last. */
void live_process_each(int root, bool (*f)(const struct live_process *p, void *arg), void *arg);

/* Where the kernel kept something of another process to itself: who is told. */
void live_process_denied(int r, struct err *e);

#endif
