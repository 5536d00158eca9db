/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --lcores 0@c0,1@c1,…: logical cores are numbered from 0 and mapped, for EAL's own numbers end at
 * RTE_MAX_LCORE while CPUs do not. lcore 0 is the main one; EAL leaves it to control where there
 * are others, and many programs (dpdk-testpmd) do not start without another. CPUs of the NICs' NUMA
 * node come first.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "eal_parts.h"
#include "mem.h"
#include "nodes.h"

/* Leaves one CPU of each core, the lowest. */
static struct cpulist one_per_core(const struct eal *b, const struct cpulist *cpus)
{
	struct cpulist left = *cpus;

	cpulist_each (c, cpus) {
		struct cpulist siblings;

		if (!cpulist_has(&left, c) ||
			nodes_siblings(b->facts->source.root, c, &siblings) < 0)
			continue;
		cpulist_andnot(&left, &siblings);
		cpulist_add(&left, c);
	}
	return left;
}

/* By the file, and as far as it still holds: CPUs that the kernel added since may be anybody's. */
static bool are_exclusive(const struct eal *b, const struct cpulist *cpus)
{
	const struct podfile_container *own = pod_own_container(b->pod);
	struct cpulist listed;

	return own && own->exclusive == 1 &&
		(!own->cpus ||
			(cpulist_parse(own->cpus, &listed, NULL) == 0 &&
				cpulist_subset(cpus, &listed)));
}

/* Siblings that nobody else runs on are two lcores; else the other one belongs to a neighbour's
 * time. A poll loop and a main lcore that sleeps may share a core if there is but one. */
static struct cpulist pick_cpus(const struct eal *b, const char **ret_why)
{
	const struct cpulist *cpus = &b->facts->cpus;
	struct cpulist cores = one_per_core(b, cpus);

	*ret_why = "";
	if (cpulist_equal(&cores, cpus))
		return cores;
	if (are_exclusive(b, cpus)) {
		*ret_why = ", hyperthreads too: the CPUs are exclusive";
		return *cpus;
	}
	if (cpulist_count(&cores) < 2) {
		*ret_why = ", hyperthreads too: there is one core only";
		return *cpus;
	}
	*ret_why = ", one of each core's hyperthreads: the CPUs are not known to be exclusive";
	return cores;
}

static struct cpulist local_cpus(const struct eal *b)
{
	struct cpulist all = {0}, of_node;

	cpulist_each (n, &b->nic_nodes)
		if (nodes_cpus(b->facts->source.root, n, &of_node) == 0)
			cpulist_or(&all, &of_node);
	return all;
}

/* A CPU limit is time: lcores that poll beyond it only stop each other. */
static unsigned int lcores_at_most(const struct eal *b)
{
	int64_t limit = b->facts->cpu_limit;
	int64_t whole = limit < 0 ? MAX_LCORES : (limit + 999) / 1000;

	return whole < 2 ? 2 : whole < MAX_LCORES ? (unsigned int)whole : MAX_LCORES;
}

/* Appends "n@cpu" for each CPU of the set that is in (or not in) local. */
static void map_cpus(FILE *out, const struct cpulist *set, const struct cpulist *local, bool in,
	unsigned int max, struct cpulist *used)
{
	unsigned int n = cpulist_count(used);

	cpulist_each (c, set) {
		if (n >= max)
			break;
		if (cpulist_has(local, c) != in)
			continue;
		(void)fprintf(out, "%s%u@%u", n ? "," : "", n, c);
		cpulist_add(used, c);
		n++;
	}
}

static char *format_map(const struct cpulist *set, const struct cpulist *local, unsigned int max,
	struct cpulist *ret_used)
{
	char *text = NULL;
	size_t len;
	struct cpulist used = {0};
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return NULL;
	map_cpus(out, set, local, true, max, &used);
	map_cpus(out, set, local, false, max, &used);
	if (cpulist_count(&used) == 1)
		(void)fprintf(out, ",1@%d", cpulist_next(set, 0));
	if (fclose(out) != 0) {
		free(text);
		return NULL;
	}
	*ret_used = used;
	return text;
}

static int format_lcores(struct eal *b, const struct cpulist *set, unsigned int max,
	char **ret_text, struct cpulist *ret_used, struct err *e)
{
	struct cpulist local = local_cpus(b);

	/* Those given by hand win, and nothing is said of others. */
	if (b->req->lcores_as != DPDKPOD_LCORES_MAPPED && !eal_conflict(b, EAL_LCORES, NULL))
		return eal_plain_lcores(b, set, &local, max, ret_text, ret_used, e);
	*ret_text = format_map(set, &local, max, ret_used);
	return *ret_text ? 0 : err_sys(e, ERR_INTERNAL, ENOMEM, "CPUs");
}

/* The nodes of these CPUs, among those that memory may come from. */
static void find_nodes(struct eal *b, const struct cpulist *used)
{
	nodes_of_cpus(b->facts->source.root, used, &b->cpu_nodes);
	cpulist_and(&b->cpu_nodes, &b->facts->mems);
}

static void check_cpus(struct eal *b, const char *text, const struct cpulist *set)
{
	if (!cpulist_subset(set, &b->facts->cpus))
		eal_note(b,
			"lcores given by hand want CPUs %s, this container may use %s: EAL will fail or "
			"put two lcores on one CPU",
			text, b->facts->cpus_text);
}

