/* SPDX-License-Identifier: Apache-2.0 */
/* The kubelet's configuration, as far as it decides which CPUs, memory and devices a pod gets. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "codec.h"
#include "file.h"
#include "json_pick.h"
#include "mem.h"
#include "doctor_node.h"
#include "units.h"

#define STATE_MAX (16u << 20)

static const char *file_of(const struct node *n)
{
	return n->kubelet.path[0] ? n->kubelet.path : "the kubelet's configuration";
}

static bool known(const struct node *n)
{
	return n->is_kubelet && n->kubelet.there;
}

static const char *policy(const struct node *n, const char *key, const char *flag,
	const char *otherwise)
{
	const char *p = kubelet_config_get(&n->kubelet, key, flag);

	return p && *p ? p : otherwise;
}

void check_kubelet_config(const void *subject, struct report *r)
{
	const struct node *n = subject;

	if (n->kubelet_err.code != ERR_NONE) {
		report_err(r, node_severity(&n->kubelet_err), &n->kubelet_err);
		report_meaning(r, "what it says of CPUs, memory and devices could not be checked");
		report_remedy(r, "name the kubelet's configuration with --kubelet-config FILE");
		return;
	}
	const char *dir = kubelet_config_get(&n->kubelet, "", "config-dir");

	if (!dir)
		return;
	report_add(r, SEVERITY_NOTE,
		"kubelet: it takes further settings from %s, which were not "
		"looked at",
		dir);
	report_remedy(r,
		"compare what is said below with kubectl get --raw "
		"/api/v1/nodes/NODE/proxy/configz");
}

static bool is_static(const struct node *n)
{
	return strcmp(policy(n, "cpuManagerPolicy", "cpu-manager-policy", "none"), "static") == 0;
}

/* The amounts of both, in thousandths of a CPU. */
static int64_t reserved_cpu(const struct node *n)
{
	static const char *const where[][2] = {{"kubeReserved", "kube-reserved"},
		{"systemReserved", "system-reserved"}};
	int64_t sum = 0, v;
	char text[64];

	for (size_t i = 0; i < ARRAY_SIZE(where); i++)
		if (kubelet_config_part(&n->kubelet, where[i][0], where[i][1], "cpu", text,
			    sizeof(text)) &&
			quantity_parse(text, QUANTITY_MILLI, &v) == 0)
			sum += v;
	return sum;
}

static void look_options(const struct node *n, struct report *r)
{
	char value[16] = "";

	if (!kernel_has_smt(n->m.root) ||
		(kubelet_config_part(&n->kubelet, "cpuManagerPolicyOptions",
			 "cpu-manager-policy-options", "full-pcpus-only", value, sizeof(value)) &&
			strcmp(value, "true") == 0))
		return;
	report_add(r, SEVERITY_NOTE,
		"kubelet: CPU Manager static without full-pcpus-only, and "
		"cores have two threads here");
	report_meaning(r,
		"a pod may share a core with another pod, whose load then slows its DPDK "
		"workers");
	report_remedy(r,
		"set cpuManagerPolicyOptions: {full-pcpus-only: \"true\"} in %s, drain "
		"the node, delete %s/cpu_manager_state and restart the kubelet",
		file_of(n), n->kubelet_dir);
}

void check_cpu_manager(const void *subject, struct report *r)
{
	const struct node *n = subject;
	const char *p = policy(n, "cpuManagerPolicy", "cpu-manager-policy", "none");
	const char *cpus = kubelet_config_get(&n->kubelet, "reservedSystemCPUs", "reserved-cpus");

	if (!known(n))
		return;
	if (!is_static(n)) {
		report_add(r, SEVERITY_WARNING, "kubelet: cpuManagerPolicy is %s", p);
		report_meaning(r,
			"no pod gets CPUs of its own: DPDK workers share theirs with all "
			"other pods, and lose packets whenever they are preempted");
		report_remedy(r,
			"set cpuManagerPolicy: static and reservedSystemCPUs in %s, drain "
			"the node, stop the kubelet, delete %s/cpu_manager_state and start it",
			file_of(n), n->kubelet_dir);
		return;
	}
	if ((!cpus || !*cpus) && reserved_cpu(n) == 0) {
		report_add(r, SEVERITY_ERROR,
			"kubelet: cpuManagerPolicy is static, and no CPU is "
			"reserved");
		report_meaning(r,
			"the kubelet does not start: the static policy needs a "
			"reservation");
		report_remedy(r,
			"set reservedSystemCPUs: \"0-1\" (or systemReserved: {cpu: "
			"\"2\"}) in %s",
			file_of(n));
		return;
	}
	look_options(n, r);
}

