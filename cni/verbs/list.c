/* SPDX-License-Identifier: Apache-2.0 */
/* dpdk-cni list: who owns what, since when, and whether the owner lives. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli.h"
#include "displaced.h"
#include "leftover.h"
#include "mem.h"
#include "problem.h"
#include "text.h"
#include "verbs.h"

struct entry {
	char *container, *ifname, *device, *pci_address, *auxiliary, *network, *pod, *state, *since,
		*netns, *problem;
	int alive, claimed;
};

/* A NIC that came back under another name. */
struct other_name {
	char *name, *now;
};

struct listed_leftover {
	char *path, *problem, *remedy;
};

struct listing {
	struct other_name *displaced;
	size_t n_displaced;
	struct entry *attachments;
	size_t n;
	struct listed_leftover *leftovers;
	size_t n_leftovers;
	const struct machine *m;
	bool no_memory;
};

#define E struct entry
static const struct codec_field entry_fields[] = {
	CODEC_STRING(E, container, "container", 0),
	CODEC_STRING(E, ifname, "ifname", 0),
	CODEC_STRING(E, device, "device", 0),
	CODEC_STRING(E, pci_address, "pciAddress", 0),
	CODEC_STRING(E, auxiliary, "auxiliary", 0),
	CODEC_STRING(E, network, "network", 0),
	CODEC_STRING(E, pod, "pod", 0),
	CODEC_STRING(E, state, "state", 0),
	CODEC_STRING(E, since, "since", 0),
	CODEC_STRING(E, netns, "netns", 0),
	CODEC_BOOLEAN(E, alive, "netnsAlive"),
	CODEC_BOOLEAN(E, claimed, "holdsDevice"),
	CODEC_STRING(E, problem, "problem", 0),
	CODEC_END,
};
#undef E

static const struct codec_field other_name_fields[] = {
	CODEC_STRING(struct other_name, name, "device", 0),
	CODEC_STRING(struct other_name, now, "nowCalled", 0),
	CODEC_END,
};

static const struct codec_field left_fields[] = {
	CODEC_STRING(struct listed_leftover, path, "path", 0),
	CODEC_STRING(struct listed_leftover, problem, "problem", 0),
	CODEC_STRING(struct listed_leftover, remedy, "remedy", 0),
	CODEC_END,
};

static const struct codec_field listing_fields[] = {
	CODEC_REQUIRED_OBJECTS(struct listing, attachments, n, "attachments", struct entry,
		entry_fields),
	CODEC_OBJECTS(struct listing, displaced, n_displaced, "displaced", struct other_name,
		other_name_fields),
	CODEC_REQUIRED_OBJECTS(struct listing, leftovers, n_leftovers, "leftovers",
		struct listed_leftover, left_fields),
	CODEC_END,
};

static char *copy(const char *text)
{
	return text ? strdup(text) : NULL;
}

static void describe(const struct machine *m, const struct record *rec, const struct claim_owner *o,
	struct entry *t)
{
	char since[40] = "", problem[2048];
	time_t created = (time_t)rec->created;
	struct tm tm;

	if (gmtime_r(&created, &tm))
		(void)strftime(since, sizeof(since), "%Y-%m-%dT%H:%M:%SZ", &tm);
	t->device = copy(rec->link.name);
	t->pci_address = copy(rec->interface.pci_address);
	t->auxiliary = copy(rec->interface.auxiliary);
	t->network = copy(rec->network);
	t->state = copy(record_state_names[rec->state]);
	t->since = copy(since);
	t->netns = copy(rec->netns.path);
	t->alive = attach_netns_alive(m, rec);
	t->claimed = claim_is(&m->state, rec->claim, o);
	/* podman has pods without a namespace. */
	if (rec->pod.name &&
		asprintf(&t->pod, "%s%s%s", rec->pod.ns ? rec->pod.ns : "", rec->pod.ns ? "/" : "",
			rec->pod.name) < 0)
		t->pod = NULL;
	if (problem_find(m, rec, problem, sizeof(problem)) != PROBLEM_NONE)
		t->problem = copy(problem);
}

static int collect(const char *container, const char *ifname, struct record *rec,
	const struct err *why, void *arg)
{
	struct listing *l = arg;
	struct entry *t = mem_more(l->attachments, l->n);
	const struct claim_owner o = claim_owner(container, ifname);

	if (!t) {
		l->no_memory = true;
		return 1;
	}
	l->n++;
	codec_init(entry_fields, t);
	t->container = copy(container);
	t->ifname = copy(ifname);
	if (rec)
		describe(l->m, rec, &o, t);
	else
		t->problem = copy(why->msg);
	return 0;
}

static bool collect_displaced(const struct displaced *d, void *arg)
{
	struct listing *l = arg;
	struct other_name *t = mem_more(l->displaced, l->n_displaced);

	if (t) {
		l->n_displaced++;
		*t = (struct other_name){copy(d->name), copy(d->now)};
	}
	l->no_memory |= !t || !t->name || !t->now;
	return false;
}

