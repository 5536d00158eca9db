/* SPDX-License-Identifier: Apache-2.0 */
/* CPUs: which ones, whose they are, and how near to the NICs. */
#include <stdio.h>
#include <string.h>

#include "pod_checks.h"
#include "pod_doctor.h"
#include "file.h"
#include "mem.h"
#include "nodes.h"

static const char guaranteed[] = "in every container of the pod: requests equal to limits for cpu "
				 "and memory, and a whole number of cpu here (resources: "
				 "{requests: {cpu: \"4\", memory: 1Gi}, limits: {cpu: \"4\", "
				 "memory: 1Gi}}); on the node: cpuManagerPolicy: static";

/* What the kernel grants: the cpuset, or without one the affinity. */
static const struct cpulist *granted(const struct doctor *d)
{
	return d->facts->cpuset_text ? &d->facts->cpuset : &d->facts->source.affinity;
}

void check_cpu_affinity(const void *subject, struct report *r)
{
	const struct dpdkpod_facts *f = ((const struct doctor *)subject)->facts;

	if (!f->cpuset_text) {
		report_add(r, SEVERITY_NOTE,
			"CPUs: the cpuset cannot be seen: no control group with the controller "
			"cpuset is mounted here");
		return;
	}
	if (cpulist_equal(&f->cpus, &f->cpuset))
		return;
	report_add(r, cpulist_empty(&f->cpus) ? SEVERITY_ERROR : SEVERITY_WARNING,
		"CPUs: the cpuset is %s, the affinity of this process only %s", f->cpuset_text,
		f->affinity_text);
	report_meaning(r,
		"EAL without -l, and dpdk-pod, take the affinity for all there is: fewer "
		"lcores, and often on the CPUs of the node's own services, for usually "
		"the container runtime hands its CPUAffinity of systemd down to "
		"containers (or a taskset did it)");
	report_remedy(r,
		"now: taskset -c %s dpdk-pod run …; for good, on the node: a drop-in for "
		"containerd or crio with CPUAffinity= of all CPUs, or a runtime that resets it "
		"(runc 1.2.7 or 1.3.1, crun 1.9.2)",
		f->cpuset_text);
}

void check_cpu_pin(const void *subject, struct report *r)
{
	const struct doctor *d = subject;
	auto_free char *list = cpulist_format(&d->trials.unpinnable);

	if (!d->trials.pin_error || !list)
		return;
	report_add(r, SEVERITY_ERROR, "CPUs %s: sched_setaffinity to each of them: %s", list,
		strerror(d->trials.pin_error));
	report_meaning(r,
		"EAL pins each of its threads and ends with \"Cannot init "
		"interrupt-handling thread\" or \"Cannot set affinity\"");
	report_remedy(r,
		"let the container's seccomp profile allow sched_setaffinity "
		"(securityContext.seccompProfile.type: RuntimeDefault does); if it is allowed, the "
		"cpuset changed under way: run the doctor again");
}

static bool parse_set(const char *text, struct cpulist *ret)
{
	return text && cpulist_parse(text, ret, NULL) == 0;
}

/* The containers whose CPUs the file knows, "a: 2-3, b: 4-5"; NULL where one of them is ours, or
 * one may be. */
static char *others(const struct doctor *d)
{
	const struct podfile *f = &d->pod->file;
	char *text = NULL;
	size_t len;
	bool ours = f->n_containers == 0;
	FILE *out = open_memstream(&text, &len);

	for (size_t i = 0; out && i < f->n_containers; i++) {
		struct cpulist set;

		ours |= !parse_set(f->containers[i].cpus, &set) || cpulist_equal(&set, granted(d));
		(void)fprintf(out, "%s%s: %s", i ? ", " : "", f->containers[i].name,
			f->containers[i].cpus ? f->containers[i].cpus : "?");
	}
	if (out && fclose(out) == 0 && !ours)
		return text;
	free(text);
	return NULL;
}

void check_cpu_podfile(const void *subject, struct report *r)
{
	const struct doctor *d = subject;
	const struct podfile_container *own = pod_own_container(d->pod);
	auto_free char *live = cpulist_format(granted(d)), *all = NULL;
	struct cpulist set;

	if (!d->pod || !live)
		return;
	if (own) {
		if (!parse_set(own->cpus, &set) || cpulist_equal(&set, granted(d)))
			return;
		report_add(r, SEVERITY_WARNING,
			"CPUs: kubelet gave container %s the CPUs %s, the kernel grants %s",
			own->name, own->cpus, live);
	} else {
		all = others(d);
		if (!all)
			return;
		report_add(r, SEVERITY_WARNING,
			"CPUs: the kernel grants %s, which is not a container's of the pod file (%s)",
			live, all);
	}
	report_meaning(r,
		"the assignment changed after the pod was attached, or the CPU manager's "
		"cpuset did not reach the container: others may run on these CPUs");
	report_remedy(r,
		"delete the pod, so that it is assigned anew; if it comes back, on the "
		"node: dpdk-cni doctor, and compare /var/lib/kubelet/cpu_manager_state");
}

/* A container that does not know its name: in the shared pool, if its CPUs are none that one of the
 * pod's containers has for itself. */
