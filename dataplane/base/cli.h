/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A command line: one table of options, by which it is read and from which --help is made. Every
 * command understands --help and -h, which no table lists.
 */
#ifndef BASE_CLI_H
#define BASE_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

struct cli_option {
	int id; /* what cli_next returns; one that is a letter is its short spelling, too */
	const char *name; /* without the dashes; NULL: the end of a table */
	const char *arg;  /* NULL: it takes none */
	const char *help; /* lines */
};

/* Ids without a short spelling start here. */
#define CLI_LONG 256
#define CLI_TABLES 3

struct cli {
	const char *name;     /* of the program, and of the command behind it: "dpdk-pod run" */
	const char *summary;  /* one line */
	const char *synopsis; /* what follows the name */
	const char *about;    /* lines above the options; NULL: none */
	const struct cli_option *options[CLI_TABLES];
	const char *after; /* lines below them; NULL: none */
	bool in_order;     /* what follows the first other word is not read */
};

enum { CLI_END = -1, CLI_WRONG = -2, CLI_HELP = 'h' };

/*
 * The next option, by its id, in *ret_value its value. CLI_END: there are no more, argv[optind] is the
 * first other word. CLI_HELP: asked for. CLI_WRONG: *e says what is wrong with the call.
 * By getopt(3), whose state it uses.
 */
int cli_next(const struct cli *c, int argc, char **argv, const char **ret_value, struct err *e);

/* A wrong call: sets message and remedy; returns -EINVAL. */
int cli_wrong(const struct cli *c, struct err *e, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int cli_unexpected(const struct cli *c, const char *word, struct err *e);

/* The answer to --help: owned text, NULL where there is no memory. */
char *cli_help(const struct cli *c);
int cli_help_to(const struct cli *c, char **ret, struct err *e);
/* A line for each of a program's commands, which end with NULL: the last word of its name, and what it
 * is for. */
char *cli_commands(const struct cli *const *commands);
/* The last word of its name. */
const char *cli_command(const struct cli *c);

/* The option of that long name of len bytes, whole. */
const struct cli_option *cli_find(const struct cli *c, const char *name, size_t len);

#endif
