/* SPDX-License-Identifier: Apache-2.0 */
/* Which CPUs are isolated, which keep house, and whether all who speak of it agree. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "file.h"
#include "mem.h"
#include "doctor_node.h"
#include "process.h"

/* "isolcpus=managed_irq,domain,2-7": the flags come first. */
static bool cmdline_cpus(const struct node *n, const char *key, struct cpulist *ret)
{
	const char *value = cmdline_get(&n->cmdline, key);

	if (!value)
		return false;
	while (*value && (*value < '0' || *value > '9') && strchr(value, ','))
		value = strchr(value, ',') + 1;
	*ret = (struct cpulist){0};
	return cpulist_parse(value, ret, NULL) == 0;
}

/* The CPUs that are set apart for pods: by isolcpus or nohz_full. */
static bool isolated(const struct node *n, struct cpulist *ret)
{
	kernel_cpus(n->m.root, "isolated", ret);
	if (!cpulist_empty(ret))
		return true;
	return cmdline_cpus(n, "isolcpus", ret) || cmdline_cpus(n, "nohz_full", ret);
}

static void differ(const struct node *n, const char *a, const char *b, struct report *r)
{
	struct cpulist x, y;

	if (!cmdline_cpus(n, a, &x) || !cmdline_cpus(n, b, &y) || cpulist_equal(&x, &y))
		return;
	report_add(r, SEVERITY_WARNING, "kernel command line: %s=%s but %s=%s", a,
		cmdline_get(&n->cmdline, a), b, cmdline_get(&n->cmdline, b));
	report_meaning(r,
		"CPUs that are in one set alone are half isolated: a DPDK worker there "
		"is still interrupted by the tick, by RCU, or by other threads");
	report_remedy(r, "give isolcpus, nohz_full and rcu_nocbs the same CPUs, and reboot");
}

void check_isolation(const void *subject, struct report *r)
{
	const struct node *n = subject;
	struct cpulist cpus;

	differ(n, "isolcpus", "nohz_full", r);
	differ(n, "isolcpus", "rcu_nocbs", r);
	if (!cmdline_get(&n->cmdline, "isolcpus"))
		differ(n, "nohz_full", "rcu_nocbs", r);
	if (!cmdline_cpus(n, "isolcpus", &cpus) || cpulist_subset(&cpus, &n->online))
		return;
	auto_free char *have = cpulist_format(&n->online);

	report_add(r, SEVERITY_WARNING,
		"kernel command line: isolcpus=%s names CPUs that are not "
		"online (%s are)",
		cmdline_get(&n->cmdline, "isolcpus"), have ? have : "");
	report_meaning(r, "the kernel ignores them; the command line may be of another machine");
	report_remedy(r, "correct isolcpus=, and reboot");
}

/* "ffffffff,00000003": words of 32 CPUs, the last one is of CPUs 0 to 31. */
static void mask_parse(const char *text, struct cpulist *ret)
{
	unsigned int bit = 0;

	*ret = (struct cpulist){0};
	for (size_t i = strlen(text); i > 0; i--) {
		const char digit[2] = {text[i - 1]};

		if (digit[0] == ',')
			continue;
		const unsigned long v = strtoul(digit, NULL, 16);

		for (unsigned int b = 0; b < 4; b++, bit++)
			if (v >> b & 1)
				cpulist_add(ret, bit);
	}
}

void check_irq_affinity(const void *subject, struct report *r)
{
	const struct node *n = subject;
	struct cpulist apart, irqs, keep = n->online;
	char mask[4096];

	if (!isolated(n, &apart) || kernel_irq_mask(n->m.root, mask, sizeof(mask)) < 0)
		return;
	mask_parse(mask, &irqs);
	cpulist_andnot(&keep, &apart);
	cpulist_and(&irqs, &apart);
	if (cpulist_empty(&irqs) || cpulist_empty(&keep))
		return;
	auto_free char *hit = cpulist_format(&irqs), *house = cpulist_format(&keep);

	report_add(r, SEVERITY_WARNING, "interrupts: new ones may go to the isolated CPUs %s",
		hit ? hit : "");
	report_meaning(r, "a DPDK worker there is interrupted by other devices");
	report_remedy(r,
		"add irqaffinity=%s to the kernel's command line and reboot (and keep "
		"irqbalance off the isolated CPUs)",
		house ? house : "");
}

