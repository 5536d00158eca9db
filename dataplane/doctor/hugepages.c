/* SPDX-License-Identifier: Apache-2.0 */
/* Hugepages: what the machine has, what the control group grants, on which node. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cgroup.h"
#include "pod_checks.h"
#include "pod_doctor.h"
#include "hugepages.h"
#include "mem.h"
#include "nodes.h"
#include "process.h"
#include "units.h"

#define WORTH (UINT64_C(1) << 30) /* bytes of hugepages to advise */

/* What the pod asked for, by the pod file; 0: not known. */
static uint64_t requested(const struct doctor *d, uint64_t size)
{
	const struct podfile_container *own = pod_own_container(d->pod);
	char name[UNITS_LEN];
	uint64_t bytes = 0;

	/* an entry for each set of nodes */
	for (size_t i = 0; own && i < own->n_memory; i++)
		if (own->memory[i].type && own->memory[i].bytes > 0 &&
			strcmp(own->memory[i].type, units_resource(size, name)) == 0)
			bytes += (uint64_t)own->memory[i].bytes;
	return bytes;
}

static uint64_t machine_pages(const struct doctor *d)
{
	uint64_t n = 0;

	for (size_t i = 0; i < d->facts->n_sizes; i++)
		n += doctor_total_pages(d, &d->facts->sizes[i]);
	return n;
}

/* The page size to advise; where the kernel has none, that of most machines. */
static uint64_t advised_size(const struct doctor *d)
{
	uint64_t size = 0;

	for (size_t i = 0; i < d->facts->n_sizes; i++)
		size = hugepages_advised(size, d->facts->sizes[i].size);
	return size ? size : UINT64_C(2) << 20;
}

void check_hugepages_none(const void *subject, struct report *r)
{
	const struct doctor *d = subject;
	char kernel[UNITS_LEN], name[UNITS_LEN], amount[UNITS_LEN];
	uint64_t size = advised_size(d);

	if (machine_pages(d))
		return;
	report_add(r, doctor_uses_vfio(d) ? SEVERITY_ERROR : SEVERITY_WARNING,
		d->facts->n_sizes
			? "hugepages: this machine has none, of no size"
			: "hugepages: this kernel has none (no /sys/kernel/mm/hugepages here)");
	report_meaning(r,
		"EAL stops with \"Cannot get hugepage information\", unless it is told --no-huge, "
		"which is slower and which VFIO pins page by page");
	report_remedy(r,
		"on the node: hugepagesz=%s hugepages=%" PRIu64
		" on the kernel's command line, or now: echo "
		"%" PRIu64 " > /sys/kernel/mm/hugepages/hugepages-%" PRIu64
		"kB/nr_hugepages (and restart kubelet, which counts them at its start); in the "
		"container: resources.limits %s: %s, requests the same",
		units_kernel(size, kernel), hugepages_count(size, WORTH),
		hugepages_count(size, WORTH), size >> 10, units_resource(size, name),
		units_quantity(hugepages_count(size, WORTH) * size, amount));
}

static bool grants_any(const struct doctor *d)
{
	for (size_t i = 0; i < d->facts->n_sizes; i++)
		if (d->facts->sizes[i].limit.max >= d->facts->sizes[i].size &&
			doctor_total_pages(d, &d->facts->sizes[i]))
			return true;
	return false;
}

