/* SPDX-License-Identifier: Apache-2.0 */
/* dpdk-cni plan: what an ADD of this configuration would do, before and after; nothing changes. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "locality.h"
#include "mem.h"
#include "prepare.h"
#include "steps.h"
#include "verbs.h"

static void add_nodes(struct plan *p, const char *what, const struct cpulist *set,
	const struct cpulist *nodes)
{
	auto_free char *text = set ? cpulist_format(set) : NULL, *on = cpulist_format(nodes);
	char object[128], after[128];

	(void)snprintf(object, sizeof(object), "%s%s%.80s", what, text ? " " : "",
		text ? text : "");
	(void)snprintf(after, sizeof(after), "node %.100s", on ? on : "");
	if (!cpulist_empty(nodes))
		plan_add(p, object, NULL, after);
}

/* Where the NIC is, and the pod that is to have it. */
static void describe_place(struct attach *a, struct plan *p)
{
	const struct podfile_interface *i = &a->rec.interface;
	struct locality l;
	char node[64];

	p->step = "numa";
	if (a->conf.numa == NUMA_IGNORE || !i->pci_address || i->numa_node == CODEC_ABSENT)
		return;
	locality_of(a, i->pci_address, &l);
	(void)snprintf(node, sizeof(node), "node %d%s", (int)i->numa_node,
		cpulist_count(&l.cpu_nodes) == 0          ? ""
			: locality_near(&l, i->numa_node) ? ", near the CPUs"
							  : ", away from the CPUs");
	plan_add(p, "NIC", NULL, node);
	add_nodes(p, "CPUs", &l.cpus, &l.cpu_nodes);
	add_nodes(p, "hugepages", NULL, &l.huge_nodes);
}

enum { OPT_NETNS = CLI_LONG, OPT_IFNAME, OPT_CONTAINER, OPT_JSON };

static const struct cli_option options[] = {
	{OPT_NETNS, "netns", "PATH", "of the pod's network namespace ($CNI_NETNS)"},
	{OPT_IFNAME, "ifname", "NAME", "of the interface in the pod ($CNI_IFNAME, else net1)"},
	{OPT_CONTAINER, "container", "ID", "of the pod's sandbox ($CNI_CONTAINERID)"},
	{OPT_JSON, "json", NULL, "as JSON"},
	{0},
};

const struct cli cli_plan = {
	.name = "dpdk-cni plan",
	.summary = "What an ADD would change; changes nothing.",
	.synopsis = "[OPTIONS] < CONFIGURATION",
	.about =
		"The network is read from stdin, as the runtime would give it. CNI_PATH is where IPAM plugins are.\n",
	.options = {options},
};

/* CLI_END, CLI_HELP or CLI_WRONG. */
static int read_options(int argc, char **argv, struct request *req, bool *ret_json, struct err *e)
{
	const char *value;
	int opt;

	if (!*req->ifname)
		req->ifname = "net1";
	if (!*req->container)
		req->container = "plan";
	if (!*req->path)
		req->path = "/opt/cni/bin:/usr/lib/cni";
	while ((opt = cli_next(&cli_plan, argc, argv, &value, e)) >= 0 && opt != CLI_HELP) {
		if (opt == OPT_NETNS)
			req->netns = value;
		else if (opt == OPT_IFNAME)
			req->ifname = value;
		else if (opt == OPT_CONTAINER)
			req->container = value;
		else
			*ret_json = true;
	}
	req->command = "ADD";
	req->verb = VERB_ADD;
	return opt;
}

static int look(struct machine *m, const struct request *req, struct plan *p, struct err *e)
{
	struct sandbox none = SANDBOX_INIT;
	auto_attach struct attach a;

	attach_init(&a, m, &none);
	int r = prepare(&a, req, e);

	if (r == 0)
		r = state_open(m->root, false, &m->state, e);
	if (r == -ENOENT && e->code == ERR_NONE)
		r = 0; /* nothing is attached on this machine */
	if (r == 0)
		r = prepare_nic(&a, false, e);
	if (r == 0)
		r = steps_capture(&a, e);
	if (r < 0)
		return r;
	p->step = "claim";
	plan_add(p, a.rec.claim, "free", "ours");
	describe_place(&a, p);
	steps_describe(&a, p);
	return 0;
}

int verb_plan(int argc, char **argv, char **ret_out, struct err *e)
{
	auto_machine struct machine m = MACHINE_INIT;
	auto_plan struct plan p = {0};
	auto_request struct request req;
	bool json = false;

	request_read_env(&req);
	int r = read_options(argc, argv, &req, &json, e);

	if (r == CLI_HELP)
		return cli_help_to(&cli_plan, ret_out, e);
	if (r == CLI_WRONG)
		return -EINVAL;
	if (optind < argc)
		return cli_unexpected(&cli_plan, argv[optind], e);
	r = machine_open(&m, e);
	if (r == 0)
		r = request_check(&req, e);
	if (r == 0)
		r = request_read_input(&req, e);
	if (r == 0)
		r = request_parse(&req, e);
	if (r == 0)
		r = look(&m, &req, &p, e);
	if (r == 0)
		r = plan_print(&p, json, ret_out, e);
	return r;
}
