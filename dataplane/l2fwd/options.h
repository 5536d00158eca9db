/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line, DPDK's way: EAL arguments, "--", then the program's own. Without "--" all of
 * it belongs to one side, by what it consists of; a mixture is refused. The parser keeps no
 * state: EAL and getopt share theirs, and EAL's turn comes later.
 */
#ifndef L2FWD_OPTIONS_H
#define L2FWD_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <dpdkpod/dpdkpod.h>

#include "err.h"
#include "forward.h"
#include "idle.h"

#define OPTIONS_PERIOD_AUTO UINT32_MAX /* one second on a terminal, ten elsewhere */

struct options {
	char **eal_argv; /* by hand, NULL-terminated; owned array of the caller's strings */
	int eal_argc;
	const char *pod_file; /* NULL: where libdpdkpod looks */
	const char *portmap;  /* NULL: neighbours are paired */
	uint32_t period_ms;   /* 0: only the final statistics */
	uint32_t duration_ms; /* 0: until a signal */
	uint16_t burst;
	uint16_t rxd;
	uint16_t txd;
	bool mac_updating;
	bool promisc;
	bool json;
	bool help;
	bool version;
	enum idle_mode idle;
	enum dpdkpod_netdev_pmd netdev_pmd;
};

/* argv[0] is the program. -EINVAL: the caller's mistake, *ret is untouched. */
int options_parse(int argc, char **argv, struct options *ret, struct err *e);
void options_free(struct options *o);
/* Owned; NULL where there is no memory. */
char *options_help(void);

#endif
