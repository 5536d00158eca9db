/* SPDX-License-Identifier: Apache-2.0 */
/* dpdk-pod args: the derived EAL arguments, for a shell, for a person, or as JSON. */
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

struct answer {
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
	CODEC_OBJECTS(struct answer, arguments, n_arguments, "arguments", struct argument,
		argument_fields),
	CODEC_STRINGS(struct answer, notes, n_notes, "notes", 0),
	CODEC_END,
};

static int print_line(const struct context *c)
{
	quote_words(stdout, dpdkpod_eal_argv(c->eal) + 1);
	(void)putchar('\n');
	return STATUS_OK;
}

/* What a newline is in would be two words. */
static int print_lines(const struct context *c)
{
	for (char **word = dpdkpod_eal_argv(c->eal) + 1; *word; word++) {
		if (strchr(*word, '\n')) {
			(void)fprintf(stderr,
				"dpdk-pod: args: --lines: a newline within an argument\n"
				"  remedy: use --json\n");
			return STATUS_FAILED;
		}
		(void)puts(*word);
	}
	return STATUS_OK;
}

static int print_variable(const struct context *c, const char *name)
{
	auto_free char *text = quote_join(dpdkpod_eal_argv(c->eal) + 1);

	if (!text) {
		(void)fprintf(stderr, "dpdk-pod: no memory\n");
		return STATUS_FAILED;
	}
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
	struct answer answer = {arguments, n, notes, n_notes};
	struct err e = ERR_INIT;

	if (!arguments || !notes) {
		(void)fprintf(stderr, "dpdk-pod: no memory\n");
		return STATUS_FAILED;
	}
	for (size_t i = 0; i < n; i++)
		arguments[i] = (struct argument){argv[i + 1],
			(char *)(uintptr_t)dpdkpod_eal_reason(c->eal, (int)i + 1)};
	for (size_t i = 0; i < n_notes; i++)
		notes[i] = (char *)(uintptr_t)dpdkpod_eal_note_at(c->eal, i);
	if (codec_encode(answer_fields, &answer, 2, &text, &e) < 0) {
		(void)fprintf(stderr, "dpdk-pod: %s\n", e.msg);
		return STATUS_FAILED;
	}
	(void)fputs(text, stdout);
	return STATUS_OK;
}

/* name: of the variable of OPT_ENV. Where the answer has no place for them, remarks go to stderr. */
static int print(const struct context *c, int form, const char *name)
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

static int run(const struct command *self, int argc, char **argv)
{
	static const struct option options[] = {
		{"json", no_argument, NULL, OPT_JSON},
		{"explain", no_argument, NULL, OPT_EXPLAIN},
		{"lines", no_argument, NULL, OPT_LINES},
		{"env", required_argument, NULL, OPT_ENV},
		CONTEXT_DERIVE_OPTIONS,
		{0},
	};
	struct context c __attribute__((cleanup(context_free))) = {0};
	const char *name = NULL;
	int opt, form = 0;

	while ((opt = context_getopt(&c, self, argc, argv, "+hq", options)) > 0) {
		form = opt;
		name = opt == OPT_ENV ? optarg : name;
		if (opt == OPT_ENV && !context_variable(name))
			return command_usage(self);
	}
	if (opt == OPT_STOP)
		return c.status;
	/* Only behind "--" is it clear whose options they are. */
	if (optind < argc && strcmp(argv[optind - 1], "--") != 0) {
		(void)fprintf(stderr, "dpdk-pod: args: \"%s\": EAL arguments come behind \"--\"\n",
			argv[optind]);
		return command_usage(self);
	}
	int status = context_read(&c);

	if (status == STATUS_OK)
		status = context_derive(&c, "dpdk", argv + optind);
	return status == STATUS_OK ? print(&c, form, name) : status;
}

const struct command command_args = {
	.name = "args",
	.summary = "Print the EAL arguments that this container calls for.",
	.synopsis = "[OPTIONS] [-- EAL-ARGUMENTS...]",
	.help = "On one line, quoted for a shell:  eval dpdk-testpmd $(dpdk-pod args) -- -i\n"
		"Arguments given behind \"--\" win over those they conflict with.\n\n"
		"  --explain              one argument per line, each with its reason, and remarks\n"
		"  --json                 the same as JSON\n"
		"  --lines                one word per line, as it is:  mapfile -t words\n"
		"  --env NAME             NAME='...', for an environment file or eval\n" CONTEXT_DERIVE_HELP,
	.run = run,
};
