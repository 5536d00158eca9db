/* SPDX-License-Identifier: Apache-2.0 */
/* dpdk-pod doctor: what keeps a DPDK program from starting or running well here, and what to do. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "context.h"
#include "pod_doctor.h"
#include "mem.h"
#include "ways.h"

enum { OPT_LIST = OPT_OWN, OPT_CHECK, OPT_HUGEPAGES };

struct doctor_wish {
	char **checks; /* ids; room for as many as there are arguments */
	size_t n_checks;
	bool json, list, hugepages;
};

static int fail(const struct err *e)
{
	return command_failed(&command_doctor.cli, e);
}

static int width(void)
{
	struct winsize w;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col >= 40 ? w.ws_col : 100;
}

/* As execvp finds it, or NULL. */
static char *find_program(const char *name)
{
	if (strchr(name, '/'))
		return access(name, X_OK) == 0 ? strdup(name) : NULL;

	auto_free char *path = strdup(
		getenv("PATH") ? getenv("PATH") : "/usr/local/bin:/usr/bin:/bin");
	char *save = NULL, *found = NULL;

	for (char *dir = path ? strtok_r(path, ":", &save) : NULL; dir;
		dir = strtok_r(NULL, ":", &save)) {
		if (asprintf(&found, "%s/%s", dir, name) < 0)
			return NULL;
		if (access(found, X_OK) == 0)
			return found;
		free(found);
		found = NULL;
	}
	return NULL;
}

static int print_list(void)
{
	auto_free char *text = NULL;
	struct err e = ERR_INIT;

	if (report_list(doctor_checks, &text, &e) < 0)
		return fail(&e);
	(void)fputs(text, stdout);
	return STATUS_OK;
}

static int print_ways(const struct doctor_wish *o, const struct doctor *d)
{
	struct ways w auto_with(ways_free) = {0};
	auto_free char *text = NULL;
	struct err e = ERR_INIT;
	int r = ways_try(d, &w, &e);

	if (r == 0)
		r = o->json ? ways_json(&w, &text, &e) : ways_text(&w, &text, &e);
	if (r < 0)
		return fail(&e);
	(void)fputs(text, stdout);
	return ways_any(&w) ? STATUS_OK : STATUS_FAILED;
}

static int print_report(const struct doctor_wish *o, const struct doctor *d)
{
	auto_report struct report report = {0};
	auto_free char *text = NULL;
	struct err e = ERR_INIT;
	int r = 0;

	for (size_t i = 0; r == 0 && i < o->n_checks; i++)
		r = report_run(&report, doctor_checks, o->checks[i], d, &e);
	if (!o->n_checks)
		r = report_run(&report, doctor_checks, NULL, d, &e);
	if (r == -ENOENT) {
		(void)fail(&e);
		return STATUS_USAGE;
	}
	if (r == 0)
		r = o->json ? report_json(&report, &text, &e)
			    : report_text(&report, width(), &text, &e);
	if (r < 0)
		return fail(&e);
	(void)fputs(text, stdout);
	return report_status(&report);
}

static int examine(const struct doctor_wish *o, const char *pod_file, const char *program)
{
	struct doctor d auto_with(doctor_free) = {0};
	auto_free char *path = NULL;
	struct err e = ERR_INIT;

	if (program) {
		path = find_program(program);
		if (!path) {
			(void)err_set(&e, ERR_ENV, ENOENT,
				"%s: there is no such program to execute", program);
			err_remedy(&e, "give its path, or put it into $PATH");
			(void)fail(&e);
			return STATUS_USAGE;
		}
		d.program = path;
	}
	if (doctor_examine(&d, pod_file, &e) < 0)
		return fail(&e);
	return o->hugepages ? print_ways(o, &d) : print_report(o, &d);
}

static void take_option(struct doctor_wish *o, int opt, const char *value)
{
	if (opt == OPT_JSON)
		o->json = true;
	else if (opt == OPT_LIST)
		o->list = true;
	else if (opt == OPT_HUGEPAGES)
		o->hugepages = true;
	else
		o->checks[o->n_checks++] = (char *)(uintptr_t)value;
}

static int run_doctor(const struct cli *self, int argc, char **argv)
{
	auto_free char **checks = calloc((size_t)argc, sizeof(*checks));
	struct doctor_wish o = {.checks = checks};
	struct context c = {0};
	const char *value;
	int opt;

	if (!checks)
		return command_no_memory();
	while ((opt = context_next(&c, self, argc, argv, &value)) >= 0)
		take_option(&o, opt, value);
	if (opt == CLI_WRONG)
		return c.status;
	if (o.hugepages && o.n_checks)
		return command_usage(self, "--hugepages is not one of the checks: call it alone");
	if (argc - optind > 1)
		return command_usage(self, "unexpected argument \"%s\"", argv[optind + 1]);
	return o.list ? print_list() : examine(&o, c.pod_file, argv[optind]);
}

static const struct cli_option options[] = {
	{OPT_CHECK, "check", "ID", "this check only; may be repeated"},
	{OPT_HUGEPAGES, "hugepages", NULL, "try each way to get a hugepage of each size, for real"},
	{OPT_JSON, "json", NULL, "the answer as JSON"},
	{OPT_LIST, "list", NULL, "the ids of the checks, and what each looks at"},
	{0},
};

const struct command command_doctor = {
	.cli = {.name = "dpdk-pod doctor",
		.summary = "Say what keeps DPDK from working well here, and what to do about it.",
		.synopsis = "[OPTIONS] [PROGRAM]",
		.about =
			"Looks at the pod file, CPUs, hugepages, devices, limits and capabilities of this "
			"container.\n"
			"PROGRAM is the DPDK program that is to run: its drivers and file capabilities "
			"count too.\n",
		.options = {options, context_file_options},
		.after =
			"Exit status: 0 all is well, 1 a DPDK program will fail, 3 it will be slower or "
			"less safe than\n"
			"it could, 2 called wrongly. With --hugepages: 0 DPDK gets hugepages in some way, "
			"1 in none.\n"},
	.run = run_doctor,
};
