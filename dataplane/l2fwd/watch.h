/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Notices ports that go away: the driver's removal event, the kernel asking a VFIO device back,
 * and a kernel interface that left this network namespace. Callbacks run in EAL's interrupt
 * thread: they raise a flag and wake up the control loop, nothing else.
 */
#ifndef L2FWD_WATCH_H
#define L2FWD_WATCH_H

#include <stdatomic.h>
#include <stdbool.h>

#include "err.h"
#include "ports.h"

#define WATCH_TICK_MS 500 /* between two looks at what sends no event */

struct watch {
	struct ports *ports;
	int event_fd;                          /* readable: call watch_lost */
	int socket_fd;                         /* to ask the kernel for interfaces */
	atomic_bool removed[RTE_MAX_ETHPORTS]; /* by index */
};

int watch_start(struct watch *w, struct ports *ports, struct err *e);
void watch_stop(struct watch *w);
/* Marks ports as lost and says so; returns how many of the used ones this call found. */
unsigned int watch_lost(struct watch *w);

#endif
