/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "context.h"

static int fail(const struct dpdkpod_error *err)
{
	(void)fprintf(stderr, "dpdk-pod: %s\n", err->message);
	if (err->remedy[0])
		(void)fprintf(stderr, "  remedy: %s\n", err->remedy);
	return STATUS_FAILED;
}

static bool version_ok(const char *text)
{
	int year, month;

	return sscanf(text, "%d.%d", &year, &month) == 2;
}

bool context_option(struct context *c, int opt, const char *value)
{
	switch (opt) {
	case OPT_POD_FILE:
		c->pod_file = value;
		return true;
	case OPT_DPDK_VERSION:
		c->dpdk_version = value;
		if (!version_ok(value))
			(void)fprintf(stderr,
				"dpdk-pod: --dpdk-version: \"%s\" is not like 22.11\n", value);
		return version_ok(value);
	case OPT_NETDEV_PMD:
		if (dpdkpod_netdev_pmd_parse(value, &c->netdev_pmd) == 0)
			return true;
		(void)fprintf(stderr,
			"dpdk-pod: --netdev-pmd: \"%s\" is not one of af_packet, pcap, af_xdp\n",
			value);
		return false;
	case 'q':
		c->quiet = true;
		return true;
	default:
		return false;
	}
}

bool context_variable(const char *name)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
	bool ok = *name && (*name < '0' || *name > '9') && name[strspn(name, letters)] == '\0';

	if (!ok)
		(void)fprintf(stderr,
			"dpdk-pod: --env: \"%s\" is no name of a variable: letters, digits and _\n",
			name);
	return ok;
}

static bool common(int opt)
{
	return opt == 'q' || opt == OPT_POD_FILE || opt == OPT_DPDK_VERSION ||
		opt == OPT_NETDEV_PMD;
}

int context_getopt(struct context *c, const struct command *self, int argc, char **argv,
	const char *letters, const struct option *options)
{
	int opt;

	do
		opt = getopt_long(argc, argv, letters, options, NULL);
	while (common(opt) && context_option(c, opt, optarg));
	if (opt == 'h') {
		command_help(self);
		c->status = STATUS_OK;
		return OPT_STOP;
	}
	if (opt == '?' || common(opt)) {
		c->status = command_usage(self);
		return OPT_STOP;
	}
	return opt;
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
