/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --lcores 0@c0,1@c1,…: logical cores are numbered from 0 and mapped, for EAL's own numbers end at
 * RTE_MAX_LCORE while CPUs do not. lcore 0 is the main one; EAL leaves it to control where there
 * are others. CPUs of the NICs' NUMA node come first.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "eal.h"
#include "file.h"
#include "mem.h"

#define MAX_LCORES 128 /* RTE_MAX_LCORE of every packaged DPDK */

static bool read_set(const struct eal *b, const char *path, struct cpulist *ret)
{
	char line[8192];

	return file_read_line(b->facts->source.root, path, line, sizeof(line)) == 0 &&
	       cpulist_parse(line, ret, NULL) == 0;
}

/* Leaves one CPU of each core, the lowest. */
static struct cpulist one_per_core(const struct eal *b, const struct cpulist *cpus)
{
	struct cpulist left = *cpus;

	for (int c = cpulist_next(cpus, 0); c >= 0; c = cpulist_next(cpus, (unsigned int)c + 1)) {
		struct cpulist siblings;
		char path[96];

		(void)snprintf(path, sizeof(path),
			"/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list", c);
		if (!cpulist_has(&left, (unsigned int)c) || !read_set(b, path, &siblings))
			continue;
		for (int s = cpulist_next(&siblings, 0); s >= 0;
			s = cpulist_next(&siblings, (unsigned int)s + 1))
			if (s != c)
				cpulist_del(&left, (unsigned int)s);
	}
	return left;
}

/* Siblings that nobody else runs on are two lcores; else the other one belongs to a neighbour's
 * time. A poll loop and a main lcore that sleeps may share a core if there is but one. */
static struct cpulist pick(const struct eal *b, const char **ret_why)
{
	const struct podfile_container *own = pod_own_container(b->pod);
	const struct cpulist *cpus = &b->facts->cpus;
	struct cpulist cores = one_per_core(b, cpus);

	*ret_why = "";
	if (cpulist_equal(&cores, cpus))
		return cores;
	if (own && own->exclusive == 1) {
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
	struct cpulist all = {0};

	for (int n = cpulist_next(&b->nic_nodes, 0); n >= 0;
		n = cpulist_next(&b->nic_nodes, (unsigned int)n + 1)) {
		struct cpulist of_node;
		char path[64];

		(void)snprintf(path, sizeof(path), "/sys/devices/system/node/node%d/cpulist", n);
		if (!read_set(b, path, &of_node))
			continue;
		for (size_t w = 0; w < ARRAY_SIZE(all.bits); w++)
			all.bits[w] |= of_node.bits[w];
	}
	return all;
}

/* Appends "n@cpu" for each CPU of the set that is in (or not in) local. */
static void map(FILE *out, const struct cpulist *set, const struct cpulist *local, bool in,
	unsigned int *n)
{
	for (int c = cpulist_next(set, 0); c >= 0 && *n < MAX_LCORES;
		c = cpulist_next(set, (unsigned int)c + 1)) {
		if (cpulist_has(local, (unsigned int)c) != in)
			continue;
		(void)fprintf(out, "%s%u@%d", *n ? "," : "", *n, c);
		(*n)++;
	}
}

static char *format_map(const struct eal *b, const struct cpulist *set)
{
	struct cpulist local = local_cpus(b);
	char *text = NULL;
	size_t len;
	unsigned int n = 0;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return NULL;
	map(out, set, &local, true, &n);
	map(out, set, &local, false, &n);
	if (fclose(out) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

static void check_cpus(struct eal *b, const char *text, const struct cpulist *set)
{
	if (!cpulist_subset(set, &b->facts->cpus))
		eal_note(b, "lcores given by hand want CPUs %s, this container may use %s: EAL will fail or "
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
	/* "0@2,(1,2)@(3-5),4": an element's CPUs are behind its @, else they are its lcores. */
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

static void remark(struct eal *b)
{
	const struct dpdkpod_facts *f = b->facts;
	const struct podfile_container *own = pod_own_container(b->pod);
	unsigned int n = cpulist_count(&f->cpus);
	struct cpulist listed;

	if (own && own->cpus && cpulist_parse(own->cpus, &listed, NULL) == 0 &&
		!cpulist_equal(&listed, &f->cpus))
		eal_note(b,
			"the pod file gives container %s CPUs %s, the kernel grants %s: the kernel's count",
			own->name, own->cpus, f->cpus_text);
	if (f->cpu_limit >= 0 && (uint64_t)f->cpu_limit < (uint64_t)n * 1000)
		eal_note(b,
			"a CPU limit of %d.%03d for %u CPUs: polling lcores beyond it are throttled; "
			"request whole CPUs in a Guaranteed pod to get exclusive ones",
			(int)(f->cpu_limit / 1000), (int)(f->cpu_limit % 1000), n);
}

int eal_lcores(struct eal *b, struct err *e)
{
	static const enum eal_id by_hand[] = {EAL_LCORES, EAL_CORELIST, EAL_COREMASK};
	const struct dpdkpod_facts *f = b->facts;
	const char *why;

	if (cpulist_count(&f->cpus) == 0) {
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
	struct cpulist set = pick(b, &why);
	auto_free char *text = format_map(b, &set);

	if (!text)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "CPUs");
	(void)eal_add(b, EAL_LCORES, text,
		"CPUs %s (affinity %s within cpuset %s)%s; lcore 0 is the main one", f->cpus_text,
		f->affinity_text, f->cpuset_text ? f->cpuset_text : "unknown", why);
	if (cpulist_count(&set) > MAX_LCORES)
		eal_note(b, "%u CPUs are usable, the first %d are used: DPDK has no more lcores",
			cpulist_count(&set), MAX_LCORES);
	remark(b);
	return 0;
}
