/* SPDX-License-Identifier: Apache-2.0 */
/* dpdk-cni plan: what an ADD of this configuration would do, before and after; nothing changes. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "inet.h"
#include "locality.h"
#include "mem.h"
#include "prepare.h"
#include "steps.h"
#include "verbs.h"

static const char usage[] =
	"usage: dpdk-cni plan [--netns PATH] [--ifname NAME] [--container ID] [--json] < CONFIGURATION\n"
	"What is not given comes from CNI_NETNS, CNI_IFNAME (net1), CNI_CONTAINERID (plan), CNI_PATH.";

/* One line of the plan. */
struct change {
	char *step, *object, *before, *after;
};

struct plan {
	struct change *changes;
	size_t n;
};

static const struct codec_field change_fields[] = {
	CODEC_STRING(struct change, step, "step", 0),
	CODEC_STRING(struct change, object, "object", 0),
	CODEC_STRING(struct change, before, "before", 0),
	CODEC_STRING(struct change, after, "after", 0),
	CODEC_END,
};

static const struct codec_field plan_fields[] = {
	CODEC_REQUIRED_OBJECTS(struct plan, changes, n, "changes", struct change, change_fields),
	CODEC_END,
};

static void add(struct plan *p, const char *step, const char *object, const char *before,
	const char *after)
{
	struct change *bigger = realloc(p->changes, (p->n + 1) * sizeof(*bigger));

	if (!bigger)
		return;
	p->changes = bigger;
	bigger[p->n++] = (struct change){strdup(step), strdup(object),
		before ? strdup(before) : NULL, strdup(after)};
}

static void add_number(struct plan *p, const char *object, int64_t before, int64_t after)
{
	char b[32], a[32];

	(void)snprintf(b, sizeof(b), "%lld", (long long)before);
	(void)snprintf(a, sizeof(a), "%lld", (long long)after);
	add(p, "link", object, b, a);
}

static void add_flag(struct plan *p, const struct link *l, const char *object, int flag, int wish)
{
	if (wish >= 0)
		add(p, "link", object, l->flags & flag ? "on" : "off", wish ? "on" : "off");
}

static void add_nodes(struct plan *p, const char *what, const struct cpulist *set,
	const struct cpulist *nodes)
{
	auto_free char *text = set ? cpulist_format(set) : NULL, *on = cpulist_format(nodes);
	char object[128], after[128];

	(void)snprintf(object, sizeof(object), "%s%s%.80s", what, text ? " " : "",
		text ? text : "");
	(void)snprintf(after, sizeof(after), "node %.100s", on ? on : "");
	if (!cpulist_empty(nodes))
		add(p, "numa", object, NULL, after);
}

/* Where the NIC is, and where the pod is that shall have it. */
static void describe_numa(struct attach *a, struct plan *p)
{
	const struct podfile_interface *i = &a->rec.interface;
	struct locality l;
	char node[64];

	if (a->conf.numa == NUMA_IGNORE || !i->pci_address || i->numa_node == CODEC_ABSENT)
		return;
	locality_of(a, i->pci_address, &l);
	(void)snprintf(node, sizeof(node), "node %d%s", (int)i->numa_node,
		cpulist_count(&l.cpu_nodes) == 0          ? ""
			: locality_near(&l, i->numa_node) ? ", near the CPUs"
							  : ", away from the CPUs");
	add(p, "numa", "NIC", NULL, node);
	add_nodes(p, "CPUs", &l.cpus, &l.cpu_nodes);
	add_nodes(p, "hugepages", NULL, &l.huge_nodes);
}

static void describe(struct attach *a, struct plan *p)
{
	const struct link *l = &a->rec.link;

	add(p, "claim", a->rec.claim, "free", "ours");
	describe_numa(a, p);
	add(p, "link", "network namespace", "host", a->rec.netns.path);
	add(p, "link", "name", l->name, a->rec.ifname);
	add_number(p, "ifindex", l->index, a->rec.pod_index);
	add_flag(p, l, "up", IFF_UP, 1);
	if (a->mac)
		add(p, "link", "MAC", l->mac, a->mac);
	if (a->conf.mtu != CODEC_ABSENT && a->conf.mtu)
		add_number(p, "MTU", l->mtu, a->conf.mtu);
	add_flag(p, l, "promiscuous", IFF_PROMISC, a->conf.promisc);
	add_flag(p, l, "all multicast", IFF_ALLMULTI, a->conf.allmulti);
	if (a->conf.ipam_type)
		add(p, "ipam", "addresses and routes", "none", a->conf.ipam_type);
	if (a->rec.pod_dir)
		add(p, "publish", "pod file", NULL, a->rec.pod_dir);
}

static int print(const struct plan *p, char **ret_out, struct err *e)
{
	auto_free char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "plan");
	for (size_t i = 0; i < p->n; i++) {
		const struct change *c = &p->changes[i];

		(void)fprintf(f, "%-8s %-22s %s%s%s\n", c->step, c->object,
			c->before ? c->before : "", c->before ? " -> " : "-> ", c->after);
	}
	if (fclose(f) != 0)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "plan");
	*ret_out = steal_ptr(text);
	return 0;
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
	if (r == 0)
		describe(&a, p);
	return r;
}

int verb_plan(int argc, char **argv, char **ret_out, struct err *e)
{
	auto_machine struct machine m = MACHINE_INIT;
	struct plan p = {0};
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
		r = json ? codec_encode(plan_fields, &p, 2, ret_out, e) : print(&p, ret_out, e);
	codec_free(plan_fields, &p);
	return r;
}