/* A hexadecimal mask, the last digit for CPUs 0 to 3. */
static void check_mask(struct eal *b, const char *mask)
{
	struct cpulist set = {0};
	size_t n;

	mask += strncasecmp(mask, "0x", 2) == 0 ? 2 : 0;
	n = strspn(mask, "0123456789abcdefABCDEF");
	for (size_t i = 0; i < n; i++)
		for (unsigned int bit = 0; bit < 4; bit++)
			if (strtoul((char[]){mask[n - 1 - i], '\0'}, NULL, 16) >> bit & 1)
				cpulist_add(&set, 4 * (unsigned int)i + bit);
	auto_free char *text = cpulist_format(&set);

	if (text)
		check_cpus(b, text, &set);
	else
		b->no_memory = true;
}

/* EAL aborts on a worker outside the allowed CPUs, and stacks lcores where half a set is. */
static void check_given(struct eal *b, const struct eal_given *g)
{
	auto_free char *text = g->value ? strdup(g->value) : NULL;
	struct cpulist set;
	char *at = text;

	if (!text)
		return;
	if (g->id == EAL_COREMASK) {
		check_mask(b, text);
		return;
	}
	/* "0@2,(1,2)@(3-5),4": an element's CPUs are after its @, else they are its lcores. */
	while (*at) {
		int depth = 0;
		char *end = at, *cpus = at, *stop;

		for (; *end && (depth || *end != ','); end++) {
			depth += (*end == '(') - (*end == ')');
			if (*end == '@')
				cpus = end + 1;
		}
		stop = end + (*end == ',');
		*end = '\0';
		cpus += *cpus == '(';
		cpus[strcspn(cpus, ")")] = '\0';
		if (cpulist_parse(cpus, &set, NULL) == 0)
			check_cpus(b, cpus, &set);
		at = stop;
	}
}

static void remark(struct eal *b, unsigned int n)
{
	const struct dpdkpod_facts *f = b->facts;
	const struct podfile_container *own = pod_own_container(b->pod);
	struct cpulist listed;

	if (own && own->cpus && cpulist_parse(own->cpus, &listed, NULL) == 0 &&
		!cpulist_equal(&listed, &f->cpus))
		eal_note(b,
			"the pod file gives container %s CPUs %s, the kernel grants %s: the kernel's count",
			own->name, own->cpus, f->cpus_text);
	if (f->cpu_limit >= 0 && (uint64_t)f->cpu_limit < (uint64_t)n * 1000)
		eal_note(b,
			"a CPU limit of %d.%03d for %u CPUs: lcores that poll beyond it are throttled; "
			"request whole CPUs in a Guaranteed pod to get exclusive ones",
			(int)(f->cpu_limit / 1000), (int)(f->cpu_limit % 1000), n);
}

int eal_lcores(struct eal *b, struct err *e)
{
	static const enum eal_id spelled[] = {[DPDKPOD_LCORES_MAPPED] = EAL_LCORES,
		[DPDKPOD_LCORES_LIST] = EAL_CORELIST,
		[DPDKPOD_LCORES_MASK] = EAL_COREMASK};
	static const enum eal_id by_hand[] = {EAL_LCORES, EAL_CORELIST, EAL_COREMASK};
	const struct dpdkpod_facts *f = b->facts;
	const char *why;

	if (cpulist_empty(&f->cpus)) {
		int r = err_set(e, ERR_DEVICE, ENODEV,
			"no CPU is left: affinity %s has nothing in common with cpuset %s",
			f->affinity_text, f->cpuset_text ? f->cpuset_text : "");

		err_remedy(e, "start the program without taskset, or with CPUs of %s",
			f->cpuset_text ? f->cpuset_text : "the cpuset");
		return r;
	}
	for (size_t i = 0; i < ARRAY_SIZE(by_hand); i++)
		if (eal_find(b, by_hand[i]))
			check_given(b, eal_find(b, by_hand[i]));
	struct cpulist set = pick_cpus(b, &why);
	unsigned int n = cpulist_count(&set), max = lcores_at_most(b);
	const bool mapped = b->req->lcores_as == DPDKPOD_LCORES_MAPPED;
	struct cpulist used;
	auto_free char *text = NULL;
	int r = format_lcores(b, &set, max, &text, &used, e);

	if (r < 0)
		return r;
	find_nodes(b, &used);
	bool derived = eal_add(b, spelled[b->req->lcores_as], text,
		"CPUs %s (affinity %s within cpuset %s)%s%s; %s is the main one", f->cpus_text,
		f->affinity_text, f->cpuset_text ? f->cpuset_text : "unknown", why,
		n > max && max < MAX_LCORES ? ", as many as the CPU limit" : "",
		mapped ? "lcore 0" : "the lowest");
	if (n > MAX_LCORES && max == MAX_LCORES)
		eal_note(b, "%u CPUs are usable, the first %d are used: DPDK has no more lcores", n,
			MAX_LCORES);
	if (derived && mapped && n == 1)
		eal_note(b, "one CPU: the main lcore and a worker share it; two CPUs are better");
	remark(b, cpulist_count(&f->cpus));
	return 0;
}