void check_topology_manager(const void *subject, struct report *r)
{
	const struct node *n = subject;
	const char *p = policy(n, "topologyManagerPolicy", "topology-manager-policy", "none");

	if (!known(n) || !node_is_numa(n) || strcmp(p, "none") != 0)
		return;
	report_add(r, SEVERITY_WARNING,
		"kubelet: topologyManagerPolicy is none, on a machine with "
		"%u NUMA nodes",
		cpulist_count(&n->nodes));
	report_meaning(r,
		"CPUs, hugepages and NIC of a pod come from any nodes, and its packets "
		"cross between them");
	report_remedy(r,
		"set topologyManagerPolicy: single-numa-node (or restricted, best-effort) "
		"in %s, and restart the kubelet",
		file_of(n));
}

/* ---------------------------------------------------------------- what it remembers */

struct remembered {
	char policy[64];
	char *machine; /* {"machineState": …} */
};

static int take_policy(const char *text, size_t len, void *arg, struct err *e)
{
	struct remembered *m = arg;

	(void)e;
	(void)snprintf(m->policy, sizeof(m->policy), "%.*s", (int)len, text);
	return 0;
}

static int take_machine(const char *text, size_t len, void *arg, struct err *e)
{
	struct remembered *m = arg;

	free(m->machine);
	if (asprintf(&m->machine, "{\"machineState\":%.*s}", (int)len, text) < 0) {
		m->machine = NULL;
		return err_sys(e, ERR_INTERNAL, ENOMEM, "memory_manager_state");
	}
	return 0;
}

/* What the Memory Manager saw of the machine: {node: {memoryMap: {type: {total}}}}. */
struct amount {
	char *type; /* "hugepages-2Mi" */
	int64_t total;
};

struct cell {
	char *node;
	struct amount *amounts;
	size_t n;
};

struct cells {
	struct cell *items;
	size_t n;
};

static const struct codec_field amount_fields[] = {
	CODEC_INTEGER(struct amount, total, "total", 0, INT64_MAX),
	CODEC_END,
};

static const struct codec_field cell_fields[] = {
	CODEC_OBJMAP(struct cell, amounts, n, "memoryMap", struct amount, type, amount_fields),
	CODEC_END,
};

static const struct codec_field cells_fields[] = {
	CODEC_OBJMAP(struct cells, items, n, "machineState", struct cell, node, cell_fields),
	CODEC_END,
};

static const char start_anew[] = "kubectl drain the node, systemctl stop kubelet, rm %s, systemctl "
				 "start kubelet";

static void compare_pages(const struct cell *cell, const struct hugepages *h, const char *path,
	struct report *r)
{
	char name[UNITS_LEN], then[UNITS_LEN], now[UNITS_LEN];

	(void)units_resource(h->size, name);
	for (size_t k = 0; k < cell->n; k++) {
		const struct amount *a = &cell->amounts[k];

		if (strcmp(a->type, name) != 0 || a->total == CODEC_ABSENT ||
			(uint64_t)a->total == h->total * h->size)
			continue;
		report_add(r, SEVERITY_ERROR,
			"%s: NUMA node %d had %s of %s when the kubelet started, it has %s now",
			path, h->node, units_bytes((uint64_t)a->total, then), name,
			units_bytes(h->total * h->size, now));
		report_meaning(r,
			"the kubelet does not start again: \"the expected machine state is "
			"different from the real one\"");
		report_remedy(r, start_anew, path);
	}
}

/* As the kubelet does at its start. What is not known of a newer file is not compared. */
static void compare_machine(const struct node *n, const char *text, const char *path,
	struct report *r)
{
	struct cells cells;

	if (!text ||
		codec_decode(cells_fields, &cells, text, strlen(text), path, ERR_STATE, NULL) < 0)
		return;
	for (size_t i = 0; i < cells.n; i++)
		for (size_t k = 0; k < n->hugepages.n; k++)
			if (n->hugepages.items[k].node == strtol(cells.items[i].node, NULL, 10))
				compare_pages(&cells.items[i], &n->hugepages.items[k], path, r);
	codec_free(cells_fields, &cells);
}