static void limit_of(const struct doctor *d, const struct facts_size *s, struct report *r)
{
	const struct cgroup_hugetlb *l = &s->limit;
	uint64_t want = requested(d, s->size);
	char size[UNITS_LEN], max[UNITS_LEN], other[UNITS_LEN], name[UNITS_LEN];

	(void)units_bytes(s->size, size);
	(void)units_bytes(l->max, max);
	(void)units_resource(s->size, name);
	if (l->max < want) {
		report_add(r, SEVERITY_ERROR,
			"%s hugepages: the control group allows %s, the pod was given %s", size,
			max, units_bytes(want, other));
		report_meaning(r,
			"EAL gets less than was planned (\"Cannot init memory\"); a program "
			"that touches a page beyond the limit by itself ends with SIGBUS");
		report_remedy(r,
			"delete the pod, so that it starts anew; if that does not help, the "
			"container runtime does not set hugetlb limits: update it");
	} else if (l->max >= s->size && l->max - l->current < s->size) {
		char comm[PROCESS_NAME], mapped[UNITS_LEN];
		uint64_t bytes;
		pid_t pid = process_of_hugepages(d->facts->source.root, &bytes);

		(void)units_bytes(l->current, other);
		/* The pod's own program has them: that is what they are for. */
		if (pid) {
			report_add(r, SEVERITY_NOTE,
				"%s hugepages: all that the control group allows is in use (%s of "
				"%s); process %d (%s) has mapped %s",
				size, other, max, (int)pid,
				process_name(d->facts->source.root, pid, comm),
				units_bytes(bytes, mapped));
			return;
		}
		report_add(r, SEVERITY_ERROR,
			"%s hugepages: all that the control group allows is in use (%s of %s), and "
			"no process that can be seen here has mapped any",
			size, other, max);
		report_meaning(r, "a DPDK program started now gets none");
		report_remedy(r,
			"remove what a program left behind (dpdk-pod doctor --check hugepages-leak), "
			"or end the one in another container that has them; else raise the "
			"container's limit %s",
			name);
	}
}

void check_hugepages_limit(const void *subject, struct report *r)
{
	const struct doctor *d = subject;
	const struct dpdkpod_facts *f = d->facts;
	char name[UNITS_LEN] = "";
	auto_free char *list = NULL;
	size_t len;

	if (!f->hugetlb_seen) {
		report_add(r, SEVERITY_NOTE,
			"hugepages: their limits cannot be seen: no control group with the "
			"controller hugetlb is mounted here");
		return;
	}
	for (size_t i = 0; i < f->n_sizes; i++)
		limit_of(d, &f->sizes[i], r);
	if (!machine_pages(d) || grants_any(d))
		return;
	FILE *out = open_memstream(&list, &len);

	for (size_t i = 0; out && i < f->n_sizes; i++) {
		char size[UNITS_LEN], max[UNITS_LEN];
		uint64_t pages = doctor_total_pages(d, &f->sizes[i]);

		(void)fprintf(out, "%s%s: %" PRIu64 " pages, limit %s", i ? "; " : "",
			units_bytes(f->sizes[i].size, size), pages,
			units_bytes(f->sizes[i].limit.max, max));
		if (pages && !*name)
			(void)units_resource(f->sizes[i].size, name);
	}
	if (!out || fclose(out) != 0)
		return;
	report_add(r, SEVERITY_ERROR,
		"hugepages: the control group allows none that the machine has (%s)", list);
	report_meaning(r,
		"kubelet sets the limit 0 for every size that the container does not "
		"request. EAL sees the machine's pages and not the limit, and stops with "
		"\"Cannot init memory\" or \"rte_service_init() failed\"; other programs "
		"end with SIGBUS at the first touch");
	report_remedy(r,
		"in the container: resources.limits %s: 1Gi, requests the same (with podman or "
		"docker: no hugetlb limit on the parent control group)",
		name);
}

void check_hugepages_rsvd(const void *subject, struct report *r)
{
	const struct doctor *d = subject;

	for (size_t i = 0; i < d->facts->n_sizes; i++) {
		const struct facts_size *s = &d->facts->sizes[i];
		const struct cgroup_hugetlb *l = &s->limit;
		uint64_t bytes = doctor_total_pages(d, s) * s->size;
		char size[UNITS_LEN], max[UNITS_LEN], all[UNITS_LEN];

		if (l->max == CGROUP_NO_LIMIT || l->max < s->size || l->rsvd != CGROUP_NO_LIMIT ||
			bytes <= l->max)
			continue;
		report_add(r, SEVERITY_WARNING,
			"%s hugepages: the control group limits use to %s but not reservation "
			"(rsvd.max is not set), and the machine has %s",
			units_bytes(s->size, size), units_bytes(l->max, max),
			units_bytes(bytes, all));
		report_meaning(r,
			"mmap of more than the limit succeeds, and touching it fails: in EAL "
			"with \"Cannot init memory\", in others with SIGBUS and no message");
		report_remedy(r,
			"start the program with dpdk-pod run, which tells EAL the limit "
			"(--socket-mem, --socket-limit); or update the container runtime: "
			"runc 1.1.10 and newer set both limits");
	}
}

