/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dpdk-pod's commands. A command returns the exit status: 0, 1 (it failed and said why on stderr) or
 * 2 (it was called wrongly). stdout is the answer, stderr everything else.
 */
#ifndef POD_COMMAND_H
#define POD_COMMAND_H

#include "cli.h"

enum { STATUS_OK = 0, STATUS_FAILED = 1, STATUS_USAGE = 2 };

struct command {
	struct cli cli;
	int (*run)(const struct cli *self, int argc, char **argv); /* argv[0] is the command */
};

extern const struct command command_show, command_args, command_run, command_ready, command_doctor;

/* The answer to --help; returns the exit status. */
int command_help(const struct cli *c);
/* Says what is wrong with the call, and how to call it right; returns STATUS_USAGE. */
int command_usage(const struct cli *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Says what went wrong; returns STATUS_FAILED. */
int command_failed(const struct cli *c, const struct err *e);
int command_no_memory(void);

#endif
