/* SPDX-License-Identifier: Apache-2.0 */
/* What every command starts from: the pod file (if any), the facts, and the vector made of them. */
#ifndef POD_CONTEXT_H
#define POD_CONTEXT_H

#include <dpdkpod/dpdkpod.h>
#include <stdbool.h>

#include "command.h"

struct context {
	const char *pod_file;     /* --pod-file */
	const char *dpdk_version; /* --dpdk-version */
	enum dpdkpod_netdev_pmd netdev_pmd;
	enum dpdkpod_lcores lcores_as;
	bool quiet;
	int status;
	struct dpdkpod *pod; /* NULL: none */
	struct dpdkpod_facts *facts;
	struct dpdkpod_eal *eal;
};

enum {
	OPT_POD_FILE = CLI_LONG,
	OPT_DPDK_VERSION,
	OPT_NETDEV_PMD,
	OPT_LCORES_AS,
	OPT_JSON,
	OPT_EXPLAIN,
	OPT_LINES,
	OPT_ENV,
	OPT_REPLACE,
	OPT_OWN, /* those of one command alone start here */
};

/* The tables that commands share: for whoever reads the pod file, and for whoever derives arguments. */
extern const struct cli_option context_file_options[], context_derive_options[];

/*
 * The next option that is the command's own, in *ret_value its value; those of the shared tables are
 * taken on the way. CLI_END: there are no more. CLI_WRONG: it is over, help was given or what is wrong
 * was said; the exit status is c->status.
 */
int context_next(struct context *c, const struct cli *self, int argc, char **argv,
	const char **ret_value);
/* Can that be the name of an environment variable? */
bool context_variable(const char *name);
#define NOT_A_VARIABLE \
	"--env: \"%s\" is not the name of a variable, which has letters, digits and _"
/* Reads file and facts. No file where none was asked for is no failure. */
int context_read(struct context *c);
int context_derive(struct context *c, const char *program, char **user_argv);
/* The notes of the vector, on stderr. */
void context_print_notes(const struct context *c);
void context_free(struct context *c);

#endif
