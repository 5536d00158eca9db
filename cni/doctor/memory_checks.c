/* SPDX-License-Identifier: Apache-2.0 */
/* Hugepages and locked memory. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "file.h"
#include "mem.h"
#include "doctor_node.h"
#include "nodes.h"
#include "process.h"
#include "units.h"

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

/* ---------------------------------------------------------------- the command line */

static bool is_static(const struct node *n)
{
	const char *policy = kubelet_config_get(&n->kubelet, "memoryManagerPolicy",
		"memory-manager-policy");

	return n->is_kubelet && n->kubelet.there && policy && strcmp(policy, "Static") == 0;
}

/* With the policy Static the kubelet remembers the machine's pages, and does not start where they are
 * others. */
#define FIRST 512
static const char *first(const struct node *n, char buf[static FIRST])
{
	buf[0] = '\0';
	if (is_static(n))
		(void)snprintf(buf, FIRST,
			"kubectl drain the node, systemctl stop kubelet, rm "
			"%s/memory_manager_state, for with memoryManagerPolicy: Static it does not "
			"start once they changed; then ",
			n->kubelet_dir);
	return buf;
}

/* Capacity is what it saw when it started. */
static const char *and_restart(const struct node *n)
{
	if (is_static(n))
		return "; then systemctl start kubelet";
	return n->is_kubelet ? "; then systemctl restart kubelet, which counts them when it starts"
			     : "";
}

/* -1: the machine has no such page size. */
static int64_t pages(const struct node *n, uint64_t size)
{
	int64_t sum = -1;

	for (size_t i = 0; i < n->hugepages.n; i++)
		if (n->hugepages.items[i].size == size)
			sum = (sum < 0 ? 0 : sum) + (int64_t)n->hugepages.items[i].total;
	return sum;
}

/* hugepages=16, or by node hugepages=0:8,1:8. */
static int64_t asked(const char *text)
{
	int64_t sum = 0;
	char *end;

	if (!strchr(text, ':'))
		return strtoll(text, NULL, 10);
	for (const char *p = text; (p = strchr(p, ':'));) {
		sum += strtoll(p + 1, &end, 10);
		p = end;
	}
	return sum;
}

static void compare_pages(const struct node *n, const char *size, uint64_t bytes, const char *count,
	struct report *r)
{
	const int64_t have = pages(n, bytes), want = asked(count);
	char text[UNITS_LEN];

	if (have < 0) {
		report_add(r, SEVERITY_WARNING,
			"kernel command line: hugepagesz=%s: this machine "
			"has no such page size",
			size);
		report_meaning(r,
			"the hugepages= after it has no effect, and 1G needs the CPU "
			"flag pdpe1gb");
		report_remedy(r, "use a size that /sys/kernel/mm/hugepages lists, and reboot");
	} else if (have < want) {
		report_add(r, SEVERITY_WARNING,
			"kernel command line: asks for %lld hugepages of "
			"%s, the machine has %lld",
			(long long)want, units_bytes(bytes, text), (long long)have);
		report_meaning(r,
			"there was no room for all at boot, or somebody gave some back "
			"since");
		report_remedy(r, "ask for fewer, or look for \"HugeTLB\" in dmesg");
	}
}

/* What it could not set, the kernel drops. */
static void compare_default(const struct node *n, const char *standard, struct report *r)
{
	const int64_t is = kernel_memory(n->m.root, "Hugepagesize");
	char text[UNITS_LEN];

	if (!standard || !is || units_parse(standard) == (uint64_t)is)
		return;
	report_add(r, SEVERITY_WARNING,
		"kernel command line: default_hugepagesz=%s, but the "
		"default is %s",
		standard, units_bytes((uint64_t)is, text));
	report_meaning(r,
		"the kernel did not take it: mounts and pods that name no size get the "
		"other one");
	report_remedy(r,
		"use a size that /sys/kernel/mm/hugepages lists (1G needs the CPU flag "
		"pdpe1gb), and reboot");
}

void check_hugepages_boot(const void *subject, struct report *r)
{
	const struct node *n = subject;
	const char *standard = cmdline_get(&n->cmdline, "default_hugepagesz");
	char size_now[32];
	const char *size = standard ? standard : size_now;
	bool open = false; /* a hugepagesz= that no hugepages= followed yet */

	(void)snprintf(size_now, sizeof(size_now), "%lldK",
		(long long)(kernel_memory(n->m.root, "Hugepagesize") / 1024));
	compare_default(n, standard, r);
	for (size_t i = 0; i < n->cmdline.n; i++) {
		const char *key = n->cmdline.args[i].key, *value = n->cmdline.args[i].value;

		if (strcmp(key, "hugepagesz") == 0) {
			size = value;
			open = true;
		} else if (strcmp(key, "hugepages") == 0) {
			compare_pages(n, size, units_parse(size), value, r);
			open = false;
		}
	}
	if (!open || units_parse(size) == 0 || pages(n, units_parse(size)) > 0)
		return;
	report_add(r, SEVERITY_WARNING,
		"kernel command line: hugepagesz=%s, but no hugepages= "
		"after it",
		size);
	report_meaning(r,
		"no page of that size is set aside; hugepages= counts for the "
		"hugepagesz= before it");
	report_remedy(r, "write hugepagesz=%s hugepages=COUNT in this order, and reboot", size);
}

