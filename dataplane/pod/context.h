/* SPDX-License-Identifier: Apache-2.0 */
/* What every command starts from: the pod file (if any), the facts, and the vector made of them. */
#ifndef POD_CONTEXT_H
#define POD_CONTEXT_H

#include <dpdkpod/dpdkpod.h>
#include <getopt.h>
#include <stdbool.h>

#include "command.h"

struct context {
	const char *pod_file;     /* --pod-file */
	const char *dpdk_version; /* --dpdk-version */
	enum dpdkpod_netdev_pmd netdev_pmd;
	bool quiet;
	int status;
	struct dpdkpod *pod; /* NULL: none */
	struct dpdkpod_facts *facts;
	struct dpdkpod_eal *eal;
};

/* The options that all commands have; letters above a byte have no short spelling. */
enum {
	OPT_END = -1,
	OPT_STOP = -2,
	OPT_POD_FILE = 256,
	OPT_DPDK_VERSION,
	OPT_NETDEV_PMD,
	OPT_JSON,
	OPT_EXPLAIN,
	OPT_LINES,
	OPT_ENV,
	OPT_REPLACE
};
#define CONTEXT_FILE_OPTIONS \
	{"pod-file", required_argument, NULL, OPT_POD_FILE}, \
	{ \
		"help", no_argument, NULL, 'h' \
	}
#define CONTEXT_DERIVE_OPTIONS \
	CONTEXT_FILE_OPTIONS, {"dpdk-version", required_argument, NULL, OPT_DPDK_VERSION}, \
		{"netdev-pmd", required_argument, NULL, OPT_NETDEV_PMD}, \
	{ \
		"quiet", no_argument, NULL, 'q' \
	}
#define CONTEXT_DERIVE_HELP \
	"  --pod-file PATH        read this pod file (default: $DPDK_POD_FILE, else\n" \
	"                         /run/dpdk-pod/pod.json)\n" \
	"  --netdev-pmd PMD       drive kernel interfaces by af_packet (the default with NET_ADMIN),\n" \
	"                         pcap (the default without) or af_xdp\n" \
	"  --dpdk-version X.Y     that the program is built with (else: what its file tells)\n" \
	"  -q, --quiet            no remarks on stderr\n"

/* One of the options above; false: the call is wrong, and it was said why. */
bool context_option(struct context *c, int opt, const char *value);
/*
 * The next option that is the command's own, in optarg its value; those above are taken on the way.
 * OPT_END: there is no more. OPT_STOP: help was asked for and given, or the call is wrong and it was
 * said how to call it; the exit status is c->status. letters as getopt(3) has them.
 */
int context_getopt(struct context *c, const struct command *self, int argc, char **argv,
	const char *letters, const struct option *options);
/* Can that be the name of an environment variable? If not, says so. */
bool context_variable(const char *name);
/* Reads file and facts. No file where none was asked for is no failure. */
int context_read(struct context *c);
int context_derive(struct context *c, const char *program, char **user_argv);
/* The notes of the vector, on stderr. */
void context_print_notes(const struct context *c);
void context_free(struct context *c);

#endif
