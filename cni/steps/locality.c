/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "assigned.h"
#include "locality.h"
#include "log.h"
#include "mem.h"
#include "nodes.h"

static int wish(const struct attach *a)
{
	return a->conf.numa < 0 ? NUMA_PREFER : a->conf.numa;
}

static void widen(const struct attach *a, const struct cpulist *nodes, struct cpulist *ret)
{
	*ret = *nodes;
	if (a->conf.numa_scope == NUMA_SOCKET)
		nodes_sockets(a->m->root, nodes, ret);
}

static void add_container(const struct podfile_container *c, struct locality *l)
{
	struct cpulist cpus;

	if (c->exclusive == 1 && c->cpus && cpulist_parse(c->cpus, &cpus, NULL) == 0)
		cpulist_or(&l->cpus, &cpus);
	for (size_t i = 0; i < c->n_memory; i++)
		for (size_t j = 0; strncmp(c->memory[i].type, "hugepages-", 10) == 0 &&
			j < c->memory[i].n_numa_nodes;
			j++)
			cpulist_add(&l->huge_nodes, (unsigned int)c->memory[i].numa_nodes[j]);
}

void locality_of(struct attach *a, const char *address, struct locality *ret)
{
	struct locality l = {0};
	const struct kubelet_device *d = address ? kubelet_owner(&a->kubelet, address) : NULL;
	struct cpulist huge;

	assigned_containers(a);
	if (d && !d->pod && d->container)
		(void)snprintf(l.container, sizeof(l.container), "%.255s", d->container);
	for (size_t i = 0; i < a->rec.n_containers; i++)
		if (!l.container[0] || strcmp(a->rec.containers[i].name, l.container) == 0)
			add_container(&a->rec.containers[i], &l);
	nodes_of_cpus(a->m->root, &l.cpus, &l.cpu_nodes);
	widen(a, &l.cpu_nodes, &l.near);
	widen(a, &l.huge_nodes, &huge);
	if (!cpulist_empty(&huge))
		cpulist_and(&l.near, &huge);
	*ret = l;
}

bool locality_near(const struct locality *l, int64_t node)
{
	return node >= 0 && cpulist_has(&l->near, (unsigned int)node);
}

static void append(char *buf, size_t size, const char *before, const struct cpulist *set)
{
	const size_t n = strlen(buf);
	auto_free char *text = cpulist_format(set);

	(void)snprintf(buf + n, size - n, "%s%s", before, text ? text : "");
}

void locality_say(const struct nic *n, const struct locality *l, char *buf, size_t size)
{
	const bool vf = n->pci.address[0] && n->pci.pf[0];

	buf[0] = '\0';
	if (cpulist_empty(&l->cpu_nodes))
		return;
	if (n->pci.numa_node == CODEC_ABSENT || !*nic_id(n))
		(void)snprintf(buf, size, "%s %s is on a node that the firmware does not tell",
			vf ? "VF" : "NIC", nic_name(n));
	else
		(void)snprintf(buf, size, "%s %s is on node %d", vf ? "VF" : "NIC", nic_id(n),
			(int)n->pci.numa_node);
	append(buf, size, l->container[0] ? "; CPUs " : "; the pod's CPUs ", &l->cpus);
	if (l->container[0])
		(void)snprintf(buf + strlen(buf), size - strlen(buf), " of container %.64s",
			l->container);
	append(buf, size, " are on node ", &l->cpu_nodes);
	if (!cpulist_empty(&l->huge_nodes))
		append(buf, size, ", its hugepages on node ", &l->huge_nodes);
}

static bool one_node(const struct attach *a)
{
	struct cpulist online;

	nodes_online(a->m->root, &online);
	return cpulist_count(&online) <= 1;
}

static void align(struct err *e)
{
	err_remedy(e,
		"let the kubelet align them (topologyManagerPolicy: single-numa-node, CPU Manager static, "
		"and a device plugin that tells NUMA nodes), or set \"numa\" to \"prefer\"");
}

