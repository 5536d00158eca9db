/* SPDX-License-Identifier: Apache-2.0 */
/* IOMMU groups: those of the devices, their other members, and how many there are. */
#include <string.h>

#include "pod_checks.h"
#include "codec.h"
#include "pod_doctor.h"
#include "iommu.h"

#define DPDK_GROUPS 64 /* RTE_VFIO_MAX_GROUPS of the packages */

void check_vfio_group(const void *subject, struct report *r)
{
	const struct doctor *d = subject;

	for (size_t i = 0; i < d->n_devices; i++) {
		const struct doctor_device *one = &d->devices[i];
		const struct podfile_interface *itf = one->interface;

		if (!one->present || one->d.kind != DRIVER_VFIO)
			continue;
		if (one->d.group < 0) {
			report_add(r, SEVERITY_ERROR, "%s: %s is with %s but in no IOMMU group",
				one->from, one->d.bdf, one->d.driver);
			report_meaning(r, "VFIO has no node for it: EAL skips the device");
			report_remedy(r,
				"on the node: switch the IOMMU on (VT-d or AMD-Vi in the firmware; "
				"intel_iommu=on iommu=pt on the kernel's command line)");
		} else if (itf && itf->iommu_group != CODEC_ABSENT &&
			itf->iommu_group != one->d.group) {
			report_add(r, SEVERITY_ERROR,
				"%s: %s was in IOMMU group %lld when the pod was attached, now it "
				"is in %d",
				one->from, one->d.bdf, (long long)itf->iommu_group, one->d.group);
			report_meaning(r,
				"the node that the container was given is not this device's");
			report_remedy(r,
				"delete the pod, so that it gets the node of today's "
				"group (the VF was made anew meanwhile)");
		}
	}
}

static void members_of(const struct doctor *d, const struct doctor_device *one, struct report *r)
{
	struct pci_device other;
	int found = iommu_hindrance(d->facts->source.root, one->d.group, one->d.bdf, &other);

	if (found < 0)
		report_add(r, SEVERITY_NOTE,
			"%s: the other devices of its IOMMU group %d cannot be seen: %s", one->from,
			one->d.group, strerror(-found));
	if (found <= 0)
		return;
	report_add(r, SEVERITY_ERROR,
		"%s: %s shares its IOMMU group %d with %s (%s), which the kernel drives", one->from,
		one->d.bdf, one->d.group, other.address, other.driver);
	report_meaning(r,
		"VFIO gives out whole groups only: \"VFIO group is not viable! Not all devices in "
		"IOMMU group bound to VFIO or unbound\"");
	report_remedy(r,
		"on the node: bind the group's other devices to vfio-pci too, or put the "
		"NIC into a slot with a group of its own (ACS)");
}

void check_vfio_viable(const void *subject, struct report *r)
{
	const struct doctor *d = subject;

	for (size_t i = 0; i < d->n_devices; i++)
		if (d->devices[i].present && d->devices[i].d.kind == DRIVER_VFIO &&
			d->devices[i].d.group >= 0)
			members_of(d, &d->devices[i], r);
}

void check_vfio_groups(const void *subject, struct report *r)
{
	const struct doctor *d = subject;
	struct cpulist groups = {0};

	for (size_t i = 0; i < d->n_devices; i++)
		if (d->devices[i].present && d->devices[i].d.kind == DRIVER_VFIO &&
			d->devices[i].d.group >= 0)
			cpulist_add(&groups, (unsigned int)d->devices[i].d.group);
	if (cpulist_count(&groups) <= DPDK_GROUPS)
		return;
	report_add(r, SEVERITY_ERROR,
		"VFIO: the devices are in %u IOMMU groups, DPDK opens %d at most",
		cpulist_count(&groups), DPDK_GROUPS);
	report_meaning(r, "EAL says \"Maximum number of VFIO groups reached!\" and skips the rest");
	report_remedy(r,
		"fewer devices in this container, or a DPDK built with a larger "
		"RTE_MAX_VFIO_GROUPS");
}
