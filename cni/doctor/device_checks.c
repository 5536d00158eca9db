/* SPDX-License-Identifier: Apache-2.0 */
/* NICs: their VFs, drivers, IOMMU groups and places. */
#include <string.h>

#include "bind.h"
#include "checks.h"
#include "driver.h"
#include "iommu.h"
#include "link.h"
#include "mem.h"
#include "doctor_node.h"

/* Of DPDK: what one program can open. */
#define VFIO_GROUPS_MAX 64

static const char *shown(const struct nics_item *nic, char buf[static 48])
{
	(void)snprintf(buf, 48, "%.23s%s%.15s", nic->pci.address, nic->netdev[0] ? " " : "",
		nic->netdev);
	return buf;
}

static bool any_vfs(const struct node *n)
{
	for (size_t i = 0; i < n->nics.n; i++)
		if (n->nics.items[i].pci.num_vfs > 0)
			return true;
	return false;
}

void check_vfs(const void *subject, struct report *r)
{
	const struct node *n = subject;
	/* One with VFs may be meant for pods, and the others not. */
	const enum severity s = any_vfs(n) ? SEVERITY_NOTE : SEVERITY_WARNING;
	char name[48];

	for (size_t i = 0; i < n->nics.n; i++) {
		const struct nics_item *nic = &n->nics.items[i];

		if (nic->total_vfs <= 0 || nic->pci.num_vfs > 0)
			continue;
		report_add(r, s, "NIC %s: it could have %lld VFs and has none", shown(nic, name),
			(long long)nic->total_vfs);
		report_meaning(r,
			"pods can share it by VFs only; as it is, one pod at most gets "
			"the whole NIC");
		report_remedy(r,
			"echo %d > /sys/bus/pci/devices/%s/sriov_numvfs, and at every "
			"boot by a udev rule or a systemd unit",
			nic->total_vfs < 8 ? (int)nic->total_vfs : 8, nic->pci.address);
	}
}

static void unbound(const struct node *n, const struct nics_item *nic, struct report *r)
{
	char override[PCI_DRIVER] = "";
	struct err why = ERR_INIT;

	if (bind_override(n->m.root, nic->pci.address, override, &why) < 0 &&
		why.code == ERR_AGAIN) {
		report_add(r, SEVERITY_WARNING, "VF %s of %s: it has no driver any more",
			nic->pci.address, nic->pci.pf);
		report_meaning(r,
			"%s: somebody unbinds it, and the kernel waits for that "
			"program",
			why.msg);
		report_remedy(r, "%s", why.remedy);
		return;
	}
	if (override[0]) {
		report_add(r, SEVERITY_WARNING,
			"VF %s of %s: it has no driver, though its "
			"driver_override is %s",
			nic->pci.address, nic->pci.pf, override);
		report_meaning(r,
			"no pod can use it: the driver is not loaded, or refused it "
			"(dmesg says why)");
		report_remedy(r, "modprobe %s && echo %s > /sys/bus/pci/drivers_probe", override,
			nic->pci.address);
		return;
	}
	report_add(r, SEVERITY_WARNING, "VF %s of %s: it has no driver", nic->pci.address,
		nic->pci.pf);
	report_meaning(r,
		"a device plugin does not offer it, and dpdk-cni gives it in mode vfio "
		"only where it may bind it");
	report_remedy(r,
		"for its kernel driver: echo %s > /sys/bus/pci/drivers_probe; for "
		"vfio-pci: echo vfio-pci > /sys/bus/pci/devices/%s/driver_override first",
		nic->pci.address, nic->pci.address);
}

void check_vf_driver(const void *subject, struct report *r)
{
	const struct node *n = subject;

	for (size_t i = 0; i < n->nics.n; i++) {
		const struct nics_item *nic = &n->nics.items[i];
		const char *driver = nic->pci.driver;
		const enum driver_kind kind = driver_kind(driver);

		if (nic->pci.pf[0] && kind == DRIVER_NONE) {
			unbound(n, nic, r);
		} else if (kind == DRIVER_UIO) {
			report_add(r, SEVERITY_WARNING, "NIC %s: it is with the driver %s",
				nic->pci.address, driver);
			report_meaning(r,
				"without an IOMMU behind it a pod with this NIC can read "
				"and write all of the host's memory, and it needs /sys writable, "
				"which containers do not have");
			report_remedy(r,
				"echo vfio-pci > /sys/bus/pci/devices/%s/driver_override; "
				"echo %s > /sys/bus/pci/drivers/%s/unbind; echo %s "
				"> /sys/bus/pci/drivers_probe",
				nic->pci.address, nic->pci.address, driver, nic->pci.address);
		} else if (nic->pci.pf[0] && kind == DRIVER_STUB) {
			report_add(r, SEVERITY_WARNING, "VF %s of %s: it is with the driver %s",
				nic->pci.address, nic->pci.pf, driver);
			report_meaning(r,
				"that driver only keeps it for virtual machines: no pod "
				"can use it");
			report_remedy(r,
				"echo %s > /sys/bus/pci/drivers/%s/unbind; echo %s "
				"> /sys/bus/pci/drivers_probe",
				nic->pci.address, driver, nic->pci.address);
		}
	}
}

static size_t unbound_vfs(const struct node *n, const char *pf)
{
	size_t count = 0;

	for (size_t i = 0; i < n->nics.n; i++)
		count += strcmp(n->nics.items[i].pci.pf, pf) == 0 &&
			!n->nics.items[i].pci.driver[0];
	return count;
}

