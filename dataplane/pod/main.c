/* SPDX-License-Identifier: Apache-2.0 */
/* dpdk-pod: start a DPDK program in a pod with the EAL arguments its place calls for. */
#include <stdio.h>
#include <string.h>

#include <dpdkpod/dpdkpod.h>

#include "command.h"
#include "mem.h"

static const struct command *const commands[] = {&command_show, &command_args, &command_run,
	&command_ready, &command_doctor};

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (strcmp(cli_command(&commands[i]->cli), name) == 0)
			return commands[i];
	return NULL;
}

int command_no_memory(void)
{
	(void)fprintf(stderr, "dpdk-pod: no memory\n");
	return STATUS_FAILED;
}

int command_help(const struct cli *c)
{
	auto_free char *text = cli_help(c);

	return text && fputs(text, stdout) >= 0 ? STATUS_OK : command_no_memory();
}

int command_usage(const struct cli *c, const char *fmt, ...)
{
	struct err why = ERR_INIT, e = ERR_INIT;
	va_list ap;

	va_start(ap, fmt);
	(void)err_vset(&why, ERR_ENV, 0, fmt, ap);
	va_end(ap);
	(void)cli_wrong(c, &e, "%s", why.msg);
	err_print(stderr, "dpdk-pod", &e);
	return STATUS_USAGE;
}

int command_failed(const struct cli *c, const struct err *e)
{
	char who[64];

	(void)snprintf(who, sizeof(who), "dpdk-pod: %s", cli_command(c));
	err_print(stderr, who, e);
	return STATUS_FAILED;
}

static void print_commands(FILE *out)
{
	const struct cli *list[ARRAY_SIZE(commands) + 1] = {NULL};

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		list[i] = &commands[i]->cli;
	auto_free char *text = cli_commands(list);

	(void)fprintf(out,
		"Usage: dpdk-pod COMMAND [ARGUMENTS]\n\n%s\n"
		"\"dpdk-pod COMMAND --help\" tells more; --version prints the version.\n",
		text ? text : "");
}

static int help(int argc, char **argv)
{
	const struct command *c = argc > 0 ? find_command(argv[0]) : NULL;

	if (argc > 0 && !c) {
		(void)fprintf(stderr, "dpdk-pod: help: there is no command \"%s\"\n", argv[0]);
		return STATUS_USAGE;
	}
	if (c)
		return command_help(&c->cli);
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
	const struct command *c = find_command(name);

	if (c)
		return c->run(&c->cli, argc - 1, argv + 1);
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
