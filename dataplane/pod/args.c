/* SPDX-License-Identifier: Apache-2.0 */
/* dpdk-pod args: the derived EAL arguments, for a shell, for a person, or as JSON. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "context.h"
#include "mem.h"
#include "quote.h"

struct argument {
	char *text, *reason;
};

struct args_answer {
	struct argument *arguments;
	size_t n_arguments;
	char **notes;
	size_t n_notes;
};

static const struct codec_field argument_fields[] = {
	CODEC_STRING(struct argument, text, "argument", 0),
	CODEC_STRING(struct argument, reason, "reason", 0),
	CODEC_END,
};

static const struct codec_field answer_fields[] = {
	CODEC_OBJECTS(struct args_answer, arguments, n_arguments, "arguments", struct argument,
		argument_fields),
	CODEC_STRINGS(struct args_answer, notes, n_notes, "notes", 0),
	CODEC_END,
};

static int print_line(const struct context *c)
{
	quote_words(stdout, dpdkpod_eal_argv(c->eal) + 1);
	(void)putchar('\n');
	return STATUS_OK;
}

/* An argument with a newline would be two words. */
static int print_lines(const struct context *c)
{
	for (char **word = dpdkpod_eal_argv(c->eal) + 1; *word; word++) {
		if (strchr(*word, '\n')) {
			err_print_text(stderr, "dpdk-pod: args",
				"--lines: a newline within an argument", "use --json");
			return STATUS_FAILED;
		}
		(void)puts(*word);
	}
	return STATUS_OK;
}

static int print_variable(const struct context *c, const char *name)
{
	auto_free char *text = quote_join(dpdkpod_eal_argv(c->eal) + 1);

	if (!text)
		return command_no_memory();
	printf("%s=", name);
	quote_print(stdout, text);
	(void)putchar('\n');
	return STATUS_OK;
}

/* An option and its value have the same reason and belong on one line. */
static bool goes_on(const struct context *c, int i)
{
	char **argv = dpdkpod_eal_argv(c->eal);

	return i + 1 < dpdkpod_eal_argc(c->eal) && argv[i + 1][0] != '-' &&
		strcmp(dpdkpod_eal_reason(c->eal, i), dpdkpod_eal_reason(c->eal, i + 1)) == 0;
}

static int print_reasons(const struct context *c)
{
	char **argv = dpdkpod_eal_argv(c->eal);

	for (int i = 1; i < dpdkpod_eal_argc(c->eal); i++) {
		quote_print(stdout, argv[i]);
		if (goes_on(c, i)) {
			(void)putchar(' ');
			quote_print(stdout, argv[++i]);
		}
		printf("\n    %s\n", dpdkpod_eal_reason(c->eal, i));
	}
	for (size_t i = 0; i < dpdkpod_eal_note_count(c->eal); i++)
		printf("note: %s\n", dpdkpod_eal_note_at(c->eal, i));
	return STATUS_OK;
}

static int print_json(const struct context *c)
{
	char **argv = dpdkpod_eal_argv(c->eal);
	size_t n = (size_t)dpdkpod_eal_argc(c->eal) - 1, n_notes = dpdkpod_eal_note_count(c->eal);
	auto_free struct argument *arguments = calloc(n + 1, sizeof(*arguments));
	auto_free char **notes = calloc(n_notes + 1, sizeof(*notes));
	auto_free char *text = NULL;
	struct args_answer answer = {arguments, n, notes, n_notes};
	struct err e = ERR_INIT;

	if (!arguments || !notes)
		return command_no_memory();
	for (size_t i = 0; i < n; i++)
		arguments[i] = (struct argument){argv[i + 1],
			(char *)(uintptr_t)dpdkpod_eal_reason(c->eal, (int)i + 1)};
	for (size_t i = 0; i < n_notes; i++)
		notes[i] = (char *)(uintptr_t)dpdkpod_eal_note_at(c->eal, i);
	if (codec_encode(answer_fields, &answer, 2, &text, &e) < 0)
		return command_failed(&command_args.cli, &e);
	(void)fputs(text, stdout);
	return STATUS_OK;
}

/* name: of the variable of OPT_ENV. Where the answer has no place for them, remarks go to stderr. */
static int print_form(const struct context *c, int form, const char *name)
{
	if (form == OPT_JSON)
		return print_json(c);
	if (form == OPT_EXPLAIN)
		return print_reasons(c);
	context_print_notes(c);
	return form == OPT_LINES  ? print_lines(c)
		: form == OPT_ENV ? print_variable(c, name)
				  : print_line(c);
}

static int run_args(const struct cli *self, int argc, char **argv)
{
	struct context c __attribute__((cleanup(context_free))) = {0};
	const char *value, *name = NULL;
	int opt, form = 0;

	while ((opt = context_next(&c, self, argc, argv, &value)) >= 0) {
		form = opt;
		name = opt == OPT_ENV ? value : name;
		if (opt == OPT_ENV && !context_variable(name))
			return command_usage(self, NOT_A_VARIABLE, name);
	}
	if (opt == CLI_WRONG)
		return c.status;
	/* Only after "--" is it clear whose options they are. */
	if (optind < argc && strcmp(argv[optind - 1], "--") != 0)
		return command_usage(self, "\"%s\": EAL arguments come after \"--\"", argv[optind]);
	int status = context_read(&c);

	if (status == STATUS_OK)
		status = context_derive(&c, "dpdk", argv + optind);
	return status == STATUS_OK ? print_form(&c, form, name) : status;
}

static const struct cli_option options[] = {
	{OPT_EXPLAIN, "explain", NULL, "one argument per line, each with its reason, and remarks"},
	{OPT_JSON, "json", NULL, "the same as JSON"},
	{OPT_LINES, "lines", NULL, "one word per line, as it is:  mapfile -t words"},
	{OPT_ENV, "env", "NAME", "NAME='...', for an environment file or eval"},
	{0},
};

const struct command command_args = {
	.cli = {.name = "dpdk-pod args",
		.summary = "Print the EAL arguments that this container calls for.",
		.synopsis = "[OPTIONS] [-- EAL-ARGUMENTS...]",
		.about =
			"On one line, quoted for a shell:  eval dpdk-testpmd $(dpdk-pod args) -- -i\n"
			"Arguments given after \"--\" win over those they conflict with.\n",
		.options = {options, context_file_options, context_derive_options},
		.in_order = true},
	.run = run_args,
};
