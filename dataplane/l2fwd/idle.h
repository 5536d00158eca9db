/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a forwarding thread does with a round of polling that brought little. It decides only:
 * the caller sleeps. A queue that fills wakes it up at once; a trickle leaves the nap as it is,
 * so that a few thousand packets a second cost a few per cent of the CPU and not all of it.
 */
#ifndef L2FWD_IDLE_H
#define L2FWD_IDLE_H

#include <stdint.h>

enum idle_mode { IDLE_SLEEP, IDLE_POLL };

#define IDLE_SPINS 256        /* empty rounds before the first nap */
#define IDLE_NAP_MIN 8000u    /* ns; shorter ones are all overhead */
#define IDLE_NAP_MAX 1000000u /* ns; at 1 Mpps that is a ring of 1024 descriptors */

struct idle {
	enum idle_mode mode;
	uint32_t empty;  /* rounds without a packet since the last one */
	uint32_t nap_ns; /* the current nap; 0: awake */
};

/* got: packets of the busiest queue in this round. Returns the nanoseconds to sleep, 0: poll on. */
static inline uint32_t idle_next(struct idle *i, uint32_t got, uint32_t burst)
{
	if (i->mode == IDLE_POLL)
		return 0;
	if (got >= burst) {
		i->empty = 0;
		i->nap_ns = 0;
		return 0;
	}
	if (got > 0) {
		i->empty = 0;
		if (got >= (burst + 3) / 4) {
			i->nap_ns /= 2;
			if (i->nap_ns < IDLE_NAP_MIN)
				i->nap_ns = 0;
		}
		return i->nap_ns;
	}
	if (i->nap_ns == 0) {
		if (++i->empty < IDLE_SPINS)
			return 0;
		i->nap_ns = IDLE_NAP_MIN;
	} else if (i->nap_ns < IDLE_NAP_MAX) {
		i->nap_ns = i->nap_ns * 2 < IDLE_NAP_MAX ? i->nap_ns * 2 : IDLE_NAP_MAX;
	}
	return i->nap_ns;
}

#endif