/* Off is right for who binds VFs by hand; where that was not done it is the reason. */
void check_vf_autoprobe(const void *subject, struct report *r)
{
	const struct node *n = subject;
	char name[48];

	for (size_t i = 0; i < n->nics.n; i++) {
		const struct nics_item *nic = &n->nics.items[i];
		const size_t idle = nic->total_vfs > 0 && !nic->autoprobe
			? unbound_vfs(n, nic->pci.address)
			: 0;

		if (!idle)
			continue;
		report_add(r, SEVERITY_WARNING,
			"NIC %s: sriov_drivers_autoprobe is 0, and %zu of "
			"its VFs have no driver",
			shown(nic, name), idle);
		report_meaning(r,
			"they get none by themselves, and by hand only the one that "
			"driver_override names");
		report_remedy(r,
			"echo 1 > /sys/bus/pci/devices/%s/sriov_drivers_autoprobe, then "
			"for each VF: echo ADDRESS > /sys/bus/pci/drivers_probe; or write "
			"driver_override first",
			nic->pci.address);
	}
}

/* DPDK's drivers for these NICs work beside the kernel's, through verbs. */
void check_uverbs(const void *subject, struct report *r)
{
	const struct node *n = subject;
	char name[48];

	for (size_t i = 0; i < n->nics.n; i++) {
		const struct nics_item *nic = &n->nics.items[i];
		const char *module = driver_verbs_module(nic->pci.driver);

		if (!module || kernel_has_uverbs(n->m.root))
			continue;
		report_add(r, SEVERITY_WARNING,
			"NIC %s: it is with %s, and the machine has no "
			"RDMA verbs",
			shown(nic, name), nic->pci.driver);
		report_meaning(r,
			"DPDK drives it through /dev/infiniband/uverbs*, of which there "
			"is none");
		report_remedy(r,
			"modprobe -a ib_uverbs %s && printf 'ib_uverbs\\n%s\\n' > "
			"/etc/modules-load.d/dpdk-verbs.conf",
			module, module);
		return; /* it is one setting for all */
	}
}

void check_iommu_group(const void *subject, struct report *r)
{
	const struct node *n = subject;
	struct pci_device other;

	for (size_t i = 0; i < n->nics.n; i++) {
		const struct nics_item *nic = &n->nics.items[i];
		const bool vfio = driver_is_userspace(nic->pci.driver);

		/* A NIC that is the kernel's may share its group with whom it likes. */
		if ((!nic->pci.pf[0] && !vfio) || nic->pci.iommu_group == CODEC_ABSENT ||
			iommu_other(n->m.root, nic->pci.iommu_group, nic->pci.address, &other) <= 0)
			continue;
		report_add(r, SEVERITY_WARNING,
			"NIC %s: its IOMMU group %lld holds %s too "
			"(driver: %s)",
			nic->pci.address, (long long)nic->pci.iommu_group, other.address,
			other.driver[0] ? other.driver : "none");
		report_meaning(r,
			"VFIO gives out whole groups: two pods cannot have one each, and "
			"while the other one is with a kernel driver no pod can have this one in "
			"mode vfio");
		report_remedy(r,
			"enable ACS in the firmware, or put the NIC into a slot that the "
			"chipset separates (each VF then has a group of its own)");
	}
}

void check_nic_node(const void *subject, struct report *r)
{
	const struct node *n = subject;
	char name[48];

	if (!node_is_numa(n))
		return;
	for (size_t i = 0; i < n->nics.n; i++) {
		const struct nics_item *nic = &n->nics.items[i];

		if (nic->pci.numa_node != CODEC_ABSENT || nic->pci.pf[0])
			continue;
		report_add(r, SEVERITY_WARNING,
			"NIC %s: its NUMA node is unknown (-1), on a "
			"machine with %u nodes",
			shown(nic, name), cpulist_count(&n->nodes));
		report_meaning(r,
			"neither the kubelet nor DPDK can put CPUs and memory next to "
			"it");
		report_remedy(r,
			"update the firmware; if you know the node: echo NODE "
			"> /sys/bus/pci/devices/%s/numa_node after every boot",
			nic->pci.address);
	}
}

void check_pf_link(const void *subject, struct report *r)
{
	const struct node *n = subject;
	char name[48];

	for (size_t i = 0; i < n->nics.n; i++) {
		const struct nics_item *nic = &n->nics.items[i];

		if (nic->pci.num_vfs <= 0 || !nic->netdev[0] || !nic->is_down)
			continue;
		report_add(r, SEVERITY_WARNING, "PF %s: it has %lld VFs and is down",
			shown(nic, name), (long long)nic->pci.num_vfs);
		report_meaning(r,
			"most PFs give their VFs no link then: a DPDK program in the pod "
			"sees its port down");
		report_remedy(r,
			"ip link set %s up, and at every boot by the network "
			"configuration of the host",
			nic->netdev);
	}
}

void check_vfio_groups(const void *subject, struct report *r)
{
	const struct node *n = subject;
	struct cpulist groups = {0};

	for (size_t i = 0; i < n->nics.n; i++) {
		const struct pci_device *d = &n->nics.items[i].pci;

		if (driver_is_userspace(d->driver) && d->iommu_group != CODEC_ABSENT)
			cpulist_add(&groups, (unsigned int)d->iommu_group);
	}
	if (cpulist_count(&groups) <= VFIO_GROUPS_MAX)
		return;
	report_add(r, SEVERITY_NOTE, "VFIO: NICs of %u groups are with userspace drivers",
		cpulist_count(&groups));
	report_meaning(r,
		"one DPDK program opens at most %d groups: one that sees them all (a "
		"privileged pod, without -a) fails at the next",
		VFIO_GROUPS_MAX);
	report_remedy(r,
		"start such programs with dpdk-pod run, or give them -a for each device "
		"they need");
}