/* ---------------------------------------------------------------- what is there */

#define WORTH (UINT64_C(2) << 30) /* bytes of hugepages that are advised on a node */

/* "echo 1024 > /sys/…/nr_hugepages", with a page size of this machine. */
static const char *echo_pages(const struct node *n, unsigned int node, char buf[static 128])
{
	uint64_t size = 0;

	for (size_t i = 0; i < n->hugepages.n; i++)
		size = hugepages_advised(size, n->hugepages.items[i].size);
	(void)snprintf(buf, 128,
		"echo %" PRIu64 " > " NODES_DIR "/node%u/hugepages/hugepages-%" PRIu64
		"kB/nr_hugepages",
		hugepages_count(size, WORTH), node, size >> 10);
	return buf;
}

/* The largest pages up to 1 GiB: what is set aside at boot need not be small. */
static uint64_t boot_size(const struct node *n)
{
	uint64_t size = 0;

	for (size_t i = 0; i < n->hugepages.n; i++)
		if (n->hugepages.items[i].size <= GIB && n->hugepages.items[i].size > size)
			size = n->hugepages.items[i].size;
	return size ? size : GIB;
}

void check_hugepages(const void *subject, struct report *r)
{
	const struct node *n = subject;

	char size[UNITS_LEN], echo[128], before[FIRST];

	if (hugepages_bytes(&n->hugepages, -1) > 0)
		return;
	if (!n->hugepages.n) {
		report_add(r, SEVERITY_ERROR, "hugepages: this kernel has none (CONFIG_HUGETLBFS)");
		report_remedy(r, "boot a distribution's kernel");
		return;
	}
	report_add(r, SEVERITY_ERROR,
		"hugepages: none is set aside, of no size and on no NUMA "
		"node");
	report_meaning(r,
		"pods cannot request hugepages, and a DPDK program without --no-huge "
		"ends in EAL");
	report_remedy(r,
		"%sadd default_hugepagesz=%s hugepagesz=%s hugepages=%" PRIu64 " to the kernel's "
		"command line and reboot; or, at run time: %s%s",
		first(n, before), units_kernel(boot_size(n), size), size,
		hugepages_count(boot_size(n), 16 * GIB), echo_pages(n, 0, echo), and_restart(n));
}

void check_hugepages_free(const void *subject, struct report *r)
{
	const struct node *n = subject;
	uint64_t total = 0, free_pages = 0;

	for (size_t i = 0; i < n->hugepages.n; i++) {
		total += n->hugepages.items[i].total;
		free_pages += n->hugepages.items[i].free;
	}
	if (total == 0 || free_pages > 0)
		return;
	report_add(r, SEVERITY_WARNING, "hugepages: all %" PRIu64 " are in use, none is free",
		total);
	report_meaning(r,
		"the next DPDK program finds none; files of programs that have ended "
		"hold them, too");
	report_remedy(r,
		"find their owners: grep -l "
		"'KernelPageSize: *\\(2048\\|1048576\\) kB' /proc/*/smaps; rm leftovers: "
		"ls /dev/hugepages/*map_*; or set more aside");
}

/* A node that has NICs and no hugepages, while another one has them. */
void check_hugepages_node(const void *subject, struct report *r)
{
	const struct node *n = subject;

	const uint64_t count = hugepages_count(boot_size(n), 8 * GIB);
	char size[UNITS_LEN], echo[128], zero[32], before[FIRST];
	struct cpulist memory;

	if (hugepages_bytes(&n->hugepages, -1) == 0)
		return;
	nodes_with_memory(n->m.root, &memory);
	(void)snprintf(zero, sizeof(zero), "0:%" PRIu64 ",", count);
	cpulist_each (i, &n->nodes) {
		const struct nics_item *nic = node_nic(n, i);

		if (!nic || hugepages_bytes(&n->hugepages, (int)i) > 0)
			continue;
		report_add(r, SEVERITY_WARNING, "NUMA node %u: it has no %s, but NIC %s%s%s", i,
			cpulist_has(&memory, i) ? "hugepages" : "memory", nic->pci.address,
			nic->netdev[0] ? " " : "", nic->netdev);
		report_meaning(r,
			"the buffers of a DPDK program on this NIC are on another node, "
			"and every packet crosses between them; a program that insists on its "
			"NIC's node finds no memory");
		if (cpulist_has(&memory, i))
			report_remedy(r, "%s%s%s; at boot: hugepagesz=%s hugepages=%s%u:%" PRIu64,
				first(n, before), echo_pages(n, i, echo), and_restart(n),
				units_kernel(boot_size(n), size), i ? zero : "", i, count);
		else
			report_remedy(r,
				"put memory modules into the slots of that socket, or the NIC into "
				"a slot of a socket that has some");
	}
}