/* Nothing to compare with: no answer, or no exclusive CPUs. */
static int nothing_known(const struct attach *a, const struct locality *l, struct err *e)
{
	const bool named = a->kubelet.uid || (a->kubelet.ns && a->kubelet.name);
	int r;

	if (a->kubelet.source != KUBELET_SILENT) {
		r = err_set(e, ERR_REFUSED, EPERM,
			"numa \"require\": %s%.64s has no exclusive CPUs that say "
			"on which node it runs",
			l->container[0] ? "container " : "the pod", l->container);
		err_remedy(e,
			"run the kubelet with cpuManagerPolicy: static and the container with whole CPUs, "
			"limits equal to requests; or set \"numa\" to \"prefer\"");
		return r;
	}
	r = err_set(e, named ? ERR_AGAIN : ERR_REFUSED, named ? EAGAIN : EPERM,
		"numa \"require\": on which CPUs the pod runs is not known: %.400s",
		a->kubelet.why.msg);
	err_remedy(e,
		named ? "see that the kubelet runs and serves pod-resources/kubelet.sock in its directory "
			"(\"kubeletDir\"); or set \"numa\" to \"prefer\""
		      : "set \"numa\" to \"prefer\" where no kubelet assigns CPUs");
	return r;
}

int locality_allowed(struct attach *a, const struct nic *n, struct err *e)
{
	struct locality l;
	char text[400];

	if (wish(a) != NUMA_REQUIRE || one_node(a))
		return 0;
	locality_of(a, *nic_id(n) ? nic_id(n) : NULL, &l);
	if (cpulist_empty(&l.cpu_nodes))
		return nothing_known(a, &l, e);
	if (*nic_id(n) && locality_near(&l, n->pci.numa_node))
		return 0;
	locality_say(n, &l, text, sizeof(text));
	int r = err_set(e, ERR_REFUSED, EPERM, "numa \"require\": %s", text);

	align(e);
	return r;
}

void locality_warn(struct attach *a, const struct nic *n)
{
	struct locality l;
	char text[400];

	if (wish(a) != NUMA_PREFER || !*nic_id(n) || n->pci.numa_node == CODEC_ABSENT ||
		one_node(a))
		return;
	locality_of(a, nic_id(n), &l);
	locality_say(n, &l, text, sizeof(text));
	if (text[0] && !locality_near(&l, n->pci.numa_node))
		log_warning("numa: %s: what crosses nodes is slow", text);
}

static int none_near(struct attach *a, const struct pool *p, const struct locality *l,
	struct err *e)
{
	auto_nic struct nic n;
	char text[400] = "";

	nic_init(&n);
	if (nic_find_pci(a->m, p->vf[0].address, &n, NULL) == 0)
		locality_say(&n, l, text, sizeof(text));
	int r = err_set(e, ERR_REFUSED, EPERM,
		"numa \"require\": none of the %zu VFs of pf is near the pod's "
		"CPUs%s%s",
		p->n, text[0] ? ": " : "", text);

	err_remedy(e,
		"add a PF on that node to \"pf\", let the kubelet place the pod's CPUs "
		"(topologyManagerPolicy), or set \"numa\" to \"prefer\"");
	return r;
}

int locality_arrange(struct attach *a, struct pool *p, struct err *e)
{
	struct locality l;
	size_t near = 0;

	if (wish(a) == NUMA_IGNORE || p->n == 0 || one_node(a))
		return 0;
	locality_of(a, NULL, &l);
	if (cpulist_empty(&l.cpu_nodes))
		return wish(a) == NUMA_REQUIRE ? nothing_known(a, &l, e) : 0;
	/* Stable: within near and far the network's order counts. */
	struct pool_vf *sorted = calloc(p->n, sizeof(*sorted));

	if (!sorted)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "pf");
	for (size_t i = 0; i < p->n; i++)
		if (locality_near(&l, p->vf[i].node))
			sorted[near++] = p->vf[i];
	size_t all = near;

	for (size_t i = 0; i < p->n; i++)
		if (!locality_near(&l, p->vf[i].node))
			sorted[all++] = p->vf[i];
	if (wish(a) == NUMA_REQUIRE && near == 0) {
		free(sorted);
		return none_near(a, p, &l, e);
	}
	free(p->vf);
	p->vf = sorted;
	if (wish(a) == NUMA_REQUIRE)
		p->n = near;
	return 0;
}
