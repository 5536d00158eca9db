/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What crosses a NUMA node, in sentences. A NIC writes packets into DPDK's memory and a worker
 * reads them: the three belong on one node. What follows from another crossing is not said again,
 * and where the node of something is not known, nothing is said about it. The main lcore counts as
 * a worker where there is no other.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "live.h"
#include "mem.h"
#include "units.h"

#define IGNORED (1 << 20) /* bytes of ordinary pages that were just touched from elsewhere */

struct where {
	const struct topology *t;
	struct live *l;
	struct cpulist nics, workers, memory; /* nodes that have some */
	int64_t bytes[TOPOLOGY_NODES];        /* DPDK's memory */
	const char *pages;                    /* what that is */
	bool failed;
};

/* "0-1"; "" where there is no memory, which is found out later. */
static const char *format_set(const struct cpulist *s, char buf[static 64])
{
	auto_free char *text = cpulist_format(s);

	(void)snprintf(buf, 64, "%s", text ? text : "");
	return buf;
}

static void add_crossing(struct where *w, int kind, int node, const char *remedy, const char *fmt,
	...) __attribute__((format(printf, 5, 6)));

static void add_crossing(struct where *w, int kind, int node, const char *remedy, const char *fmt,
	...)
{
	struct live_crossing *more = mem_more(w->l->crossings, w->l->n_crossings);
	struct live_crossing c = {.kind = kind, .node = node, .remedy = strdup(remedy)};
	va_list ap;

	va_start(ap, fmt);
	if (!more || !c.remedy || vasprintf(&c.text, fmt, ap) < 0) {
		w->failed = true;
		free(c.remedy);
	} else {
		*more = c;
		w->l->n_crossings++;
	}
	va_end(ap);
}

static const char *nic_name(const struct live_nic *n, char buf[static 64])
{
	(void)snprintf(buf, 64, "%.24s%s%.16s%s", n->pci ? n->pci : n->interface,
		n->pci && n->interface ? " (" : "", n->pci && n->interface ? n->interface : "",
		n->pci && n->interface ? ")" : "");
	return buf;
}

/* "its NIC 0000:03:10.0 is on node 0 (distance 21)"; all of them, where there are more. */
static void describe_nics(const struct where *w, int from, char *buf, size_t size)
{
	size_t known = 0, at = 0;
	char name[64];

	for (size_t i = 0; i < w->l->n_nics; i++)
		known += w->l->nics[i].node >= 0;
	for (size_t i = 0; i < w->l->n_nics && at < size; i++) {
		const struct live_nic *n = &w->l->nics[i];
		int away;

		if (n->node < 0)
			continue;
		away = n->node < w->t->n && from < w->t->n ? w->t->distance[from][n->node] : 0;
		at += (size_t)snprintf(buf + at, size - at, "%s%s is on node %" PRId64,
			at ? ", " : (known > 1 ? "its NICs: " : "its NIC "), nic_name(n, name),
			n->node);
		if (away > 0 && at < size)
			at += (size_t)snprintf(buf + at, size - at, " (distance %d)", away);
	}
}

static void cpus_remedy(const struct where *w, const struct cpulist *nodes, char *buf, size_t size)
{
	struct cpulist cpus = {0};
	char node_list[64], cpu_list[64];

	for (int n = 0; n < w->t->n; n++)
		if (cpulist_has(nodes, (unsigned int)n))
			cpulist_or(&cpus, &w->t->cpus[n]);
	(void)snprintf(buf, size,
		"give it CPUs of node %s (%s): on Kubernetes the static CPU Manager with Topology "
		"Manager's single-numa-node, by hand cpuset or --lcores",
		format_set(nodes, node_list), format_set(&cpus, cpu_list));
}

/* ------------------------------------------------------------------ workers */

static bool works(const struct live *l, const struct live_thread *t)
{
	for (size_t i = 0; i < l->process.n_threads; i++)
		if (l->process.threads[i].role == ROLE_WORKER)
			return t->role == ROLE_WORKER;
	return t->role == ROLE_MAIN;
}

/* "worker thread 4711 (rte-worker-1, CPU 9) runs on node 1" */
static void describe_thread(const struct live_thread *t, const struct cpulist *nodes, char *buf,
	size_t size)
{
	bool one = cpulist_count(nodes) == 1;
	char text[64];

	(void)snprintf(buf, size, "%s thread %" PRId64 " (%s, CPU%s %.40s) %s on node%s %s",
		t->role == ROLE_MAIN ? "main" : "worker", t->tid, t->name,
		cpulist_count(&t->affinity) == 1 ? "" : "s", t->cpus, one ? "runs" : "may run",
		one ? "" : "s", format_set(nodes, text));
}

