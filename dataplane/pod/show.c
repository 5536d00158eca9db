/* SPDX-License-Identifier: Apache-2.0 */
/* dpdk-pod show: the pod file and the live facts. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "mem.h"
#include "show_live.h"
#include "units.h"

enum { OPT_LIVE = OPT_OWN };

static void print_bytes(uint64_t bytes)
{
	char buf[UNITS_LEN];

	printf("%s", units_bytes(bytes, buf));
}

static void print_text(const char *label, const char *value)
{
	if (value)
		printf("  %s %s", label, value);
}

static void print_number(const char *label, int value)
{
	if (value >= 0)
		printf("  %s %d", label, value);
}

static void print_interface(const struct dpdkpod_interface *i)
{
	printf("  %-10s %s", dpdkpod_interface_name(i),
		dpdkpod_interface_mode(i) == DPDKPOD_VFIO ? "vfio" : "netdev");
	print_text("pci", dpdkpod_interface_pci_address(i));
	print_text("auxiliary", dpdkpod_interface_auxiliary(i));
	print_text("driver", dpdkpod_interface_driver(i));
	print_number("node", dpdkpod_interface_numa_node(i));
	print_number("group", dpdkpod_interface_iommu_group(i));
	if (dpdkpod_interface_no_iommu(i) == 1)
		printf("  no-iommu");
	print_text("mac", dpdkpod_interface_mac(i));
	print_number("vlan", dpdkpod_interface_vlan(i));
	print_number("mtu", dpdkpod_interface_mtu(i));
	for (size_t n = 0; n < dpdkpod_interface_ip_count(i); n++)
		print_text("ip", dpdkpod_interface_ip_at(i, n));
	print_text("network", dpdkpod_interface_network(i));
	print_text("resource", dpdkpod_interface_resource(i));
	print_text("container", dpdkpod_interface_container(i));
	printf("\n");
}

static void print_pod(const struct dpdkpod *pod)
{
	const char *ns = dpdkpod_pod_namespace(pod), *name = dpdkpod_pod_name(pod);

	printf("Pod file      %s\n", dpdkpod_path(pod));
	if (name)
		printf("Pod           %s%s%s\n", ns ? ns : "", ns ? "/" : "", name);
	if (dpdkpod_container(pod))
		printf("Container     %s\n", dpdkpod_container(pod));
	printf("Interfaces    %zu\n", dpdkpod_interface_count(pod));
	for (size_t i = 0; i < dpdkpod_interface_count(pod); i++)
		print_interface(dpdkpod_interface_at(pod, i));
}

static void print_hugepages(const struct dpdkpod *pod, const struct dpdkpod_facts *f)
{
	for (size_t i = 0; i < dpdkpod_facts_hugepages_count(f); i++) {
		const struct dpdkpod_hugepages *h = dpdkpod_facts_hugepages_at(f, i);
		const char *mount = dpdkpod_facts_hugepages_mount(f, h->page_size);

		printf("Hugepages     ");
		print_bytes(h->page_size);
		printf(" on node %d: %" PRIu64 " of %" PRIu64 " free, this container may take ",
			h->node, h->free_pages, h->total_pages);
		print_bytes(dpdkpod_hugepages_allowed(pod, f, h->page_size));
		printf(mount ? ", mounted at %s\n" : ", not mounted\n", mount);
	}
}

static void print_capabilities(uint64_t caps)
{
	static const struct {
		int bit;
		const char *name;
	} known[] = {{12, "NET_ADMIN"}, {13, "NET_RAW"}, {14, "IPC_LOCK"}, {17, "SYS_RAWIO"},
		{21, "SYS_ADMIN"}, {23, "SYS_NICE"}, {39, "BPF"}};
	bool any = false;

	printf("Capabilities ");
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (caps >> known[i].bit & 1) {
			printf(" %s", known[i].name);
			any = true;
		}
	printf("%s\n", any ? "" : " none that DPDK uses");
}

static void print_facts(const struct dpdkpod *pod, const struct dpdkpod_facts *f)
{
	const char *cpuset = dpdkpod_facts_cpuset(f);

	printf("CPUs          %s (affinity %s, cpuset %s)\n", dpdkpod_facts_cpus(f),
		dpdkpod_facts_affinity(f), cpuset ? cpuset : "unknown");
	print_hugepages(pod, f);
	printf("Locked memory ");
	print_bytes(dpdkpod_facts_memlock(f));
	printf("\n");
	print_capabilities(dpdkpod_facts_capabilities(f));
}

static int print_json(const struct context *c)
{
	struct dpdkpod_error err = {0};
	auto_free char *text = NULL;

	if (dpdkpod_json(c->pod, c->facts, &text, &err) < 0) {
		err_print_text(stderr, "dpdk-pod: show", err.message, err.remedy);
		return STATUS_FAILED;
	}
	(void)fputs(text, stdout);
	return STATUS_OK;
}

static bool parse_pid(const char *text, pid_t *ret)
{
	char *end;
	long pid = strtol(text, &end, 10);

	if (end != text && !*end && pid > 0 && pid <= INT32_MAX) {
		*ret = (pid_t)pid;
		return true;
	}
	return false;
}

/* The pod file only names its NICs: one that nobody asked for may be missing or damaged. */
static int show_program(struct context *c, pid_t pid, bool json)
{
	struct dpdkpod_error err = {0};
	int r = dpdkpod_open(c->pod_file, &c->pod, &err);

	if (r == 0 || !c->pod_file)
		r = dpdkpod_facts_read(&c->facts, &err);
	if (r == 0)
		return show_live(c->facts, c->pod, pid, json);
	err_print_text(stderr, "dpdk-pod: show", err.message, err.remedy);
	return STATUS_FAILED;
}

static int run_show(const struct cli *self, int argc, char **argv)
{
	struct context c __attribute__((cleanup(context_free))) = {0};
	const char *value;
	bool json = false;
	pid_t pid = 0;
	int opt;

	while ((opt = context_next(&c, self, argc, argv, &value)) >= 0) {
		if (opt == OPT_JSON)
			json = true;
		else if (!parse_pid(value, &pid))
			return command_usage(self, "--live: \"%s\" is not a process ID", value);
	}
	if (opt == CLI_WRONG)
		return c.status;
	if (optind < argc)
		return command_usage(self, "unexpected argument \"%s\"", argv[optind]);
	if (pid)
		return show_program(&c, pid, json);
	int status = context_read(&c);

	if (status != STATUS_OK)
		return status;
	if (json)
		return print_json(&c);
	if (c.pod)
		print_pod(c.pod);
	print_facts(c.pod, c.facts);
	return STATUS_OK;
}

static const struct cli_option options[] = {
	{OPT_LIVE, "live", "PID",
		"show a running DPDK program instead: where its memory, threads\n"
		"and NICs are, what is locked, and what crosses a NUMA node"},
	{OPT_JSON, "json", NULL, "as JSON: the pod file as it is, and the facts"},
	{0},
};

const struct command command_show = {
	.cli = {.name = "dpdk-pod show",
		.summary = "Show the pod's interfaces and what the kernel grants this container.",
		.synopsis = "[OPTIONS]",
		.options = {options, context_file_options}},
	.run = run_show,
};
