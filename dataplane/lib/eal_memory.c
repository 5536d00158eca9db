/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory. EAL sees the machine's free pages and not the container's limit, so the amount is told:
 * the limit less what is used, capped by what is free; on the NICs' nodes first, and where lcores run,
 * for programs keep memory by both. Ways, in order:
 *
 *   in memory   no mount, no file, nothing left behind; but EAL takes the machine's largest pages
 *               first, whether or not this container may
 *   files       of one size, on a mount of its own; wanted where the machine has pages of a size that
 *               this container may not take, or not as many as EAL would, or processes share the memory
 *   no hugepages, where none can be had
 *
 * Where a seccomp profile refuses get_mempolicy, EAL gives back every page that it takes as it runs, for
 * it asks for the node of each. Static memory does without: files again, all taken at the start.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "eal_parts.h"
#include "mem.h"
#include "units.h"

#define MB (UINT64_C(1) << 20)
#define MAX_NODES 32 /* RTE_MAX_NUMA_NODES of the packages */
/* MB where no limit says how much: dpdk-testpmd takes 650. Ordinary pages cost only once touched. */
#define ORDINARY 1024
#define ORDINARY_MIN 64
#define FILES_SPARE 256 /* descriptors for all else */

/* Pages of one size this container may still take, and how they are spread. */
struct share {
	const struct facts_size *size;
	uint64_t total, on[MAX_NODES];
	bool limited; /* EAL is told how much */
};

/* Must all memory be taken at the start? */
static bool is_static(const struct eal *b)
{
	return b->facts->source.mempolicy_refused;
}