static void judge_worker(struct where *w, const struct live_thread *t)
{
	struct cpulist nodes = topology_nodes(w->t, &t->affinity);
	char who[192], other[512], remedy[512], text[64];
	int node = cpulist_next(&nodes, 0);

	if (node < 0)
		return;
	describe_thread(t, &nodes, who, sizeof(who));
	if (!cpulist_empty(&w->nics) && !cpulist_subset(&nodes, &w->nics)) {
		describe_nics(w, node, other, sizeof(other));
		cpus_remedy(w, &w->nics, remedy, sizeof(remedy));
		add_crossing(w, CROSS_WORKER_NIC, node, remedy, "%s, %s", who, other);
	} else if (cpulist_empty(&w->nics) && !cpulist_empty(&w->memory) &&
		!cpulist_meet(&nodes, &w->memory)) {
		cpus_remedy(w, &w->memory, remedy, sizeof(remedy));
		add_crossing(w, CROSS_WORKER_MEMORY, node, remedy,
			"%s, all of its %s are on node %s", who, w->pages,
			format_set(&w->memory, text));
	}
}

/* ------------------------------------------------------------------ NICs and memory */

/* Where some are well, the one that is not stands out; where none is, that is said of the others.
 */
static void judge_nic(struct where *w, const struct live_nic *n)
{
	struct cpulist here = {0};
	char name[64], remedy[512], text[64];

	if (n->node < 0)
		return;
	cpulist_add(&here, (unsigned int)n->node);
	if (cpulist_meet(&w->nics, &w->workers) && !cpulist_meet(&here, &w->workers)) {
		cpus_remedy(w, &here, remedy, sizeof(remedy));
		add_crossing(w, CROSS_NIC_WORKER, (int)n->node, remedy,
			"NIC %s is on node %" PRId64 ", where no worker runs: they are on node %s",
			nic_name(n, name), n->node, format_set(&w->workers, text));
	}
	if (cpulist_meet(&w->nics, &w->memory) && !cpulist_meet(&here, &w->memory)) {
		(void)snprintf(remedy, sizeof(remedy),
			"reserve some there: --socket-mem with an amount for node %" PRId64
			", and in the pod hugepages that the static Memory Manager puts there",
			n->node);
		add_crossing(w, CROSS_NIC_MEMORY, (int)n->node, remedy,
			"NIC %s is on node %" PRId64 ", all of the program's %s are on node %s",
			nic_name(n, name), n->node, w->pages, format_set(&w->memory, text));
	}
}

static void judge_memory(struct where *w, int node)
{
	char other[512], remedy[256], amount[UNITS_LEN];

	if (w->bytes[node] == 0 || cpulist_empty(&w->nics) ||
		cpulist_has(&w->nics, (unsigned int)node))
		return;
	describe_nics(w, node, other, sizeof(other));
	(void)snprintf(remedy, sizeof(remedy),
		"reserve them on the NIC's node: --socket-mem with 0 for node %d; on Kubernetes "
		"the static "
		"Memory Manager with Topology Manager's single-numa-node",
		node);
	add_crossing(w, CROSS_MEMORY_NIC, node, remedy, "%s of its %s are on node %d, %s",
		units_bytes((uint64_t)w->bytes[node], amount), w->pages, node, other);
}

static void survey(struct where *w)
{
	const struct live *l = w->l;

	w->pages = "memory pages";
	for (size_t i = 0; i < l->n_nics; i++)
		if (l->nics[i].node >= 0)
			cpulist_add(&w->nics, (unsigned int)l->nics[i].node);
	for (size_t i = 0; i < l->n_memory; i++) {
		const struct live_memory *m = &l->memory[i];

		if (m->kind == LIVE_HUGEPAGES)
			w->pages = "hugepages";
		if (m->kind != LIVE_HUGEPAGES && m->kind != LIVE_NO_HUGE)
			continue;
		for (size_t n = 0; n < m->n_nodes; n++) {
			const struct live_share *s = &m->nodes[n];

			if (s->node < 0 || s->node >= TOPOLOGY_NODES ||
				(m->kind == LIVE_NO_HUGE && s->bytes < IGNORED))
				continue;
			w->bytes[s->node] += s->bytes;
			cpulist_add(&w->memory, (unsigned int)s->node);
		}
	}
}

static void survey_threads(struct where *w)
{
	struct live *l = w->l;

	for (size_t i = 0; i < l->process.n_threads; i++) {
		struct live_thread *t = &l->process.threads[i];
		struct cpulist nodes = topology_nodes(w->t, &t->affinity);

		t->node = cpulist_count(&nodes) == 1 ? cpulist_next(&nodes, 0) : CODEC_ABSENT;
		if (works(l, t))
			cpulist_or(&w->workers, &nodes);
	}
}

int live_crossings(const struct topology *t, struct live *l, struct err *e)
{
	struct where *w = calloc(1, sizeof(*w));

	if (!w)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "process %" PRId64, l->pid);
	w->t = t;
	w->l = l;
	survey(w);
	survey_threads(w);
	for (size_t i = 0; i < l->process.n_threads; i++)
		if (works(l, &l->process.threads[i]))
			judge_worker(w, &l->process.threads[i]);
	for (size_t i = 0; i < l->n_nics; i++)
		judge_nic(w, &l->nics[i]);
	for (int node = 0; node < TOPOLOGY_NODES; node++)
		judge_memory(w, node);
	int r = w->failed ? err_sys(e, ERR_INTERNAL, ENOMEM, "process %" PRId64, l->pid) : 0;

	free(w);
	return r;
}
