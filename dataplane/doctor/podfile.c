/* SPDX-License-Identifier: Apache-2.0 */
/* The pod file: there, readable, ours? */
#include <errno.h>
#include <string.h>

#include "pod_checks.h"
#include "pod_doctor.h"
#include "kernel.h"
#include "file.h"

static void failed(const struct doctor *d, enum severity s, struct report *r)
{
	report_add(r, s, "%s", d->pod_error.message);
	report_meaning(r,
		"no interface is known from it, nor what kubelet assigned; what dpdk-pod "
		"can do is by the kernel and PCIDEVICE_* alone");
	if (d->pod_error.remedy[0])
		report_remedy(r, "%s", d->pod_error.remedy);
}

void check_podfile_missing(const void *subject, struct report *r)
{
	const struct doctor *d = subject;

	if (!d->pod && d->pod_error.errnum == ENOENT)
		failed(d, SEVERITY_WARNING, r);
}

void check_podfile_damaged(const void *subject, struct report *r)
{
	const struct doctor *d = subject;

	if (d->pod || d->pod_error.errnum == ENOENT || d->pod_error.errnum == EPROTONOSUPPORT)
		return;
	failed(d, SEVERITY_ERROR, r);
	report_remedy(r,
		"the plugin replaces it as a whole, so somebody in the pod wrote there: mount the "
		"volume dpdk-pod with readOnly: true, and delete the pod, so that it is published "
		"again");
}

void check_podfile_version(const void *subject, struct report *r)
{
	const struct doctor *d = subject;

	if (!d->pod && d->pod_error.errnum == EPROTONOSUPPORT)
		failed(d, SEVERITY_ERROR, r);
}

void check_podfile_foreign(const void *subject, struct report *r)
{
	const struct doctor *d = subject;
	const char *boot = d->pod ? d->pod->file.node.boot_id : NULL;
	char line[64];

	if (!boot || kernel_sysctl(d->facts->source.root, KERNEL_BOOT_ID, line, sizeof(line)) < 0 ||
		strcmp(line, boot) == 0)
		return;
	report_add(r, SEVERITY_WARNING,
		"%s: it was written on another node or before this one was started again (boot id "
		"%s, here %s)",
		d->pod->path, boot, line);
	report_meaning(r,
		"its devices, groups and CPUs are those of another machine or of the past");
	report_remedy(r,
		"do not copy pod files, nor keep them in an image or a persistent volume: "
		"mount the emptyDir \"dpdk-pod\"; by hand: let the plugin publish it "
		"again (DEL, ADD)");
}

void check_podfile_container(const void *subject, struct report *r)
{
	const struct doctor *d = subject;
	const char *named = facts_env(d->facts, "DPDK_POD_CONTAINER");
	const struct podfile_interface *i = NULL;

	if (!d->pod)
		return;
	for (size_t n = 0; !i && n < d->pod->file.n_interfaces; n++)
		if (d->pod->file.interfaces[n].container)
			i = &d->pod->file.interfaces[n];
	if (named && d->pod->file.n_containers && !pod_own_container(d->pod))
		report_add(r, SEVERITY_WARNING,
			"DPDK_POD_CONTAINER: %s: the pod file knows no container of this name",
			named);
	else if (i && !d->pod->container)
		report_add(r, SEVERITY_WARNING,
			"pod file: which of its containers this is cannot be told, and interface "
			"%s is container %s's",
			i->name, i->container);
	else
		return;
	report_meaning(r,
		"interfaces that were allocated to one container are not looked at here, "
		"and its CPUs and hugepages cannot be compared");
	report_remedy(r,
		"in each container: env: [{name: DPDK_POD_CONTAINER, value: \"the "
		"container's name in the pod\"}]");
}
