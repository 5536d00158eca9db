/* SPDX-License-Identifier: Apache-2.0 */
/* dpdk-cni plan: what an ADD of this configuration would do, before and after; nothing changes. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "locality.h"
#include "mem.h"
#include "prepare.h"
#include "steps.h"
#include "verbs.h"

static const char usage[] =
	"usage: dpdk-cni plan [--netns PATH] [--ifname NAME] [--container ID] [--json] < CONFIGURATION\n"
	"What is not given comes from CNI_NETNS, CNI_IFNAME (net1), CNI_CONTAINERID (plan), CNI_PATH.";

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

static int parse(int argc, char **argv, struct request *req, bool *ret_json, struct err *e)
{
	static const struct option options[] = {
		{"netns", required_argument, NULL, 'n'},
		{"ifname", required_argument, NULL, 'i'},
		{"container", required_argument, NULL, 'c'},
		{"json", no_argument, NULL, 'j'},
		{NULL, 0, NULL, 0},
	};
	int o;

	if (!*req->ifname)
		req->ifname = "net1";
	if (!*req->container)
		req->container = "plan";
	if (!*req->path)
		req->path = "/opt/cni/bin:/usr/lib/cni";
	opterr = 0;
	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (o == 'n')
			req->netns = optarg;
		else if (o == 'i')
			req->ifname = optarg;
		else if (o == 'c')
			req->container = optarg;
		else if (o == 'j')
			*ret_json = true;
		else
			return err_set(e, ERR_ENV, EINVAL, "%s", usage);
	}
	if (optind != argc)
		return err_set(e, ERR_ENV, EINVAL, "%s", usage);
	req->command = "ADD";
	req->verb = VERB_ADD;
	return request_check(req, e);
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
	int r = machine_open(&m, e);

	if (r == 0)
		r = parse(argc, argv, &req, &json, e);
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
