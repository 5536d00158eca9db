/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dpdk-pod run: becomes the program. The derived arguments go before its own; or into an environment
 * variable, or to a mark among its own, for programs that take EAL's arguments otherwise.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "context.h"
#include "mem.h"
#include "program.h"
#include "quote.h"

enum { OPT_DRY_RUN = 'n' };

struct start {
	struct context c;
	char **argv;         /* of the program, as given */
	const char *env;     /* --env */
	const char *replace; /* --replace */
	bool dry;
};

static int become(const struct start *s, char **argv)
{
	if (s->dry) {
		if (s->env) {
			printf("%s=", s->env);
			quote_print(stdout, getenv(s->env));
			(void)putchar(' ');
		}
		quote_words(stdout, argv);
		(void)putchar('\n');
		return STATUS_OK;
	}
	(void)execvp(argv[0], argv);
	struct err e = ERR_INIT;

	(void)err_sys(&e, ERR_IO, errno, "%s: cannot start", argv[0]);
	if (e.errnum == ENOENT)
		err_remedy(&e, "give the path of the program, or put it into $PATH");
	return command_failed(&command_run.cli, &e);
}

static int derive(struct start *s, char **user_argv)
{
	char version[16];
	int status = context_read(&s->c);

	if (!s->c.dpdk_version)
		s->c.dpdk_version = program_dpdk(s->argv[0], version, sizeof(version));
	if (status == STATUS_OK)
		status = context_derive(&s->c, s->argv[0], user_argv);
	if (status == STATUS_OK)
		context_print_notes(&s->c);
	return status;
}

/* What the variable holds already is the user's, and wins. */
static int run_env(struct start *s)
{
	const char *given = getenv(s->env) ? getenv(s->env) : "";
	auto_free char *text = strdup(given);
	auto_free char **words = calloc(strlen(given) / 2 + 2, sizeof(*words));
	auto_free char *joined = NULL;
	char *save = NULL;
	size_t n = 0;

	if (!text || !words)
		return command_no_memory();
	for (char *w = strtok_r(text, " \t\n", &save); w; w = strtok_r(NULL, " \t\n", &save))
		words[n++] = w;
	int status = derive(s, words);

	if (status != STATUS_OK)
		return status;
	joined = quote_join(dpdkpod_eal_argv(s->c.eal) + 1);
	if (!joined || setenv(s->env, joined, 1) < 0)
		return command_no_memory();
	return become(s, s->argv);
}

/* text with each mark in it replaced by value. */
static char *replaced(const char *text, const char *mark, const char *value)
{
	char *out = NULL;
	size_t len;
	FILE *f = open_memstream(&out, &len);
	const char *p;

	if (!f)
		return NULL;
	for (; (p = strstr(text, mark)); text = p + strlen(mark))
		(void)fprintf(f, "%.*s%s", (int)(p - text), text, value);
	(void)fputs(text, f);
	if (fclose(f) != 0) {
		free(out);
		return NULL;
	}
	return out;
}

/* Fills argv and made, the words of argv that were made here; false: no memory. */
static bool fill_arguments(const struct start *s, char **argv, char **made, const char *joined)
{
	char **eal = dpdkpod_eal_argv(s->c.eal) + 1;
	size_t n_eal = (size_t)dpdkpod_eal_argc(s->c.eal) - 1;

	*argv++ = s->argv[0];
	for (char **word = s->argv + 1; *word; word++) {
		if (strcmp(*word, s->replace) == 0) {
			memcpy(argv, eal, n_eal * sizeof(*argv));
			argv += n_eal;
		} else if (strstr(*word, s->replace)) {
			*argv++ = *made++ = replaced(*word, s->replace, joined);
			if (!made[-1])
				return false;
		} else {
			*argv++ = *word;
		}
	}
	return true;
}

/* A word that is the mark becomes the arguments; within a word they become text. */
static int run_replace(struct start *s)
{
	size_t n = 0, places = 0;
	int status = derive(s, NULL);

	if (status != STATUS_OK)
		return status;
	for (; s->argv[n]; n++)
		places += n > 0 && strstr(s->argv[n], s->replace);
	if (!places)
		return command_usage(&command_run.cli,
			"--replace: \"%s\" is not among the program's arguments", s->replace);
	auto_free char *joined = quote_join(dpdkpod_eal_argv(s->c.eal) + 1);
	auto_free char **argv = calloc(n + places * (size_t)dpdkpod_eal_argc(s->c.eal) + 1,
		sizeof(*argv));
	auto_free char **made = calloc(places + 1, sizeof(*made));

	if (joined && argv && made)
		status = fill_arguments(s, argv, made, joined) ? become(s, argv)
							       : command_no_memory();
	else
		status = command_no_memory();
	for (size_t i = 0; made && made[i]; i++)
		free(made[i]);
	return status;
}

static int start_program(struct start *s)
{
	if (s->env)
		return run_env(s);
	if (s->replace)
		return run_replace(s);
	int status = derive(s, s->argv + 1);

	return status == STATUS_OK ? become(s, dpdkpod_eal_argv(s->c.eal)) : status;
}

static int run_program(const struct cli *self, int argc, char **argv)
{
	struct start s = {0};
	const char *value;
	int opt, status;

	while ((opt = context_next(&s.c, self, argc, argv, &value)) >= 0) {
		if (opt == OPT_DRY_RUN)
			s.dry = true;
		else if (opt == OPT_ENV)
			s.env = value;
		else
			s.replace = value;
		if (opt == OPT_ENV && !context_variable(value))
			return command_usage(self, NOT_A_VARIABLE, value);
	}
	if (opt == CLI_WRONG)
		return s.c.status;
	if (optind == argc)
		return command_usage(self, "which program?");
	if (s.replace && (s.env || !*s.replace))
		return command_usage(self, "either --env or --replace WORD");
	s.argv = argv + optind;
	status = start_program(&s);
	context_free(&s.c);
	return status;
}

static const struct cli_option options[] = {
	{OPT_DRY_RUN, "dry-run", NULL, "print the command instead"},
	{OPT_ENV, "env", "NAME",
		"EAL's arguments go into the variable NAME; what it holds already\n"
		"wins over what it conflicts with"},
	{OPT_REPLACE, "replace", "WORD",
		"EAL's arguments go where WORD is among the program's: as words\n"
		"where it stands alone, as text within another"},
	{0},
};

const struct command command_run = {
	.cli = {.name = "dpdk-pod run",
		.summary =
			"Start a DPDK program with the EAL arguments that this container calls for.",
		.synopsis = "[OPTIONS] PROGRAM [ARGUMENTS...]",
		.about =
			"  dpdk-pod run dpdk-testpmd -- -i\n"
			"EAL arguments among the program's own (before its \"--\") win over the derived ones they\n"
			"conflict with. No process stays between: dpdk-pod becomes the program.\n",
		.options = {options, context_file_options, context_derive_options},
		.in_order = true},
	.run = run_program,
};
