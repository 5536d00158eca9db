/* SPDX-License-Identifier: Apache-2.0 */
/* dpdk-pod run: becomes the program, with the derived arguments before its own. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "context.h"
#include "quote.h"

enum { OPT_DRY_RUN = 'n' };

static void print_command(char **argv)
{
	for (int i = 0; argv[i]; i++) {
		if (i)
			(void)putchar(' ');
		quote_print(stdout, argv[i]);
	}
	(void)putchar('\n');
}

static int become(char **argv)
{
	(void)execvp(argv[0], argv);
	(void)fprintf(stderr, "dpdk-pod: run: %s: cannot start: %s\n", argv[0], strerror(errno));
	if (errno == ENOENT)
		(void)fprintf(stderr, "  remedy: give the path of the program, or put it into $PATH\n");
	return STATUS_FAILED;
}

static int run(const struct command *self, int argc, char **argv)
{
	static const struct option options[] = {
		{"dry-run", no_argument, NULL, OPT_DRY_RUN},
		CONTEXT_DERIVE_OPTIONS,
		{0},
	};
	struct context c __attribute__((cleanup(context_free))) = {0};
	bool dry = false;
	int opt;

	/* "+": what follows the program is the program's. */
	while ((opt = context_getopt(&c, self, argc, argv, "+hqn", options)) > 0)
		dry = true;
	if (opt == OPT_STOP)
		return c.status;
	if (optind == argc) {
		(void)fprintf(stderr, "dpdk-pod: run: which program?\n");
		return command_usage(self);
	}
	int status = context_read(&c);

	if (status == STATUS_OK)
		status = context_derive(&c, argv[optind], argv + optind + 1);
	if (status != STATUS_OK)
		return status;
	context_print_notes(&c);
	if (!dry)
		return become(dpdkpod_eal_argv(c.eal));
	print_command(dpdkpod_eal_argv(c.eal));
	return STATUS_OK;
}

const struct command command_run = {
	.name = "run",
	.summary = "Start a DPDK program with the EAL arguments that this container calls for.",
	.synopsis = "[OPTIONS] PROGRAM [ARGUMENTS...]",
	.help = "  dpdk-pod run dpdk-testpmd -- -i\n"
		"EAL arguments among the program's own (before its \"--\") win over the derived ones they\n"
		"conflict with. No process stays between: dpdk-pod becomes the program.\n\n"
		"  -n, --dry-run          print the command instead\n" CONTEXT_DERIVE_HELP,
	.run = run,
};