static int collect_left(const struct leftover *from, void *arg)
{
	struct listing *l = arg;
	struct listed_leftover *t = mem_more(l->leftovers, l->n_leftovers);

	if (!t || asprintf(&t->path, "/" STATE_DIR "/%s", from->path) < 0) {
		l->no_memory = true;
		return 1;
	}
	t->problem = copy(from->why);
	t->remedy = copy(from->remedy);
	l->n_leftovers++;
	return 0;
}

static int by_container(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	const int r = strcmp(x->container ? x->container : "", y->container ? y->container : "");

	return r ? r : strverscmp(x->ifname ? x->ifname : "", y->ifname ? y->ifname : "");
}

static int by_name(const void *a, const void *b)
{
	return strverscmp(((const struct other_name *)a)->name,
		((const struct other_name *)b)->name);
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct listed_leftover *)a)->path,
		((const struct listed_leftover *)b)->path);
}

static int look(const struct machine *m, struct listing *l, struct err *e)
{
	(void)state_each(&m->state, NULL, collect, l);
	displaced_each(m->root, collect_displaced, l);
	(void)leftover_each(&m->state, collect_left, l);
	if (l->no_memory)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "list");
	mem_sort(l->attachments, l->n, by_container);
	mem_sort(l->displaced, l->n_displaced, by_name);
	mem_sort(l->leftovers, l->n_leftovers, by_path);
	return 0;
}

static const char *or_dash(const char *text)
{
	return text ? text : "-";
}

static int print_table(const struct listing *l, char **ret_out, struct err *e)
{
	auto_free char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "list");
	if (l->n == 0)
		(void)fprintf(f, "no attachments\n");
	else
		(void)fprintf(f, "%-14s %-10s %-12s %-13s %-14s %-20s %-8s %-6s %s\n", "CONTAINER",
			"IFNAME", "DEVICE", "ADDRESS", "NETWORK", "POD", "STATE", "NETNS", "SINCE");
	for (size_t i = 0; i < l->n; i++) {
		const struct entry *t = &l->attachments[i];

		if (t->pod)
			text_visible(t->pod, false);
		(void)fprintf(f, "%-14.14s %-10s %-12s %-13s %-14s %-20s %-8s %-6s %s\n",
			t->container, t->ifname, or_dash(t->device),
			or_dash(t->pci_address ? t->pci_address : t->auxiliary),
			or_dash(t->network), or_dash(t->pod), or_dash(t->state),
			t->alive < 0       ? "-"
				: t->alive ? "alive"
					   : "gone",
			or_dash(t->since));
		if (t->problem) {
			text_visible(t->problem, false);
			(void)fprintf(f, "  ! %s\n", t->problem);
		}
	}
	for (size_t i = 0; i < l->n_displaced; i++)
		(void)fprintf(f,
			"! %s came back as %s: somebody took its name while a pod had it; networks that "
			"name %s mean it all the same\n",
			l->displaced[i].name, l->displaced[i].now, l->displaced[i].name);
	for (size_t i = 0; i < l->n_leftovers; i++)
		(void)fprintf(f, "! %s: %s (%s)\n", l->leftovers[i].path, l->leftovers[i].problem,
			l->leftovers[i].remedy);
	if (fclose(f) != 0)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "list");
	text_visible(text, true);
	*ret_out = steal_ptr(text);
	return 0;
}

enum { OPT_JSON = CLI_LONG };

static const struct cli_option options[] = {
	{OPT_JSON, "json", NULL, "as JSON"},
	{0},
};

const struct cli cli_list = {
	.name = "dpdk-cni list",
	.summary = "Who owns which device.",
	.synopsis = "[--json]",
	.options = {options},
};

int verb_list(int argc, char **argv, char **ret_out, struct err *e)
{
	auto_machine struct machine m = MACHINE_INIT;
	struct listing l = {.m = &m};
	const char *value;
	bool json = false;
	int opt, r;

	while ((opt = cli_next(&cli_list, argc, argv, &value, e)) == OPT_JSON)
		json = true;
	if (opt == CLI_HELP)
		return cli_help_to(&cli_list, ret_out, e);
	if (opt == CLI_WRONG)
		return -EINVAL;
	if (optind < argc)
		return cli_unexpected(&cli_list, argv[optind], e);
	r = machine_open(&m, e);

	if (r == 0)
		r = state_open(m.root, false, &m.state, e);
	if (r == 0)
		r = look(&m, &l, e);
	else if (r == -ENOENT && e->code == ERR_NONE)
		r = 0;
	if (r == 0)
		r = json ? codec_encode(listing_fields, &l, 2, ret_out, e)
			 : print_table(&l, ret_out, e);
	codec_free(listing_fields, &l);
	return r;
}
