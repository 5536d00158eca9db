/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel, the IOMMU and VFIO. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "checks.h"
#include "driver.h"
#include "file.h"
#include "iommu.h"
#include "mem.h"
#include "doctor_node.h"

#define MIN_MAJOR 5
#define MIN_MINOR 14

void check_kernel(const void *subject, struct report *r)
{
	const struct node *n = subject;
	char release[KERNEL_RELEASE];
	int major, minor, rc = kernel_release(n->m.root, release, &major, &minor);

	if (rc < 0) {
		report_add(r, SEVERITY_NOTE, "kernel: its version cannot be read: %s",
			strerror(-rc));
		return;
	}
	if (major > MIN_MAJOR || (major == MIN_MAJOR && minor >= MIN_MINOR))
		return;
	report_add(r, SEVERITY_ERROR, "kernel %s: older than %d.%d", release, MIN_MAJOR, MIN_MINOR);
	report_meaning(r,
		"dpdk-cni proves network namespaces by their cookie and devices by their "
		"parent's name, which older kernels do not tell: every ADD fails");
	report_remedy(r, "install a kernel of %d.%d or newer and boot it", MIN_MAJOR, MIN_MINOR);
}

enum vendor { INTEL, AMD, OTHER };

static enum vendor cpu_vendor(int rootfd)
{
	if (kernel_cpu_says(rootfd, "GenuineIntel"))
		return INTEL;
	return kernel_cpu_says(rootfd, "AuthenticAMD") ? AMD : OTHER;
}

static bool says(const char *value, const char *word)
{
	return value && strstr(value, word);
}

static void iommu_remedy(const struct node *n, struct report *r)
{
	static const char *const names[] =
		{[INTEL] = "VT-d", [AMD] = "AMD-Vi (IOMMU)", [OTHER] = "the SMMU"};
	const char *intel = cmdline_get(&n->cmdline, "intel_iommu");
	const char *amd = cmdline_get(&n->cmdline, "amd_iommu");
	const char *any = cmdline_get(&n->cmdline, "iommu");

	if (says(intel, "off") || says(amd, "off") || says(any, "off"))
		report_remedy(r,
			"remove %s=%s from the kernel's command line (GRUB_CMDLINE_LINUX "
			"in /etc/default/grub, then update-grub) and reboot",
			says(intel, "off")         ? "intel_iommu"
				: says(amd, "off") ? "amd_iommu"
						   : "iommu",
			says(intel, "off")         ? intel
				: says(amd, "off") ? amd
						   : any);
	else if (cpu_vendor(n->m.root) == INTEL && !says(intel, "on"))
		report_remedy(r,
			"add intel_iommu=on iommu=pt to the kernel's command line "
			"(GRUB_CMDLINE_LINUX in /etc/default/grub, then update-grub), enable VT-d "
			"in the firmware, and reboot; a virtual machine needs a virtual IOMMU of "
			"its hypervisor");
	else
		report_remedy(r,
			"enable %s in the firmware and reboot; a virtual machine needs a "
			"virtual IOMMU of its hypervisor",
			names[cpu_vendor(n->m.root)]);
}

void check_iommu(const void *subject, struct report *r)
{
	const struct node *n = subject;

	if (n->iommu_groups)
		return;
	report_add(r, SEVERITY_WARNING,
		"IOMMU: it is off or absent: /sys/kernel/iommu_groups has "
		"no group");
	report_meaning(r,
		"vfio-pci cannot give a NIC to a pod safely, so mode vfio fails; "
		"networks of mode netdev work");
	iommu_remedy(n, r);
}

void check_passthrough(const void *subject, struct report *r)
{
	const struct node *n = subject;
	char type[IOMMU_TYPE];

	for (size_t i = 0; i < n->nics.n; i++) {
		const struct nics_item *nic = &n->nics.items[i];

		if (nic->pci.iommu_group == CODEC_ABSENT || nic->pci.pf[0])
			continue;
		iommu_type(n->m.root, nic->pci.iommu_group, type);
		if (strncmp(type, "DMA", 3) != 0)
			continue;
		report_add(r, SEVERITY_NOTE, "NIC %s: its IOMMU group %lld is of type %s",
			nic->pci.address, (long long)nic->pci.iommu_group, type);
		report_meaning(r,
			"the kernel's drivers map and unmap every packet through the "
			"IOMMU, which costs them throughput; a DPDK program on vfio-pci does not "
			"care");
		report_remedy(r, "add iommu=pt to the kernel's command line and reboot");
		return; /* it is one setting for all */
	}
}

void check_noiommu(const void *subject, struct report *r)
{
	const struct node *n = subject;

	if (!iommu_unsafe(n->m.root))
		return;
	report_add(r, n->iommu_groups ? SEVERITY_ERROR : SEVERITY_WARNING,
		"vfio: enable_unsafe_noiommu_mode is Y, and the machine has %zu IOMMU groups",
		n->iommu_groups);
	if (n->iommu_groups)
		report_meaning(r,
			"DPDK takes the flag for \"there is no IOMMU\" and demands "
			"physical addresses, which a pod may not look up: its programs end in EAL");
	else
		report_meaning(r,
			"a pod with such a NIC reads and writes all of the host's memory "
			"by DMA");
	report_remedy(r,
		"echo N > /sys/module/vfio/parameters/enable_unsafe_noiommu_mode, and "
		"remove it from /etc/modprobe.d and the kernel's command line");
}

void check_vfio(const void *subject, struct report *r)
{
	const struct node *n = subject;

	if (kernel_has_driver(n->m.root, DRIVER_VFIO_PCI))
		return;
	if (kernel_has_module_file(n->m.root, DRIVER_VFIO_PCI)) {
		report_add(r, SEVERITY_WARNING, "driver vfio-pci: it is not loaded");
		report_meaning(r,
			"a network of mode vfio fails with \"the driver vfio-pci is not "
			"loaded\"");
		report_remedy(r,
			"modprobe vfio-pci && echo vfio-pci > "
			"/etc/modules-load.d/dpdk.conf");
		return;
	}
	char release[KERNEL_RELEASE] = "";
	int major, minor;

	(void)kernel_release(n->m.root, release, &major, &minor);
	report_add(r, SEVERITY_WARNING,
		"driver vfio-pci: this kernel (%s) has none, neither built "
		"in nor as a module",
		release);
	report_meaning(r, "networks of mode vfio cannot work; those of mode netdev do");
	report_remedy(r,
		"install the package with the kernel's extra modules "
		"(linux-modules-extra-%s on Ubuntu), or boot a kernel with CONFIG_VFIO_PCI",
		release);
}

void check_swap(const void *subject, struct report *r)
{
	const struct node *n = subject;
	char device[128];

	if (!kernel_swap(n->m.root, device, sizeof(device)))
		return;
	const bool refuses = n->is_kubelet &&
		kubelet_config_is(&n->kubelet, "failSwapOn", "fail-swap-on", true);

	report_add(r, refuses ? SEVERITY_ERROR : SEVERITY_NOTE, "swap: %s is in use", device);
	if (refuses)
		report_meaning(r, "the kubelet does not start with swap (failSwapOn is true)");
	else
		report_meaning(r,
			"memory of a DPDK program that is not in hugepages may be paged "
			"out, and its threads then wait for a disk");
	report_remedy(r, "swapoff -a, and remove the swap line from /etc/fstab");
}