static const struct dpdkpod_hugepages *pages_on(const struct dpdkpod_facts *f, uint64_t size,
	int node)
{
	for (size_t i = 0; i < f->n_pages; i++)
		if (f->pages[i].page_size == size && f->pages[i].node == node)
			return &f->pages[i];
	return NULL;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* One round: up to want pages on the nodes of the set, evenly. */
static uint64_t round_of(const struct eal *b, struct share *s, const struct cpulist *nodes,
	uint64_t want)
{
	unsigned int left = cpulist_count(nodes);
	uint64_t given = 0;

	for (int n = cpulist_next(nodes, 0); n >= 0 && n < MAX_NODES;
		n = cpulist_next(nodes, (unsigned int)n + 1), left--) {
		const struct dpdkpod_hugepages *p = pages_on(b->facts, s->size->size, n);
		uint64_t part = (want - given + left - 1) / left;

		part = p && p->free_pages > s->on[n] ? least(part, p->free_pages - s->on[n]) : 0;
		s->on[n] += part;
		given += part;
	}
	return given;
}

/* As evenly as the nodes last: what a short one lacks goes round again. */
static void hand_out(const struct eal *b, struct share *s, const struct cpulist *nodes,
	uint64_t want)
{
	uint64_t given = 1;

	while (given && s->total < want) {
		given = round_of(b, s, nodes, want - s->total);
		s->total += given;
	}
}

static struct share take(const struct eal *b, const struct facts_size *size)
{
	struct share s = {.size = size, .limited = size->limit.room != UINT64_MAX || is_static(b)};
	uint64_t want = least(size->free, size->limit.room / size->size);
	struct cpulist nic = b->nic_nodes, near;

	/* Told nothing, static memory is all that is free on the machine. */
	if (is_static(b) && size->limit.room == UINT64_MAX)
		want = least(want, (ORDINARY * MB + size->size - 1) / size->size);
	cpulist_and(&nic, &b->facts->eal_nodes);
	near = nic;
	cpulist_or(&near, &b->cpu_nodes);
	/* Too few for all of them: the NICs' it is. */
	if (want < cpulist_count(&near))
		hand_out(b, &s, &nic, want);
	hand_out(b, &s, &near, want);
	hand_out(b, &s, &b->facts->eal_nodes, want);
	return s;
}

struct memory_plan {
	struct share *shares; /* by page size, ascending */
	size_t n;
	size_t best; /* of those with a mount, the one with the most bytes; n: none */
	uint64_t bytes;
	bool others; /* the machine has free pages of a size that is not for us */
	uint64_t
		foreign; /* page size of which EAL, in memory, would take more than it may; 0: none */
};

/* What EAL would take of an amount that it is told, as eal_dynmem.c has it: on each node the largest
 * pages first, as many as are free and fit. */
static uint64_t find_foreign(const struct eal *b, const struct memory_plan *m)
{
	uint64_t left[MAX_NODES] = {0}, foreign = 0;

	for (size_t i = 0; i < m->n; i++)
		for (int n = 0; n < MAX_NODES; n++)
			left[n] += m->shares[i].on[n] * m->shares[i].size->size;
	for (size_t i = m->n; i-- > 0;) {
		const struct facts_size *s = m->shares[i].size;
		uint64_t takes = 0;

		for (int n = 0; n < MAX_NODES; n++) {
			const struct dpdkpod_hugepages *p = pages_on(b->facts, s->size, n);
			uint64_t pages = p ? least(p->free_pages, left[n] / s->size) : 0;

			left[n] -= pages * s->size;
			takes += pages;
		}
		if (takes > s->limit.room / s->size)
			foreign = s->size;
	}
	return foreign;
}

/* Memory of a GPU, CXL or HBM is a node without CPUs, and EAL finds nodes by their CPUs. */
static void remark_unknown(struct eal *b, const struct share *s)
{
	const struct dpdkpod_facts *f = b->facts;
	struct cpulist nodes = {0};
	char text[UNITS_LEN];
	uint64_t bytes = 0;

	for (size_t i = 0; i < f->n_pages; i++) {
		unsigned int node = (unsigned int)f->pages[i].node;

		if (f->pages[i].page_size != s->size->size || !f->pages[i].free_pages ||
			!cpulist_has(&f->mems, node) || cpulist_has(&f->eal_nodes, node))
			continue;
		bytes += f->pages[i].free_pages * s->size->size;
		cpulist_add(&nodes, node);
	}
	auto_free char *list = cpulist_format(&nodes);

	if (bytes)
		eal_note(b,
			"%s of free hugepages are on NUMA node %s, which has no CPU: EAL does not "
			"know it and takes none of them",
			units_bytes(bytes, text), list ? list : "");
}

static int survey(struct eal *b, struct memory_plan *m)
{
	const struct dpdkpod_facts *f = b->facts;
	uint64_t most = 0;

	m->shares = calloc(f->n_sizes + 1, sizeof(*m->shares));
	if (!m->shares) {
		b->no_memory = true;
		return -1;
	}
	m->n = m->best = f->n_sizes;
	for (size_t i = 0; i < m->n; i++) {
		struct share *s = &m->shares[i];

		*s = take(b, &f->sizes[i]);
		uint64_t bytes = s->total * s->size->size;

		if (s->limited &&
			s->total < least(s->size->free, s->size->limit.room / s->size->size))
			remark_unknown(b, s);
		m->bytes += bytes;
		m->others |= s->size->free && !s->total;
		if (s->size->mount && bytes > most) {
			most = bytes;
			m->best = i;
		}
	}
	m->foreign = find_foreign(b, m);
	return 0;
}

/* "512,0,1024": MB per node; of one size, or of all where only is NULL. */
static bool format_nodes(const struct memory_plan *m, const struct share *only, char *buf,
	size_t size)
{
	uint64_t mb[MAX_NODES] = {0};
	int last = -1;
	size_t at = 0;

	for (size_t i = 0; i < m->n; i++)
		for (int n = 0; n < MAX_NODES; n++)
			if (!only || only == &m->shares[i])
				mb[n] += m->shares[i].on[n] * m->shares[i].size->size;
	for (int n = 0; n < MAX_NODES; n++) {
		mb[n] /= MB;
		if (mb[n])
			last = n;
	}
	for (int n = 0; n <= last; n++)
		at += (size_t)snprintf(buf + at, size - at, "%s%" PRIu64, n ? "," : "", mb[n]);
	return last >= 0;
}

/* Of one size, or of all where only is NULL. start: to be taken at once, as socket-mem does. */
static void amount(struct eal *b, const struct memory_plan *m, const struct share *only, bool start)
{
	bool limited = only ? only->limited : false;
	char list[MAX_NODES * 21 + 1];

	for (size_t i = 0; !only && i < m->n; i++)
		limited |= m->shares[i].total && m->shares[i].limited;
	/* Without a limit EAL takes pages as it needs them, and leaves the rest to others. */
	if (!limited || !format_nodes(m, only, list, sizeof(list)))
		return;
	if (start &&
		!eal_add(b, EAL_SOCKET_MEM, list,
			"MB per NUMA node: the container's hugepage limit less what is used, capped by what "
			"is free%s; on the nodes of NICs and lcores first",
			is_static(b) ? ", and without a limit by 1024" : ""))
		return;
	if (!is_static(b))
		(void)eal_add(b, EAL_SOCKET_LIMIT, list,
			"MB per NUMA node: EAL does not see the container's limit and would run into it");
}

/* Each page is a file descriptor, unless pages share one. */
static void descriptors(struct eal *b, const struct memory_plan *m)
{
	uint64_t pages = 0;

	for (size_t i = 0; i < m->n; i++)
		pages += m->shares[i].total;
	if (pages + FILES_SPARE > b->facts->source.nofile)
		(void)eal_add(b, EAL_SINGLE_FILE, NULL,
			"%" PRIu64 " pages, a descriptor each, and RLIMIT_NOFILE is %" PRIu64,
			pages, b->facts->source.nofile);
}

static void prefix(struct eal *b, const char *why)
{
	(void)eal_add(b, EAL_FILE_PREFIX, b->facts->instance,
		"%s: unique to this process on this node (PID namespace and PID)", why);
}

static void in_memory(struct eal *b, const struct memory_plan *m)
{
	(void)eal_add(b, EAL_IN_MEMORY, NULL,
		"hugepages without a mount: nothing is left behind, no name can collide");
	/* Page by page EAL turns to another size where one is refused; all at once it gives up. */
	amount(b, m, NULL, !m->foreign);
	descriptors(b, m);
	if (m->foreign)
		eal_note(b,
			"memory is not taken at the start, for EAL would take free hugepages of %" PRIu64
			" kB, more than this container may: mount an emptyDir of medium HugePages-<size>",
			m->foreign >> 10);
}

static void files(struct eal *b, const struct memory_plan *m)
{
	const struct share *s = &m->shares[m->best];

	(void)eal_add(b, EAL_HUGE_DIR, s->size->mount,
		"pages of %" PRIu64
		" kB alone: this mount has them and this container may take them",
		s->size->size >> 10);
	prefix(b, "names of files on a shared mount");
	(void)eal_add(b, EAL_HUGE_UNLINK, eal_version_below(b, 22, 3) ? NULL : "always",
		"files vanish at once: nothing is left when the process dies");
	amount(b, m, s, true);
	if (s->total + FILES_SPARE > b->facts->source.nofile)
		eal_note(b,
			"%" PRIu64
			" hugepages are a file descriptor each, and RLIMIT_NOFILE is %" PRIu64
			": raise it, or use larger pages",
			s->total, b->facts->source.nofile);
}

static void ordinary(struct eal *b, uint64_t unused)
{
	uint64_t mb = ORDINARY;
	char text[32];

	if (b->facts->memory_limit / 2 / MB < mb)
		mb = b->facts->memory_limit / 2 / MB;
	if (mb < ORDINARY_MIN)
		mb = ORDINARY_MIN;
	(void)snprintf(text, sizeof(text), "%" PRIu64, mb);
	(void)eal_add(b, EAL_NO_HUGE, NULL, "%s",
		unused ? "hugepages cannot be kept here: see the remark"
		       : "this container can take no hugepage");
	(void)eal_add(b, EAL_MEGABYTES, text,
		"MB of ordinary memory, counted once touched; at most half the memory limit");
	if (eal_runtime_dir(b)->writable)
		prefix(b, "names in EAL's runtime directory");
	if (b->physical)
		eal_note(b,
			"%s: without hugepages a device that wants physical addresses gets none: "
			"request hugepages",
			b->why_physical);
	else if (b->vfio)
		eal_note(b,
			"VFIO without hugepages pins memory page by page and may fail: request them");
}

/* VFIO pins what it maps. */
static void check_memlock(struct eal *b, uint64_t bytes)
{
	const struct dpdkpod_facts *f = b->facts;

	if (b->vfio && !facts_may_lock_all(f) && f->source.memlock < bytes)
		eal_note(b,
			"VFIO locks the memory it maps, up to %" PRIu64
			" MB, and RLIMIT_MEMLOCK is %" PRIu64
			" kB (\"Cannot set up DMA remapping, error 12\"): add the capability IPC_LOCK or "
			"raise the container runtime's LimitMEMLOCK",
			bytes / MB, f->source.memlock >> 10);
}

static void remark_static(struct eal *b)
{
	const struct eal_given *g = eal_conflict(b, EAL_LEGACY_MEM, NULL);

	if (g && (g->id == EAL_LEGACY_MEM || g->id == EAL_NO_HUGE))
		return;
	eal_note(b,
		"the seccomp profile refuses get_mempolicy, and EAL keeps no hugepage that it takes as "
		"it runs (\"error allocating rte services array\"): %s, or add the capability SYS_NICE",
		g ? "give no --in-memory and no --match-allocations by hand"
		  : "mount an emptyDir of medium HugePages-<size> and it takes them at the start");
}

static void remark(struct eal *b, const struct memory_plan *m, bool insists)
{
	const struct eal_given *multi = eal_conflict(b, EAL_IN_MEMORY, NULL);

	if (m->bytes == 0)
		eal_note(b,
			"no hugepages%s: packet memory is not pinned and slower; request hugepages-2Mi or "
			"hugepages-1Gi in the pod (outside Kubernetes: vm.nr_hugepages)",
			insists ? ", though arguments given by hand count on them" : "");
	else if (is_static(b) && (m->best == m->n || eal_conflict(b, EAL_LEGACY_MEM, NULL)))
		remark_static(b);
	else if (multi && multi->id != EAL_IN_MEMORY && multi->id != EAL_NO_HUGE && m->best == m->n)
		eal_note(b,
			"arguments given by hand want hugepages as files, and no hugetlbfs is mounted here "
			"that this process can write to: mount an emptyDir of medium HugePages-<size>");
}

void eal_memory(struct eal *b)
{
	struct memory_plan m = {0};

	if (survey(b, &m) < 0)
		return;
	bool by_hand = eal_find(b, EAL_NO_HUGE);
	bool insists = !by_hand && eal_conflict(b, EAL_NO_HUGE, NULL);
	bool can_files = m.best < m.n && !eal_conflict(b, EAL_HUGE_DIR, NULL);
	bool can_memory = !is_static(b) && !eal_conflict(b, EAL_IN_MEMORY, NULL);
	bool has = m.bytes && (!is_static(b) || can_files);
	bool none = by_hand || (!has && !insists);

	if (!none && is_static(b))
		(void)eal_add(b, EAL_LEGACY_MEM, NULL,
			"the seccomp profile refuses get_mempolicy, which EAL asks for each page that it "
			"takes as it runs: it takes all of them at the start");
	if (none)
		ordinary(b, m.bytes);
	else if (can_memory && !((m.others || m.foreign) && can_files))
		in_memory(b, &m);
	else if (can_files)
		files(b, &m);
	else
		amount(b, &m, NULL, true);
	remark(b, &m, insists);
	check_memlock(b, none ? ORDINARY * MB : m.bytes);
	free(m.shares);
}