void check_hugepages_free(const void *subject, struct report *r)
{
	const struct doctor *d = subject;

	for (size_t i = 0; i < d->facts->n_sizes; i++) {
		const struct facts_size *s = &d->facts->sizes[i];
		uint64_t total = doctor_total_pages(d, s), have = doctor_takeable(d, s);
		char size[UNITS_LEN], want[UNITS_LEN], got[UNITS_LEN];
		bool limited = s->limit.room != UINT64_MAX;

		if (s->limit.room < s->size || (!limited && (have || !total)) ||
			(limited && have >= s->limit.room / s->size * s->size))
			continue;
		(void)units_bytes(s->size, size);
		(void)units_bytes(have, got);
		if (limited)
			report_add(r, have ? SEVERITY_WARNING : SEVERITY_ERROR,
				"%s hugepages: this container may take %s, but %s are free on its "
				"nodes (the "
				"machine has %" PRIu64 " pages)",
				size, units_bytes(s->limit.room, want), got, total);
		else
			report_add(r, SEVERITY_ERROR,
				"%s hugepages: none of the machine's %" PRIu64
				" is free on this container's nodes",
				size, total);
		report_meaning(r,
			"EAL says \"Not enough memory available on socket\" or \"No free %" PRIu64
			" kB hugepages reported\"",
			s->size >> 10);
		report_remedy(r,
			"find who has them on the node (grep -l rtemap /proc/*/maps; ls "
			"/dev/hugepages), remove what dead programs left there, or reserve more: "
			"nr_hugepages in " NODES_DIR "/node*/hugepages/hugepages-%" PRIu64 "kB",
			s->size >> 10);
	}
}

/* Free bytes on one node, of all sizes that this container may take. */
static uint64_t free_on(const struct doctor *d, int node)
{
	const struct dpdkpod_facts *f = d->facts;
	uint64_t bytes = 0;

	for (size_t i = 0; i < f->n_pages; i++)
		for (size_t n = 0; n < f->n_sizes; n++)
			if (f->pages[i].node == node && f->sizes[n].size == f->pages[i].page_size &&
				f->sizes[n].limit.room >= f->sizes[n].size)
				bytes += f->pages[i].free_pages * f->pages[i].page_size;
	return bytes;
}

static void node_of(const struct doctor *d, const struct doctor_device *nic, struct report *r)
{
	auto_free char *mems = cpulist_format(&d->facts->mems);
	uint64_t elsewhere = 0, size = advised_size(d);
	char text[UNITS_LEN];
	int node = nic->d.node;
	struct cpulist memory;

	nodes_with_memory(d->facts->source.root, &memory);
	for (size_t i = 0; i < d->facts->n_sizes; i++)
		elsewhere += doctor_takeable(d, &d->facts->sizes[i]);
	if (!cpulist_has(&d->facts->mems, (unsigned int)node))
		report_add(r, SEVERITY_WARNING,
			"%s: %s is on NUMA node %d, this container may take memory of node %s only",
			nic->from, nic->d.bdf, node, mems ? mems : "");
	else if (elsewhere && !free_on(d, node))
		report_add(r, SEVERITY_WARNING,
			"%s: %s is on NUMA node %d, where no hugepage is free; elsewhere there are "
			"%s",
			nic->from, nic->d.bdf, node, units_bytes(elsewhere, text));
	else
		return;
	report_meaning(r,
		"packets would lie on another node than their NIC: every access crosses the "
		"interconnect; --socket-mem for the NIC's node fails");
	if (cpulist_has(&memory, (unsigned int)node))
		report_remedy(r,
			"on the node: Memory Manager policy Static and Topology Manager policy "
			"single-numa-node, and a Guaranteed pod; reserve pages there: echo %" PRIu64
			" > /sys/devices/system/node/node%d/hugepages/hugepages-%" PRIu64
			"kB/nr_hugepages",
			hugepages_count(size, WORTH), node, size >> 10);
	else
		report_remedy(r,
			"node %d has no memory at all: use a NIC of another one, or put memory "
			"modules into the slots of that socket",
			node);
}

void check_hugepages_node(const void *subject, struct report *r)
{
	const struct doctor *d = subject;

	for (size_t i = 0; i < d->n_devices; i++)
		if (d->devices[i].present && d->devices[i].d.node >= 0)
			node_of(d, &d->devices[i], r);
}
