/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>

#include "cli.h"
#include "test.h"

#define MAX 16

enum { OPT_NAME = CLI_LONG, OPT_FILE };

static const struct cli_option own[] = {
	{'n', "dry-run", NULL, "print it instead"},
	{OPT_NAME, "name", "NAME", "what it is called,\nand more of that"},
	{0},
};
static const struct cli_option common[] = {
	{OPT_FILE, "file", "PATH", "read this"},
	{0},
};
static const struct cli run = {
	.name = "prog run",
	.summary = "Run something.",
	.synopsis = "[OPTIONS] WHAT",
	.about = "About it.\n",
	.options = {own, common},
	.after = "After all.\n",
	.in_order = true,
};
static const struct cli plain = {.name = "prog list", .summary = "List.", .synopsis = ""};

/* What comes of a command line: "n", "name=x", …, then "| " and the rest, or the error. */
static const char *read_line(const struct cli *c, const char *words)
{
	static char out[512];
	char copy[256], *argv[MAX] = {"run"}, *save = NULL;
	const char *value = NULL;
	struct err e = ERR_INIT;
	int argc = 1, id;

	(void)snprintf(copy, sizeof(copy), "%s", words);
	for (char *w = strtok_r(copy, " ", &save); w && argc < MAX - 1;
		w = strtok_r(NULL, " ", &save))
		argv[argc++] = w;
	optind = 0; /* from the start */
	out[0] = '\0';
	while ((id = cli_next(c, argc, argv, &value, &e)) >= 0) {
		size_t n = strlen(out);

		(void)snprintf(out + n, sizeof(out) - n, "%d%s%s ", id, value ? "=" : "",
			value ? value : "");
	}
	size_t n = strlen(out);

	if (id == CLI_WRONG) {
		assert_int_equal(e.code, ERR_ENV);
		assert_int_equal(e.errnum, EINVAL);
		assert_non_null(strstr(e.remedy, c->name));
		(void)snprintf(out, sizeof(out), "%.500s", e.msg);
	} else {
		(void)snprintf(out + n, sizeof(out) - n, "|");
		for (int i = optind; i < argc; i++) {
			n = strlen(out);
			(void)snprintf(out + n, sizeof(out) - n, " %s", argv[i]);
		}
	}
	return out;
}

static void options_are_read(void **state)
{
	(void)state;
	assert_string_equal(read_line(&run, ""), "|");
	assert_string_equal(read_line(&run, "-n --name x --file=y"), "110 256=x 257=y |");
	assert_string_equal(read_line(&run, "--dry-run a --name b"), "110 | a --name b");
	assert_string_equal(read_line(&run, "-- -n"), "| -n");
	assert_string_equal(read_line(&run, "--help"), "104 |");
	assert_string_equal(read_line(&run, "-nh"), "110 104 |");
	assert_string_equal(read_line(&plain, "a -h b"), "104 | a b");
}

static void what_is_wrong_is_said(void **state)
{
	(void)state;
	assert_string_equal(read_line(&run, "--nonsense"), "run: there is no option --nonsense");
	assert_string_equal(read_line(&run, "-x"), "run: there is no option -x");
	assert_string_equal(read_line(&run, "-nx"), "run: there is no option -x");
	assert_string_equal(read_line(&run, "--name"), "run: --name needs a value");
	assert_string_equal(read_line(&run, "--dry-run=yes"), "run: --dry-run takes no value");
	assert_string_equal(read_line(&plain, "--json"), "list: there is no option --json");
}

static void help_is_made_of_the_table(void **state)
{
	char *text = cli_help(&run);

	(void)state;
	assert_string_equal(text,
		"Usage: prog run [OPTIONS] WHAT\n"
		"Run something.\n"
		"\n"
		"About it.\n"
		"\n"
		"  -n, --dry-run          print it instead\n"
		"  --name NAME            what it is called,\n"
		"                         and more of that\n"
		"  --file PATH            read this\n"
		"\n"
		"After all.\n");
	free(text);
	text = cli_help(&plain);
	assert_string_equal(text, "Usage: prog list\nList.\n");
	free(text);
}

static void commands_are_listed(void **state)
{
	const struct cli *const commands[] = {&run, &plain, NULL};
	char *text = cli_commands(commands);

	(void)state;
	assert_string_equal(text, "  run      Run something.\n  list     List.\n");
	free(text);
}

static void options_are_found_by_whole_names(void **state)
{
	(void)state;
	assert_int_equal(cli_find(&run, "file=x", 4)->id, OPT_FILE);
	assert_int_equal(cli_find(&run, "dry-run", 7)->id, 'n');
	assert_null(cli_find(&run, "dry", 3));
	assert_null(cli_find(&run, "files", 5));
	assert_null(cli_find(&plain, "file", 4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_read),
		cmocka_unit_test(what_is_wrong_is_said),
		cmocka_unit_test(help_is_made_of_the_table),
		cmocka_unit_test(commands_are_listed),
		cmocka_unit_test(options_are_found_by_whole_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