/* Reserved for the system by the kubelet, against what the kernel and systemd keep free for pods. */
static void compare_isolated(const struct node *n, const struct cpulist *reserved, const char *text,
	struct report *r)
{
	struct cpulist apart, both, house = n->online;

	if (!isolated(n, &apart))
		return;
	cpulist_andnot(&house, &apart);
	if (cpulist_equal(reserved, &house) || cpulist_empty(&house))
		return;
	auto_free char *a = cpulist_format(&apart), *h = cpulist_format(&house);

	both = *reserved;
	cpulist_and(&both, &apart);
	report_add(r, SEVERITY_WARNING,
		"kubelet: reservedSystemCPUs is %s, but the kernel "
		"isolates %s",
		text, a ? a : "");
	if (cpulist_empty(&both))
		report_meaning(r,
			"pods get exclusive CPUs that the kernel does not isolate, and are "
			"disturbed there");
	else
		report_meaning(r,
			"isolated CPUs are left to the system, where no thread is balanced "
			"onto them");
	report_remedy(r,
		"set reservedSystemCPUs: \"%s\" in %s, drain the node, delete "
		"%s/cpu_manager_state and restart the kubelet; or change isolcpus= to match",
		h ? h : "", n->kubelet.path[0] ? n->kubelet.path : "the kubelet's configuration",
		n->kubelet_dir);
}

static void compare_systemd(const struct node *n, const struct cpulist *reserved, const char *text,
	struct report *r)
{
	struct cpulist init;

	if (process_cpus(n->m.root, 1, &init) < 0)
		return;
	cpulist_and(&init, &n->online);
	if (cpulist_equal(&init, &n->online) || cpulist_equal(&init, reserved))
		return;
	auto_free char *i = cpulist_format(&init);

	report_add(r, SEVERITY_WARNING,
		"kubelet: reservedSystemCPUs is %s, but the system's "
		"services run on %s (CPUAffinity of systemd)",
		text, i ? i : "");
	report_meaning(r, "services of the host run on CPUs that pods get for themselves");
	report_remedy(r, "set CPUAffinity=%s in /etc/systemd/system.conf, and reboot", text);
}

void check_kubelet_cpus(const void *subject, struct report *r)
{
	const struct node *n = subject;
	const char *text = kubelet_config_get(&n->kubelet, "reservedSystemCPUs", "reserved-cpus");
	struct cpulist reserved;

	if (!text || !*text)
		return;
	if (cpulist_parse(text, &reserved, NULL) < 0) {
		report_add(r, SEVERITY_ERROR,
			"kubelet: reservedSystemCPUs \"%s\" is not a list of "
			"CPUs",
			text);
		report_meaning(r, "the kubelet does not start");
		report_remedy(r, "write it as \"0-1,16\" in %s", n->kubelet.path);
		return;
	}
	if (!cpulist_subset(&reserved, &n->online)) {
		auto_free char *have = cpulist_format(&n->online);

		report_add(r, SEVERITY_ERROR,
			"kubelet: reservedSystemCPUs %s names CPUs that are "
			"not online (%s are)",
			text, have ? have : "");
		report_meaning(r, "the kubelet does not start");
		report_remedy(r, "correct it in %s", n->kubelet.path);
		return;
	}
	compare_isolated(n, &reserved, text, r);
	compare_systemd(n, &reserved, text, r);
}

static void look_affinity(const struct node *n, const char *name, int pid, struct report *r)
{
	struct cpulist may;

	if (pid <= 0 || process_cpus(n->m.root, pid, &may) < 0 || cpulist_subset(&n->online, &may))
		return;
	auto_free char *m = cpulist_format(&may), *all = cpulist_format(&n->online);

	report_add(r, SEVERITY_WARNING, "%s (process %d): it may use CPUs %s of %s", name, pid,
		m ? m : "", all ? all : "");
	report_meaning(r,
		"containers inherit that where the runtime does not set their CPUs, and "
		"a DPDK program then cannot set the affinity of its threads");
	report_remedy(r,
		"systemctl edit %s, add [Service] CPUAffinity=%s, then systemctl restart "
		"%s",
		name, all ? all : "", name);
}

void check_runtime_affinity(const void *subject, struct report *r)
{
	const struct node *n = subject;

	look_affinity(n, "containerd", n->containerd, r);
	look_affinity(n, "crio", n->crio, r);
	look_affinity(n, "kubelet", n->kubelet_pid, r);
}
