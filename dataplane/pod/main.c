/* SPDX-License-Identifier: Apache-2.0 */
/* dpdk-pod: start a DPDK program in a pod with the EAL arguments its place calls for. */
#include <stdio.h>
#include <string.h>

#include <dpdkpod/dpdkpod.h>

#include "command.h"
#include "mem.h"

static const struct command *const commands[] = {&command_show, &command_args, &command_run,
	&command_ready, &command_doctor};

static const struct command *find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

void command_help(const struct command *c)
{
	printf("Usage: dpdk-pod %s %s\n%s\n\n%s", c->name, c->synopsis, c->summary, c->help);
}

int command_usage(const struct command *c)
{
	(void)fprintf(stderr, "Usage: dpdk-pod %s %s\nTry \"dpdk-pod %s --help\".\n", c->name,
		c->synopsis, c->name);
	return STATUS_USAGE;
}

static void print_commands(FILE *out)
{
	(void)fprintf(out, "Usage: dpdk-pod COMMAND [ARGUMENTS]\n\n");
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		(void)fprintf(out, "  %-6s  %s\n", commands[i]->name, commands[i]->summary);
	(void)fprintf(out,
		"\n\"dpdk-pod COMMAND --help\" tells more; --version prints the version.\n");
}

static int help(int argc, char **argv)
{
	const struct command *c = argc > 0 ? find(argv[0]) : NULL;

	if (argc > 0 && !c) {
		(void)fprintf(stderr, "dpdk-pod: help: there is no command \"%s\"\n", argv[0]);
		return STATUS_USAGE;
	}
	if (c)
		command_help(c);
	else
		print_commands(stdout);
	return STATUS_OK;
}

static int dispatch(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : NULL;

	if (!name) {
		print_commands(stderr);
		return STATUS_USAGE;
	}
	if (strcmp(name, "--version") == 0) {
		printf("dpdk-pod %s\n", dpdkpod_version());
		return STATUS_OK;
	}
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0)
		return help(argc - 2, argv + 2);
	const struct command *c = find(name);

	if (c)
		return c->run(c, argc - 1, argv + 1);
	(void)fprintf(stderr, "dpdk-pod: there is no command \"%s\"\n\n", name);
	print_commands(stderr);
	return STATUS_USAGE;
}

int main(int argc, char **argv)
{
	int status = dispatch(argc, argv);

	/* A full disk must not look like an empty answer. */
	if (fflush(stdout) != 0 || ferror(stdout)) {
		perror("dpdk-pod: stdout");
		return STATUS_FAILED;
	}
	return status;
}