/* ---------------------------------------------------------------- what containers get of it */

void check_hugetlb_cgroup(const void *subject, struct report *r)
{
	const struct node *n = subject;

	if ((!n->is_kubelet && !node_has_runtime(n)) || kernel_limits_hugepages(n->m.root))
		return;
	report_add(r, SEVERITY_WARNING, "control groups: the controller hugetlb is not available");
	report_meaning(r,
		"no limit holds a pod to the hugepages that it requested: one pod can "
		"take them all");
	report_remedy(r,
		"remove cgroup_disable=hugetlb from the kernel's command line, or boot a "
		"kernel with CONFIG_CGROUP_HUGETLB");
}

void check_shm_group(const void *subject, struct report *r)
{
	const struct node *n = subject;
	char gid[16];

	if (kernel_sysctl(n->m.root, "vm/hugetlb_shm_group", gid, sizeof(gid)) < 0 ||
		strcmp(gid, "0") == 0)
		return;
	report_add(r, SEVERITY_NOTE, "vm.hugetlb_shm_group: it is %s", gid);
	report_meaning(r,
		"every process with that group, in any container, may take hugepages by "
		"shmget; and root without CAP_IPC_LOCK, whose group is 0, may not");
	report_remedy(r, "if no program of yours needs it: sysctl -w vm.hugetlb_shm_group=0");
}

/* ---------------------------------------------------------------- locked memory */

/* CRI-O can give containers another limit than its own: default_ulimits = ["memlock=-1:-1"]. */
static bool crio_sets_memlock(int root)
{
	auto_free char *text = NULL;
	auto_dir DIR *d = file_opendir(root, "/etc/crio/crio.conf.d");
	bool set = false;

	if (file_read(root, "/etc/crio/crio.conf", FILE_IN_ROOT, 1u << 20, &text, NULL) == 0)
		set = strstr(text, "\"memlock=-1") != NULL;
	for (const char *name; d && !set && (name = file_next(d));) {
		auto_free char *more = NULL;

		if (file_read(dirfd(d), name, FILE_IN_ROOT, 1u << 20, &more, NULL) == 0)
			set = strstr(more, "\"memlock=-1") != NULL;
	}
	return set;
}

static void look_memlock(const struct node *n, const char *name, int pid, struct report *r)
{
	const uint64_t huge = hugepages_bytes(&n->hugepages, -1);
	uint64_t limit;
	int rc = pid > 0 ? process_memlock(n->m.root, pid, &limit) : -ESRCH;

	if (rc == -EACCES || rc == -EPERM)
		report_add(r, SEVERITY_NOTE,
			"%s (process %d): its limits cannot be read without "
			"root",
			name, pid);
	if (rc < 0 || limit == PROCESS_UNLIMITED)
		return;
	report_add(r, SEVERITY_WARNING,
		"%s (process %d): it may lock %" PRIu64 " KiB of memory, the "
		"machine has %" PRIu64 " MiB in hugepages",
		name, pid, limit >> 10, huge / MIB);
	report_meaning(r,
		"containers inherit that, and VFIO counts every page that a DPDK program "
		"maps for its NIC: without CAP_IPC_LOCK it ends with \"Cannot set up DMA "
		"remapping, error 12\"");
	if (strcmp(name, "crio") == 0)
		report_remedy(r,
			"write [crio.runtime] default_ulimits = [\"memlock=-1:-1\"] to "
			"/etc/crio/crio.conf.d/50-memlock.conf and systemctl restart crio; or give "
			"the container CAP_IPC_LOCK");
	else
		report_remedy(r,
			"systemctl edit %s, add [Service] LimitMEMLOCK=infinity, then "
			"systemctl restart %s; or give the container CAP_IPC_LOCK",
			name, name);
}

void check_runtime_memlock(const void *subject, struct report *r)
{
	const struct node *n = subject;

	look_memlock(n, "containerd", n->containerd, r);
	if (!crio_sets_memlock(n->m.root))
		look_memlock(n, "crio", n->crio, r);
}