static void judge_state(const struct node *n, int fd, const char *path, const char *policy_now,
	const char *key, struct report *r)
{
	struct remembered m = {""};
	const struct json_pick picks[] = {
		{.path = {"policyName"}, .plain = true, .take = take_policy, .arg = &m},
		{.path = {"machineState"}, .take = take_machine, .arg = &m},
	};
	struct err e = ERR_INIT;
	const bool damaged = json_pick_file(fd, STATE_MAX, picks, ARRAY_SIZE(picks), path, &e) < 0;
	auto_free char *machine = m.machine;

	if (!damaged && (!m.policy[0] || strcasecmp(m.policy, policy_now) == 0)) {
		compare_machine(n, machine, path, r);
		return;
	}
	if (damaged)
		report_add(r, SEVERITY_ERROR, "%s", e.msg);
	else
		report_add(r, SEVERITY_ERROR, "%s: it is of the policy %s, and %s is %s now", path,
			m.policy, key, policy_now);
	report_meaning(r, "the kubelet does not start with it");
	report_remedy(r, start_anew, path);
}

static void look_state(const struct node *n, const char *file, const char *policy_now,
	const char *key, struct report *r)
{
	char path[sizeof(n->kubelet_dir) + 32];

	(void)snprintf(path, sizeof(path), "%s/%s", n->kubelet_dir, file);
	auto_close int fd = file_open(n->m.root, path, O_RDONLY | O_NONBLOCK, 0, FILE_IN_ROOT);

	if (fd < 0 && fd != -ENOENT)
		report_add(r, SEVERITY_NOTE, "%s: it cannot be read: %s", path, strerror(-fd));
	if (fd >= 0)
		judge_state(n, fd, path, policy_now, key, r);
}

void check_kubelet_state(const void *subject, struct report *r)
{
	const struct node *n = subject;

	if (!known(n))
		return;
	look_state(n, "cpu_manager_state",
		policy(n, "cpuManagerPolicy", "cpu-manager-policy", "none"), "cpuManagerPolicy", r);
	look_state(n, "memory_manager_state",
		policy(n, "memoryManagerPolicy", "memory-manager-policy", "None"),
		"memoryManagerPolicy", r);
}

/* ---------------------------------------------------------------- features */

void check_kubelet_features(const void *subject, struct report *r)
{
	static const char *const needed[] = {"CPUManager", "MemoryManager", "TopologyManager",
		"DevicePlugins", "KubeletPodResources", "HugePages", "HugePageStorageMediumSize"};
	const struct node *n = subject;

	for (size_t i = 0; known(n) && i < ARRAY_SIZE(needed); i++) {
		char value[16];

		if (!kubelet_config_part(&n->kubelet, "featureGates", "feature-gates", needed[i],
			    value, sizeof(value)) ||
			strcasecmp(value, "false") != 0)
			continue;
		report_add(r, SEVERITY_WARNING, "kubelet: feature gate %s is off", needed[i]);
		report_meaning(r,
			"pods with NICs, exclusive CPUs or hugepages do not get them as "
			"they ask");
		report_remedy(r, "remove %s from featureGates in %s, and restart the kubelet",
			needed[i], file_of(n));
	}
}

void check_seccomp(const void *subject, struct report *r)
{
	const struct node *n = subject;

	if (!known(n) ||
		!kubelet_config_is(&n->kubelet, "seccompDefault", "seccomp-default", false))
		return;
	report_add(r, SEVERITY_WARNING, "kubelet: seccompDefault is true");
	report_meaning(r,
		"the runtime's default profile refuses get_mempolicy to pods without CAP_SYS_NICE, and "
		"DPDK keeps no hugepage that it takes as it runs: \"error allocating rte services "
		"array\". dpdk-pod has it take them at the start, which needs a hugetlbfs; programs "
		"started otherwise stop");
	report_remedy(r,
		"in pods with DPDK: start the program by dpdk-pod run and mount an emptyDir of medium "
		"HugePages-<size>; or securityContext.capabilities.add: [SYS_NICE]; or a profile of "
		"their own");
}