static bool in_shared_pool(const struct doctor *d)
{
	bool any = false;
	struct cpulist set;

	for (size_t i = 0; d->pod && i < d->pod->file.n_containers; i++) {
		const struct podfile_container *c = &d->pod->file.containers[i];

		if (c->exclusive == 0)
			any = true;
		else if (!parse_set(c->cpus, &set) || cpulist_equal(&set, granted(d)))
			return false;
	}
	return any;
}

/* The file is as old as the attachment. Exclusive CPUs are as many as the limit says. */
static bool looks_exclusive(const struct doctor *d)
{
	return d->facts->cpu_limit == 1000 * (int64_t)cpulist_count(granted(d));
}

void check_cpu_shared(const void *subject, struct report *r)
{
	const struct doctor *d = subject;
	const struct podfile_container *own = pod_own_container(d->pod);
	auto_free char *live = cpulist_format(granted(d));
	const char *name = own ? own->name : "this one";

	if (!live || (own ? own->exclusive != 0 : !in_shared_pool(d)))
		return;
	if (looks_exclusive(d)) {
		report_add(r, SEVERITY_NOTE,
			"CPUs %s: the pod file has container %s in the node's shared pool, and the "
			"kernel grants just as many CPUs as the limit says, as exclusive ones are",
			live, name);
		report_meaning(r,
			"the kubelet's CPU policy may have changed after the pod was attached; "
			"whether other pods run on these CPUs cannot be seen from here");
		report_remedy(r,
			"on the node: dpdk-cni doctor, and /var/lib/kubelet/cpu_manager_state; delete "
			"the pod, so that the file is written anew");
		return;
	}
	report_add(r, SEVERITY_WARNING,
		"CPUs %s: not exclusive, container %s runs in the node's shared pool", live, name);
	report_meaning(r,
		"a polling lcore shares its CPU with other pods: packets are lost while it waits");
	report_remedy(r, "%s", guaranteed);
}

void check_cpu_quota(const void *subject, struct report *r)
{
	const struct dpdkpod_facts *f = ((const struct doctor *)subject)->facts;
	unsigned int n = cpulist_count(&f->cpus);

	if (f->cpu_limit < 0 || (uint64_t)f->cpu_limit >= (uint64_t)n * 1000)
		return;
	report_add(r, SEVERITY_WARNING, "CPUs %s: %u of them, and a CPU limit of %d.%03d",
		f->cpus_text, n, (int)(f->cpu_limit / 1000), (int)(f->cpu_limit % 1000));
	report_meaning(r,
		"lcores that poll use all of their time: the kernel stops them for the rest of "
		"each period once the limit is spent; CPUs are pinned for whole numbers of cpu "
		"only");
	report_remedy(r, "%s; or fewer lcores: taskset -c … dpdk-pod run …", guaranteed);
}

/* Whoever runs in the shared pool has neighbours anyway. */
void check_cpu_siblings(const void *subject, struct report *r)
{
	const struct doctor *d = subject;
	const struct podfile_container *own = pod_own_container(d->pod);
	const struct cpulist *cpus = &d->facts->cpus;
	struct cpulist alone = {0}, theirs = {0}, set;

	cpulist_each (c, cpus) {
		if (nodes_siblings(d->facts->source.root, c, &set) < 0 ||
			cpulist_subset(&set, granted(d)))
			continue;
		cpulist_add(&alone, c);
		cpulist_or(&theirs, &set);
	}
	cpulist_andnot(&theirs, granted(d));
	auto_free char *mine = cpulist_format(&alone), *other = cpulist_format(&theirs);

	if (cpulist_empty(&alone) || (own && own->exclusive == 0) || !mine || !other)
		return;
	report_add(r, SEVERITY_WARNING, "CPUs %s: their hyperthread siblings %s belong to others",
		mine, other);
	report_meaning(r,
		"a neighbour on the same core takes up to half of an lcore's speed, at "
		"its own times");
	report_remedy(r,
		"on the node: cpuManagerPolicyOptions: {full-pcpus-only: \"true\"}, and "
		"an even number of cpu in the container");
}

void check_cpu_numa(const void *subject, struct report *r)
{
	const struct doctor *d = subject;

	for (size_t i = 0; i < d->n_devices; i++) {
		const struct doctor_device *nic = &d->devices[i];
		struct cpulist near;

		if (!nic->present || nic->d.node < 0 ||
			nodes_cpus(d->facts->source.root, (unsigned int)nic->d.node, &near) < 0 ||
			cpulist_meet(&near, &d->facts->cpus))
			continue;
		auto_free char *line = cpulist_format(&near);

		report_add(r, SEVERITY_WARNING,
			"%s: %s is on NUMA node %d, and none of the CPUs %s is", nic->from,
			nic->d.bdf, nic->d.node, d->facts->cpus_text);
		report_meaning(r, "every packet crosses the interconnect between the nodes");
		report_remedy(r,
			"on the node: topologyManagerPolicy: single-numa-node with "
			"cpuManagerPolicy: static; in the network: \"numa\": \"require\"; by hand: "
			"CPUs of %s",
			line ? line : "");
	}
}
