/* SPDX-License-Identifier: Apache-2.0 */
/* Resource limits, and the memory policy that EAL asks for. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "pod_checks.h"
#include "pod_doctor.h"
#include "units.h"

#define SPARE_FILES 256           /* for all but hugepages */
#define RINGS (UINT64_C(4) << 20) /* of af_packet: two of 1024 frames of 2 KiB */

void check_memlock(const void *subject, struct report *r)
{
	const struct doctor *d = subject;
	const struct dpdkpod_facts *f = d->facts;
	char limit[UNITS_LEN], need[UNITS_LEN];
	bool vfio = doctor_uses_vfio(d);
	uint64_t want = vfio ? doctor_to_map(d) : RINGS;
	const char *caps = "";

	if (!vfio && (!doctor_uses_kernel(d) || !facts_may_change_links(f)))
		return; /* the rings of af_packet are locked, those of pcap are not */
	if (facts_may_lock_all(f) ||
		(f->init_userns && doctor_program_cap(d, FACTS_CAP_IPC_LOCK)) ||
		f->source.memlock >= want)
		return;
	if (facts_cap(f, FACTS_CAP_IPC_LOCK))
		caps = ", and CAP_IPC_LOCK does not count in a user namespace (/proc/self/uid_map)";
	(void)units_bytes(f->source.memlock, limit);
	(void)units_bytes(want, need);
	report_add(r, vfio ? SEVERITY_ERROR : SEVERITY_WARNING,
		"locked memory: RLIMIT_MEMLOCK is %s%s, %s are to be %s", limit, caps, need,
		vfio ? "mapped through VFIO" : "locked for each af_packet interface");
	if (vfio)
		report_meaning(r,
			"VFIO locks all memory that it maps: \"Cannot set up DMA "
			"remapping, error 12 (Cannot allocate memory)\"");
	else
		report_meaning(r,
			"the rings of af_packet are locked memory: dpdk-pod makes them smaller, "
			"and bursts overflow them; a program with rings of its own does not start");
	report_remedy(r,
		"a pod has no field for it. On the node: LimitMEMLOCK=infinity in a drop-in of "
		"containerd.service, default_ulimits = [\"memlock=-1:-1\"] for CRI-O; %s; podman and "
		"docker: --ulimit memlock=-1",
		f->init_userns ? "or in the container: securityContext.capabilities.add: "
				 "[IPC_LOCK], which counts for root"
			       : "or hostUsers: true in the pod, with the capability IPC_LOCK");
}

void check_nofile(const void *subject, struct report *r)
{
	const struct doctor *d = subject;
	uint64_t pages = 0, have = d->facts->source.nofile;

	for (size_t i = 0; i < d->facts->n_sizes; i++)
		pages += doctor_takeable(d, &d->facts->sizes[i]) / d->facts->sizes[i].size;
	if (have >= pages + SPARE_FILES)
		return;
	report_add(r, SEVERITY_WARNING,
		"open files: RLIMIT_NOFILE is %" PRIu64 ", %" PRIu64
		" hugepages may be taken and %d descriptors are for all else",
		have, pages, SPARE_FILES);
	report_meaning(r,
		"EAL keeps a descriptor open for each hugepage: \"Too many open files\" "
		"once they are used up");
	report_remedy(r,
		"ulimit -n %" PRIu64 " before the program (podman and docker: --ulimit nofile=…; "
		"containerd: LimitNOFILE), or hugepages of 1 GiB, or --single-file-segments",
		pages + SPARE_FILES);
}

/* Is there a page to be had that EAL keeps as a file? */
static bool has_pages(const struct doctor *d, bool mounted)
{
	for (size_t i = 0; i < d->facts->n_sizes; i++)
		if (doctor_takeable(d, &d->facts->sizes[i]) &&
			(!mounted || d->facts->sizes[i].mount))
			return true;
	return false;
}

static void no_nodes(const struct doctor *d, struct report *r)
{
	bool lost = has_pages(d, false) && !has_pages(d, true);

	report_add(r, lost ? SEVERITY_ERROR : SEVERITY_NOTE,
		"memory policy: get_mempolicy: %s: a seccomp profile refuses it", strerror(EPERM));
	report_meaning(r,
		lost ? "EAL asks it for the node of each hugepage that it takes as it runs, and gives "
		       "the page back: \"error allocating rte services array\", \"Cannot init "
		       "memory\". Static memory would do, and needs a hugetlbfs: there is none that "
		       "this process can write to"
		     : "EAL keeps no hugepage that it takes as it runs. dpdk-pod has it take them at the "
		       "start (--legacy-mem); a program started otherwise stops with \"error "
		       "allocating rte services array\" or \"Cannot init memory\"");
	report_remedy(r,
		"%ssecurityContext.capabilities.add: [SYS_NICE], with which the default profile "
		"allows it; or a profile of your own (securityContext.seccompProfile: {type: "
		"Localhost, localhostProfile: …})",
		lost ? "mount an emptyDir of medium HugePages-<size>, with fsGroup for a user other "
		       "than root; or "
		     : "");
}

void check_mempolicy(const void *subject, struct report *r)
{
	const struct doctor *d = subject;

	if (d->facts->source.mempolicy_refused) {
		no_nodes(d, r);
		return;
	}
	if (!d->trials.mbind_error || d->trials.mbind_error == ENOSYS)
		return;
	report_add(r, SEVERITY_WARNING, "memory policy: mbind: %s",
		strerror(d->trials.mbind_error));
	report_meaning(r, "programs cannot choose the NUMA node of their memory");
	report_remedy(r,
		"the default seccomp profile allows it with CAP_SYS_NICE alone: "
		"securityContext.capabilities.add: [SYS_NICE], or a profile of your own that "
		"allows set_mempolicy and mbind (securityContext.seccompProfile: {type: Localhost, "
		"localhostProfile: …})");
}
