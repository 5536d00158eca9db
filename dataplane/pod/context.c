/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "context.h"

const struct cli_option context_file_options[] = {
	{OPT_POD_FILE, "pod-file", "PATH",
		"read this pod file (default: $DPDK_POD_FILE, else\n" DPDKPOD_DEFAULT_FILE ")"},
	{0},
};

const struct cli_option context_derive_options[] = {
	{OPT_NETDEV_PMD, "netdev-pmd", "PMD",
		"drive kernel interfaces by af_packet (the default with NET_ADMIN),\n"
		"pcap (the default without) or af_xdp"},
	{OPT_LCORES_AS, "lcores-as", "FORM",
		"name the CPUs by lcores (the default), or plainly by l or c, for\n"
		"programs that add a -l of their own unless they see one"},
	{OPT_DPDK_VERSION, "dpdk-version", "X.Y",
		"that the program is built with (else: what its file tells)"},
	{'q', "quiet", NULL, "no remarks on stderr"},
	{0},
};

static int fail(const struct dpdkpod_error *err)
{
	err_print_text(stderr, "dpdk-pod", err->message, err->remedy);
	return STATUS_FAILED;
}

static bool version_ok(const char *text)
{
	int year, month;

	return sscanf(text, "%d.%d", &year, &month) == 2;
}

static bool is_common(int opt)
{
	return opt == 'q' || opt == OPT_POD_FILE || opt == OPT_DPDK_VERSION ||
		opt == OPT_NETDEV_PMD || opt == OPT_LCORES_AS;
}

static bool take_lcores(struct context *c, const char *value)
{
	static const char *const forms[] = {[DPDKPOD_LCORES_MAPPED] = "lcores",
		[DPDKPOD_LCORES_LIST] = "l",
		[DPDKPOD_LCORES_MASK] = "c"};

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		if (strcmp(value, forms[i]) == 0) {
			c->lcores_as = (enum dpdkpod_lcores)i;
			return true;
		}
	return false;
}

/* STATUS_OK: taken. */
static int take_common(struct context *c, const struct cli *self, int opt, const char *value)
{
	if (opt == OPT_POD_FILE)
		c->pod_file = value;
	if (opt == 'q')
		c->quiet = true;
	if (opt == OPT_DPDK_VERSION) {
		c->dpdk_version = value;
		if (!version_ok(value))
			return command_usage(self, "--dpdk-version: \"%s\" is not like 22.11",
				value);
	}
	if (opt == OPT_NETDEV_PMD && dpdkpod_netdev_pmd_parse(value, &c->netdev_pmd) < 0)
		return command_usage(self,
			"--netdev-pmd: \"%s\" is not one of af_packet, pcap, af_xdp", value);
	if (opt == OPT_LCORES_AS && !take_lcores(c, value))
		return command_usage(self, "--lcores-as: \"%s\" is not one of lcores, l, c", value);
	return STATUS_OK;
}

bool context_variable(const char *name)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";

	return *name && (*name < '0' || *name > '9') && name[strspn(name, letters)] == '\0';
}

int context_next(struct context *c, const struct cli *self, int argc, char **argv,
	const char **ret_value)
{
	struct err e = ERR_INIT;
	int opt;

	c->status = STATUS_OK;
	do {
		opt = cli_next(self, argc, argv, ret_value, &e);
		if (is_common(opt))
			c->status = take_common(c, self, opt, *ret_value);
	} while (is_common(opt) && c->status == STATUS_OK);
	if (opt == CLI_HELP)
		c->status = command_help(self);
	if (opt == CLI_WRONG) {
		err_print(stderr, "dpdk-pod", &e);
		c->status = STATUS_USAGE;
	}
	return opt == CLI_HELP || is_common(opt) ? CLI_WRONG : opt;
}

static bool asked_for(const struct context *c)
{
	const char *env = getenv("DPDK_POD_FILE");

	return c->pod_file || (env && *env);
}

int context_read(struct context *c)
{
	struct dpdkpod_error err = {0};
	int r = dpdkpod_open(c->pod_file, &c->pod, &err);

	if (r < 0 && (r != -ENOENT || asked_for(c)))
		return fail(&err);
	if (r < 0 && !c->quiet)
		(void)fprintf(stderr,
			"dpdk-pod: note: no pod file (%s): no interface is known from it\n",
			DPDKPOD_DEFAULT_FILE);
	return dpdkpod_facts_read(&c->facts, &err) < 0 ? fail(&err) : STATUS_OK;
}

int context_derive(struct context *c, const char *program, char **user_argv)
{
	const struct dpdkpod_eal_request request = {
		.size = sizeof(request),
		.pod = c->pod,
		.facts = c->facts,
		.program = program,
		.user_argv = user_argv,
		.dpdk_version = c->dpdk_version,
		.netdev_pmd = c->netdev_pmd,
		.lcores_as = c->lcores_as,
	};
	struct dpdkpod_error err = {0};

	return dpdkpod_eal_derive(&request, &c->eal, &err) < 0 ? fail(&err) : STATUS_OK;
}

void context_print_notes(const struct context *c)
{
	for (size_t i = 0; !c->quiet && i < dpdkpod_eal_note_count(c->eal); i++)
		(void)fprintf(stderr, "dpdk-pod: note: %s\n", dpdkpod_eal_note_at(c->eal, i));
}

void context_free(struct context *c)
{
	dpdkpod_eal_free(c->eal);
	dpdkpod_facts_free(c->facts);
	dpdkpod_close(c->pod);
}
