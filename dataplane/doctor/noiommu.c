/* SPDX-License-Identifier: Apache-2.0 */
/* Devices without an IOMMU, and the physical addresses that they (or a flag of vfio) call for. */
#include <errno.h>
#include <string.h>

#include "pod_checks.h"
#include "pod_doctor.h"

void check_noiommu(const void *subject, struct report *r)
{
	const struct doctor *d = subject;
	bool may = facts_cap(d->facts, FACTS_CAP_SYS_RAWIO);

	for (size_t i = 0; i < d->n_devices; i++) {
		const struct doctor_device *one = &d->devices[i];

		if (!one->present || one->d.kind != DRIVER_VFIO || !one->d.no_iommu)
			continue;
		report_add(r, may ? SEVERITY_WARNING : SEVERITY_ERROR,
			"%s: %s is with %s without an IOMMU%s", one->from, one->d.bdf,
			one->d.driver, may ? "" : ", and this process lacks CAP_SYS_RAWIO");
		report_meaning(r,
			may ? "the device reaches all memory of the machine: whoever has "
			      "it owns the node"
			    : "the kernel opens /dev/vfio/noiommu-* for that capability "
			      "only; the device reaches all memory of the machine");
		report_remedy(r,
			"on the node: an IOMMU (VT-d or AMD-Vi in the firmware, intel_iommu=on "
			"iommu=pt; in a virtual machine a virtual one)%s",
			may ? ""
			    : "; without: securityContext.capabilities.add: [SYS_RAWIO, SYS_ADMIN] "
			      "and runAsUser: 0");
	}
}

void check_unsafe_noiommu(const void *subject, struct report *r)
{
	const struct doctor *d = subject;
	size_t behind = 0;

	for (size_t i = 0; i < d->n_devices; i++)
		behind += d->devices[i].present && d->devices[i].d.kind == DRIVER_VFIO &&
			!d->devices[i].d.no_iommu;
	if (!behind || !iommu_unsafe(d->facts->source.root))
		return;
	report_add(r, SEVERITY_WARNING,
		"vfio: enable_unsafe_noiommu_mode is Y, and %zu of this container's devices have "
		"an IOMMU",
		behind);
	report_meaning(r,
		"DPDK then insists on physical addresses, which take CAP_SYS_ADMIN, also "
		"for devices that are safely behind the IOMMU");
	report_remedy(r,
		"on the node: echo N > /sys/module/vfio/parameters/enable_unsafe_noiommu_mode, and "
		"take it out of /etc/modprobe.d");
}

void check_iova_pa(const void *subject, struct report *r)
{
	const struct doctor *d = subject;
	int err = d->trials.pagemap_error;

	if (!err || !doctor_needs_physical(d))
		return;
	report_add(r, SEVERITY_ERROR,
		"physical addresses: this container's devices need them, and /proc/self/pagemap "
		"%s%s",
		err == EPERM ? "hides them" : "cannot be read: ",
		err == EPERM ? "" : strerror(err));
	report_meaning(r,
		"EAL stops with \"Cannot use IOVA as 'PA' since physical addresses are "
		"not available\"");
	report_remedy(r,
		"vfio-pci behind an IOMMU needs none (see the check noiommu, "
		"unsafe-noiommu or uio); without: securityContext.capabilities.add: "
		"[SYS_ADMIN] and runAsUser: 0");
}
