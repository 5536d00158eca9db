/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One invocation: request, verb, answer. The only writer of stdout and the only exit.
 * Called by a container runtime (CNI_COMMAND set) or by an administrator (with a sub-command).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor.h"
#include "exec.h"
#include "file.h"
#include "log.h"
#include "mem.h"
#include "request.h"
#include "signals.h"
#include "verbs.h"

static const char about[] =
	"dpdk-cni " VERSION ": CNI plugin that gives a pod a NIC for DPDK\n"
	"CNI protocol versions supported: 0.1.0, 0.2.0, 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0\n";

static const char before_commands[] =
	"\n"
	"A container runtime calls it with CNI_COMMAND (ADD, DEL, CHECK, GC, STATUS, VERSION) and a network\n"
	"configuration on stdin. An administrator calls it with a sub-command:\n"
	"\n";

static const char after_commands[] =
	"\n"
	"\"dpdk-cni SUB-COMMAND --help\" tells more; --version prints the version.\n"
	"Exit status: 0 done, 1 failed, 2 wrong usage, 3 the doctor has warnings.\n";

static const struct {
	const struct cli *cli;
	int (*f)(int argc, char **argv, char **ret_out, struct err *e);
} commands[] = {
	{&cli_list, verb_list},
	{&cli_plan, verb_plan},
	{&cli_release, verb_release},
	{&cli_doctor, verb_doctor},
};

static const struct {
	int (*f)(struct request *req, char **ret_out, struct err *e);
	enum cni_version since;
} verbs[VERB_UNKNOWN] = {
	[VERB_ADD] = {verb_add, CNI_010},
	[VERB_DEL] = {verb_del, CNI_010},
	[VERB_CHECK] = {verb_check, CNI_040},
	[VERB_GC] = {verb_gc, CNI_110},
	[VERB_STATUS] = {verb_status, CNI_110},
	[VERB_VERSION] = {verb_version, CNI_010},
};

static int say(const char *text)
{
	return text && file_write_fd(STDOUT_FILENO, text, strlen(text)) < 0 ? 1 : 0;
}

/* NULL: no memory. */
static char *help(void)
{
	const struct cli *list[ARRAY_SIZE(commands) + 1] = {NULL};
	char *text = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		list[i] = commands[i].cli;
	auto_free char *lines = cli_commands(list);

	if (lines && asprintf(&text, "%s%s%s%s", about, before_commands, lines, after_commands) < 0)
		text = NULL;
	return text;
}

static int administrator(int argc, char **argv)
{
	auto_free char *out = NULL;
	struct err e = ERR_INIT;

	if (strcmp(argv[1], "--version") == 0)
		return say("dpdk-cni " VERSION "\n");
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return say(out = help());
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		if (strcmp(argv[1], cli_command(commands[i].cli)) != 0)
			continue;
		const int r = commands[i].f(argc - 1, argv + 1, &out, &e);

		if (r >= 0)
			return say(out) ? 1 : r;
		err_print(stderr, "dpdk-cni", &e);
		return e.code == ERR_ENV ? 2 : 1;
	}
	out = help();
	(void)fprintf(stderr, "dpdk-cni: \"%s\" is not a sub-command\n%s", argv[1], out ? out : "");
	return 2;
}

/* The version decides before the verb does: an old one has no CHECK. */
static int check_version(const struct request *req, const char *version, struct err *e)
{
	enum cni_version v;
	int r = cni_version_parse(*version ? version : cni_version_names[CNI_010], &v, e);

	if (r == 0 && v < verbs[req->verb].since)
		r = err_set(e, ERR_VERSION, EPROTONOSUPPORT,
			"%s needs cniVersion %s or newer, not %s", req->command,
			cni_version_names[verbs[req->verb].since], cni_version_names[v]);
	return r;
}

static int serve(struct request *req, char *version, size_t size, char **ret_out, struct err *e)
{
	int r = request_read_input(req, e);

	if (r == 0 && req->verb == VERB_VERSION)
		(void)request_parse(req, NULL); /* it answers whatever came in */
	else if (r == 0)
		r = request_parse(req, e);
	if (r == 0 && req->verb != VERB_VERSION)
		r = netconf_peek_version(req->tree, version, size, e);
	if (r == 0)
		r = request_check(req, e);
	if (r == 0 && req->verb != VERB_VERSION)
		r = check_version(req, version, e);
	return r < 0 ? r : verbs[req->verb].f(req, ret_out, e);
}

/* Under another name, or by a plugin that we asked for addresses: it would wait for our own lock.
 * There is nothing to give back by then. */
static int called_by_ourselves(const struct request *req, struct err *e)
{
	if (req->verb == VERB_DEL)
		return 0;
	return err_set(e, ERR_REFUSED, EPERM,
		"called by dpdk-cni as an IPAM plugin, which it is not");
}

#define CONTEXT_SIZE 128

static void say_who(const struct request *req, char buf[static CONTEXT_SIZE])
{
	/* The others are of no attachment, whatever the environment says. */
	const bool whose = req->verb == VERB_ADD || req->verb == VERB_DEL ||
		req->verb == VERB_CHECK;

	(void)snprintf(buf, CONTEXT_SIZE, "%.16s%s%.16s%s%.64s", req->command, whose ? " " : "",
		whose ? req->ifname : "", whose ? " of " : "", whose ? req->container : "");
}

static int runtime(void)
{
	char version[32] = "", context[CONTEXT_SIZE];
	auto_free char *out = NULL;
	auto_request struct request req;
	struct err e = ERR_INIT;

	request_read_env(&req);
	say_who(&req, context);
	log_context(context);
	int r = getenv(EXEC_DELEGATED) ? called_by_ourselves(&req, &e)
				       : serve(&req, version, sizeof(version), &out, &e);

	if (r < 0) {
		log_error("%s%s%s", e.msg, e.remedy[0] ? "; remedy: " : "", e.remedy);
		free(out);
		out = result_encode_error(*version ? version : cni_version_names[CNI_110], &e);
	}
	return say(out) || r < 0;
}

int main(int argc, char **argv)
{
	signals_of_limits(SIG_IGN);
	if (argc > 1)
		return administrator(argc, argv);
	if (getenv("CNI_COMMAND"))
		return runtime();
	(void)fputs(about, stderr);
	return 0;
}
