/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "mem.h"

#define OPTIONS_MAX 31

/* For each option of each table. */
#define each_option(c, o) \
	for (size_t table_ = 0; table_ < CLI_TABLES && (c)->options[table_]; table_++) \
		for (const struct cli_option *o = (c)->options[table_]; o->name; o++)

struct getopt_tables {
	struct option longs[OPTIONS_MAX + 2];
	char letters[2 * OPTIONS_MAX + 5];
};

static void make_tables(const struct cli *c, struct getopt_tables *ret)
{
	size_t n = 0, l = 0;

	if (c->in_order)
		ret->letters[l++] = '+';
	ret->letters[l++] = ':';
	ret->letters[l++] = CLI_HELP;
	each_option (c, o) {
		assert(n < OPTIONS_MAX);
		ret->longs[n++] = (struct option){o->name, o->arg ? required_argument : no_argument,
			NULL, o->id};
		if (o->id >= CLI_LONG)
			continue;
		ret->letters[l++] = (char)o->id;
		if (o->arg)
			ret->letters[l++] = ':';
	}
	ret->letters[l] = '\0';
	ret->longs[n++] = (struct option){"help", no_argument, NULL, CLI_HELP};
	ret->longs[n] = (struct option){0};
}

static int explain(const struct cli *c, int opt, const char *word, struct err *e)
{
	const char letter[] = {'-', (char)optopt, '\0'};
	bool is_long = strncmp(word, "--", 2) == 0;

	if (opt == ':')
		return cli_wrong(c, e, "%s needs a value", is_long ? word : letter);
	if (is_long && optopt)
		return cli_wrong(c, e, "%.*s takes no value", (int)strcspn(word, "="), word);
	return cli_wrong(c, e, "there is no option %s", is_long ? word : letter);
}

int cli_next(const struct cli *c, int argc, char **argv, const char **ret_value, struct err *e)
{
	struct getopt_tables t;
	int opt;

	make_tables(c, &t);
	opterr = 0;
	optopt = 0;
	opt = getopt_long(argc, argv, t.letters, t.longs, NULL);
	if (opt == '?' || opt == ':') {
		(void)explain(c, opt, argv[optind - 1], e);
		return CLI_WRONG;
	}
	*ret_value = optarg;
	return opt < 0 ? CLI_END : opt;
}

int cli_wrong(const struct cli *c, struct err *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	int r = err_vset(e, ERR_ENV, EINVAL, fmt, ap);

	va_end(ap);
	err_prefix(e, "%s", cli_command(c));
	err_remedy(e, "usage: %s %s; \"%s --help\" tells more", c->name, c->synopsis, c->name);
	return r;
}

int cli_unexpected(const struct cli *c, const char *word, struct err *e)
{
	return cli_wrong(c, e, "unexpected argument \"%s\"", word);
}

/* "  -q, --quiet            no remarks"; further lines begin below the text of the first. */
static void print_option(FILE *out, const struct cli_option *o)
{
	char left[64];

	(void)snprintf(left, sizeof(left), "%.*s--%s%s%s", o->id < CLI_LONG ? 4 : 0,
		(const char[]){'-', (char)o->id, ',', ' ', '\0'}, o->name, o->arg ? " " : "",
		o->arg ? o->arg : "");
	for (const char *line = o->help; *line; line += strcspn(line, "\n"), line += *line == '\n')
		(void)fprintf(out, "  %-22s %.*s\n", line == o->help ? left : "",
			(int)strcspn(line, "\n"), line);
}

char *cli_help(const struct cli *c)
{
	auto_free char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	(void)fprintf(out, "Usage: %s%s%s\n%s\n", c->name, *c->synopsis ? " " : "", c->synopsis,
		c->summary);
	if (c->about)
		(void)fprintf(out, "\n%s", c->about);
	if (c->options[0])
		(void)fputc('\n', out);
	each_option (c, o)
		print_option(out, o);
	if (c->after)
		(void)fprintf(out, "\n%s", c->after);
	return fclose(out) == 0 ? steal_ptr(text) : NULL;
}

int cli_help_to(const struct cli *c, char **ret, struct err *e)
{
	*ret = cli_help(c);
	return *ret ? 0 : err_sys(e, ERR_INTERNAL, ENOMEM, "%s", c->name);
}

char *cli_commands(const struct cli *const *commands)
{
	auto_free char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	for (; *commands; commands++)
		(void)fprintf(out, "  %-8s %s\n", cli_command(*commands), (*commands)->summary);
	return fclose(out) == 0 ? steal_ptr(text) : NULL;
}

const char *cli_command(const struct cli *c)
{
	const char *blank = strrchr(c->name, ' ');

	return blank ? blank + 1 : c->name;
}

const struct cli_option *cli_find(const struct cli *c, const char *name, size_t len)
{
	each_option (c, o)
		if (strncmp(o->name, name, len) == 0 && o->name[len] == '\0')
			return o;
	return NULL;
}
