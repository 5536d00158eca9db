/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dpdk-pod's commands. A command returns the exit status: 0, 1 (it failed and said why on stderr) or
 * 2 (it was called wrongly). stdout is the answer, stderr everything else.
 */
#ifndef POD_COMMAND_H
#define POD_COMMAND_H

#include <stdbool.h>

enum { STATUS_OK = 0, STATUS_FAILED = 1, STATUS_USAGE = 2 };

struct command {
	const char *name;
	const char *summary;  /* one line of the list of commands */
	const char *synopsis; /* what follows the name */
	const char *help;     /* the options and what there is to know */
	int (*run)(const struct command *self, int argc, char **argv); /* argv[0] is the name */
};

extern const struct command command_show, command_args, command_run, command_ready, command_doctor;

void command_help(const struct command *c);
/* Says how to call it right; returns STATUS_USAGE. */
int command_usage(const struct command *c);

#endif
