/* SPDX-License-Identifier: Apache-2.0 */
/* dpdk-pod doctor: what keeps a DPDK program from starting or running well here, and what to do. */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "command.h"
#include "doctor.h"
#include "mem.h"
#include "ways.h"

enum { OPT_JSON = 256, OPT_LIST, OPT_CHECK, OPT_HUGEPAGES, OPT_POD_FILE };

struct options {
	const char *pod_file;
	char **checks; /* ids; room for as many as there are arguments */
	size_t n_checks;
	bool json, list, hugepages;
};

static int fail(const struct err *e)
{
	(void)fprintf(stderr, "dpdk-pod: doctor: %s\n", e->msg);
	if (e->remedy[0])
		(void)fprintf(stderr, "  remedy: %s\n", e->remedy);
	return STATUS_FAILED;
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

static int print_ways(const struct options *o, const struct doctor *d)
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

static int print_report(const struct options *o, const struct doctor *d)
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

static int examine(const struct options *o, const char *program)
{
	struct doctor d auto_with(doctor_free) = {0};
	auto_free char *path = NULL;
	struct err e = ERR_INIT;

	if (program) {
		path = find_program(program);
		if (!path) {
			(void)fprintf(stderr,
				"dpdk-pod: doctor: %s: there is no such program to execute\n"
				"  remedy: give its path, or put it into $PATH\n",
				program);
			return STATUS_USAGE;
		}
		d.program = path;
	}
	if (doctor_examine(&d, o->pod_file, &e) < 0)
		return fail(&e);
	return o->hugepages ? print_ways(o, &d) : print_report(o, &d);
}

/* false: it was not understood. */
static bool parse(struct options *o, int argc, char **argv, bool *ret_help)
{
	static const struct option options[] = {
		{"json", no_argument, NULL, OPT_JSON},
		{"list", no_argument, NULL, OPT_LIST},
		{"check", required_argument, NULL, OPT_CHECK},
		{"hugepages", no_argument, NULL, OPT_HUGEPAGES},
		{"pod-file", required_argument, NULL, OPT_POD_FILE},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	int opt;

	while ((opt = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (opt) {
		case 'h':
			*ret_help = true;
			break;
		case OPT_JSON:
			o->json = true;
			break;
		case OPT_LIST:
			o->list = true;
			break;
		case OPT_HUGEPAGES:
			o->hugepages = true;
			break;
		case OPT_POD_FILE:
			o->pod_file = optarg;
			break;
		case OPT_CHECK:
			o->checks[o->n_checks++] = optarg;
			break;
		default:
			return false;
		}
	}
	if (o->hugepages && o->n_checks) {
		(void)fprintf(stderr,
			"dpdk-pod: doctor: --hugepages is not one of the checks: call it alone\n");
		return false;
	}
	return argc - optind <= 1;
}

static int run(const struct command *self, int argc, char **argv)
{
	auto_free char **checks = calloc((size_t)argc, sizeof(*checks));
	struct options o = {.checks = checks};
	bool help = false;

	if (!checks)
		return STATUS_FAILED;
	if (!parse(&o, argc, argv, &help))
		return command_usage(self);
	if (help) {
		command_help(self);
		return STATUS_OK;
	}
	return o.list ? print_list() : examine(&o, argv[optind]);
}

const struct command command_doctor = {
	.name = "doctor",
	.summary = "Say what keeps DPDK from working well here, and what to do about it.",
	.synopsis = "[OPTIONS] [PROGRAM]",
	.help = "Looks at the pod file, CPUs, hugepages, devices, limits and capabilities of this "
		"container.\n"
		"PROGRAM is the DPDK program that is to run: its drivers and file capabilities "
		"count too.\n\n"
		"  --check ID             this check only; may be repeated\n"
		"  --hugepages            try each way to get a hugepage of each size, for real\n"
		"  --json                 the answer as JSON\n"
		"  --list                 the ids of the checks, and what each looks at\n"
		"  --pod-file PATH        read this pod file (default: $DPDK_POD_FILE, else\n"
		"                         /run/dpdk-pod/pod.json)\n\n"
		"Exit status: 0 all is well, 1 a DPDK program will fail, 3 it will be slower or "
		"less safe than\n"
		"it could, 2 called wrongly. With --hugepages: 0 DPDK gets hugepages in some way, "
		"1 in none.\n",
	.run = run,
};
