/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statistics: a snapshot, and three ways to print it. Packets are what the forwarding threads
 * counted; bytes, misses and errors are the driver's word.
 */
#ifndef L2FWD_STATS_H
#define L2FWD_STATS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define STATS_PORTS_MAX 32

enum stats_state { STATS_DOWN, STATS_UP, STATS_LOST };

struct stats_port {
	unsigned int number;
	const char *name;
	const char *device;
	enum stats_state state;
	uint64_t rx, tx;  /* packets */
	uint64_t dropped; /* received here, not sent */
	uint64_t rx_bytes, tx_bytes;
	uint64_t missed;  /* the receive ring was full */
	uint64_t errors;  /* damaged, or the driver failed to send */
	uint64_t no_mbuf; /* no packet buffer was left */
};

struct stats {
	double elapsed; /* seconds since forwarding began */
	bool final;
	unsigned int n;
	struct stats_port port[STATS_PORTS_MAX];
};

/* before: the snapshot that rates are counted from, of the same ports; NULL: the beginning. */
void stats_json(FILE *out, const struct stats *now, const struct stats *before);
void stats_line(FILE *out, const struct stats *now, const struct stats *before);
/* Returns how many lines it printed. */
unsigned int stats_table(FILE *out, const struct stats *now, const struct stats *before);

#endif
