/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>

#include "checks.h"
#include "doctor.h"
#include "mem.h"
#include "doctor_node.h"

#define TEXT_WIDTH 100
#define NET_DIR "/etc/cni/net.d"

static const struct report_check table[] = {
	{"kernel", "the kernel is new enough", check_kernel},
	{"iommu", "the IOMMU is there and on", check_iommu},
	{"iommu-passthrough", "the kernel's own drivers bypass the IOMMU", check_passthrough},
	{"noiommu", "VFIO's unsafe mode without IOMMU is off", check_noiommu},
	{"vfio", "the driver vfio-pci is loaded", check_vfio},
	{"hugepages-boot", "what the kernel's command line says of hugepages came true",
		check_hugepages_boot},
	{"hugepages", "hugepages are set aside", check_hugepages},
	{"hugepages-free", "some hugepages are free", check_hugepages_free},
	{"hugepages-leftovers", "no hugepages are held by files of programs that ended",
		check_leftovers},
	{"hugepages-node", "every NUMA node with a NIC has hugepages", check_hugepages_node},
	{"hugetlb-cgroup", "control groups can limit hugepages", check_hugetlb_cgroup},
	{"hugetlb-shm-group", "no group takes hugepages by shmget", check_shm_group},
	{"swap", "no swap is in use", check_swap},
	{"isolation", "isolcpus, nohz_full and rcu_nocbs agree", check_isolation},
	{"irq-affinity", "interrupts stay off isolated CPUs", check_irq_affinity},
	{"vfs", "NICs with SR-IOV have VFs", check_vfs},
	{"vf-driver", "every VF has a driver that serves pods", check_vf_driver},
	{"vf-autoprobe", "new VFs get a driver", check_vf_autoprobe},
	{"pf-link", "PFs with VFs are up", check_pf_link},
	{"uverbs", "Mellanox NICs have RDMA verbs", check_uverbs},
	{"iommu-group", "NICs for pods share their IOMMU group with nobody", check_iommu_group},
	{"nic-node", "the NUMA node of every NIC is known", check_nic_node},
	{"vfio-groups", "no more VFIO groups than one program can open", check_vfio_groups},
	{"kubelet-config", "the kubelet's configuration can be read", check_kubelet_config},
	{"cpu-manager", "the kubelet gives pods CPUs of their own", check_cpu_manager},
	{"reserved-cpus", "reservedSystemCPUs, isolated CPUs and systemd's CPUAffinity agree",
		check_kubelet_cpus},
	{"memory-manager", "the kubelet gives pods memory of one node, and its sums are right",
		check_memory_manager},
	{"topology-manager", "the kubelet puts CPUs, memory and NICs of a pod together",
		check_topology_manager},
	{"kubelet-features", "no feature that DPDK pods need is switched off",
		check_kubelet_features},
	{"kubelet-state",
		"what the kubelet remembers is of its present policies, and of this machine",
		check_kubelet_state},
	{"seccomp", "pods may ask for the node of their memory", check_seccomp},
	{"runtime-memlock", "the container runtime may lock any amount of memory",
		check_runtime_memlock},
	{"runtime-affinity", "container runtime and kubelet may use every CPU",
		check_runtime_affinity},
	{"policy", "the node's policy is valid and root's alone", check_policy},
	{"cni-plugin", "the plugin is where runtimes look for it, and this very build",
		check_cni_plugin},
	{"cni-config", "networks of type dpdk-cni are valid", check_cni_config},
	{"cni-order", "no network of ours comes before the cluster's own", check_cni_order},
	{"cni-network", "each network of ours could serve an ADD now", check_cni_network},
	{"records", "every record of an attachment can be read", check_records},
	{"claims", "every claim has its record", check_claims},
	{"attachments", "every attachment's pod is alive and has its device", check_dead},
	{0},
};

enum { OPT_CHECK = CLI_LONG, OPT_LIST, OPT_JSON, OPT_KUBELET_CONFIG, OPT_NET_DIR, OPT_NET };

static const struct cli_option options[] = {
	{OPT_CHECK, "check", "ID", "this check alone; may be repeated"},
	{OPT_LIST, "list", NULL, "the ids of the checks, and what each looks at"},
	{OPT_JSON, "json", NULL, "the answer as JSON"},
	{OPT_KUBELET_CONFIG, "kubelet-config", "FILE",
		"the kubelet's configuration (default: the running kubelet's,\n"
		"else /var/lib/kubelet/config.yaml)"},
	{OPT_NET_DIR, "net-dir", "DIR",
		"where the runtime finds its networks (default: " NET_DIR ")"},
	{OPT_NET, "net", "FILE", "one network more (-: stdin)"},
	{0},
};

const struct cli cli_doctor = {
	.name = "dpdk-cni doctor",
	.summary = "Is this machine ready for DPDK pods?",
	.synopsis = "[OPTIONS]",
	.options = {options},
	.after = "Exit status: 0 fine, 3 warnings, 1 errors, 2 wrong usage.\n",
};

struct node_wish {
	const char **only;
	size_t n_only;
	bool json, list;
};

/* CLI_END, CLI_HELP or CLI_WRONG. */
static int read_options(int argc, char **argv, struct node_wish *o, struct node *n, struct err *e)
{
	const char *value;
	int c;

	while ((c = cli_next(&cli_doctor, argc, argv, &value, e)) >= 0 && c != CLI_HELP) {
		if (c == OPT_JSON)
			o->json = true;
		else if (c == OPT_LIST)
			o->list = true;
		else if (c == OPT_CHECK)
			o->only[o->n_only++] = value;
		else if (c == OPT_KUBELET_CONFIG)
			n->kubelet_path = value;
		else if (c == OPT_NET_DIR)
			n->net_dir = value;
		else
			n->net = value;
	}
	return c;
}

static int examine(struct node *n, const struct node_wish *o, struct report *r, struct err *e)
{
	int rc = node_open(n, e);

	if (rc == 0 && !o->n_only)
		return report_run(r, table, NULL, n, e);
	for (size_t i = 0; rc == 0 && i < o->n_only; i++)
		rc = report_run(r, table, o->only[i], n, e);
	if (rc == -ENOENT)
		e->code = ERR_ENV; /* a wrong call */
	return rc;
}

int verb_doctor(int argc, char **argv, char **ret_out, struct err *e)
{
	auto_free const char **only = calloc((size_t)argc, sizeof(*only));
	auto_node struct node n = NODE_INIT;
	auto_report struct report r = {0};
	struct node_wish o = {.only = only};

	if (!only)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "doctor");
	n.net_dir = NET_DIR;
	int rc = read_options(argc, argv, &o, &n, e);

	if (rc == CLI_HELP)
		return cli_help_to(&cli_doctor, ret_out, e);
	if (rc == CLI_WRONG)
		return -EINVAL;
	if (optind < argc)
		return cli_unexpected(&cli_doctor, argv[optind], e);
	if (o.list)
		return report_list(table, ret_out, e);
	rc = examine(&n, &o, &r, e);
	if (rc == 0)
		rc = o.json ? report_json(&r, ret_out, e) : report_text(&r, TEXT_WIDTH, ret_out, e);
	return rc < 0 ? rc : report_status(&r);
}
