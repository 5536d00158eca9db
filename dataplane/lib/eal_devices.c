/* SPDX-License-Identifier: Apache-2.0 */
/*
 * -a and --vdev: the interfaces of the pod file that are meant for this container, then what else it
 * was offered (offers.h). What the file lists must be there; the rest is remarked upon.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "eal_parts.h"
#include "mem.h"
#include "offers.h"

static void want_physical(struct eal *b, const char *why)
{
	b->physical = true;
	b->why_physical = why;
}

/* What a device in use means for the other arguments. */
static void account(struct eal *b, const struct device *d)
{
	if (d->auxiliary[0])
		b->auxiliary = true;
	else
		b->pci = true;
	if (d->node >= 0)
		cpulist_add(&b->nic_nodes, (unsigned int)d->node);
	if (d->kind == DRIVER_VFIO) {
		b->vfio = true;
		if (d->no_iommu)
			want_physical(b, "VFIO runs without an IOMMU");
		if (d->pf_vfio && !b->token_of[0])
			memcpy(b->token_of, d->bdf, sizeof(b->token_of));
	}
	if (d->kind == DRIVER_UIO)
		want_physical(b, "UIO drivers know no IOMMU");
}

/* source: where a device that is no interface is named. */
static void add_device(struct eal *b, const struct device *d, const struct podfile_interface *i,
	const char *source)
{
	const struct eal_given *g;

	account(b, d);
	if (i)
		(void)eal_add(b, EAL_ALLOW, d->bdf, "interface %s, %s on driver %s", i->name,
			i->network ? i->network : "its network", d->driver);
	else
		(void)eal_add(b, EAL_ALLOW, d->bdf, "named by %s, on driver %s", source, d->driver);
	g = d->auxiliary[0] ? NULL : eal_find(b, EAL_NO_PCI);
	if (g && i)
		eal_note(b, "%s: %s is left out: --no-pci was given", i->name, d->bdf);
	else if (i)
		eal_serve(b, i, d->auxiliary[0] ? d->auxiliary : d->bdf);
}

/* A container that does not know its name tells its own VFs by what it can open. */
static bool not_ours(const struct eal *b, const struct podfile_interface *i)
{
	return i->container && !dpdkpod_container(b->pod);
}

/* Who names devices by hand has chosen; what is not among them may be another container's. */
static bool chosen_otherwise(struct eal *b, const struct podfile_interface *i)
{
	return !i->container && eal_find(b, EAL_ALLOW) &&
		!eal_conflict(b, EAL_ALLOW, i->pci_address);
}

/* An interface that cannot be used: an error, unless it need not be. */
static int without(struct eal *b, const struct podfile_interface *i, struct err *why, struct err *e)
{
	if (not_ours(b, i))
		eal_note(b, "%s: left out, it belongs to container %s: %s", i->name, i->container,
			why->msg);
	else if (chosen_otherwise(b, i))
		eal_note(b, "%s: left out, -a was given for other devices: %s", i->name, why->msg);
	else if (device_elsewhere(b->facts, &b->pod->file, i))
		eal_note(b,
			"%s: left out, its node is not in this container while another interface's "
			"is: %s",
			i->name, why->msg);
	else {
		err_prefix(why, "%s", i->name);
		*e = *why;
		return -why->errnum;
	}
	return 0;
}

static int vfio_interface(struct eal *b, const struct podfile_interface *i, struct err *e)
{
	struct err why = ERR_INIT;
	struct device d;
	int r;

	if (!i->pci_address)
		return err_set(e, ERR_PODFILE, EINVAL, "%s: %s: mode vfio without a PCI address",
			b->pod->path, i->name);
	r = device_read(b->facts, i->pci_address, &d, &why);
	if (r == 0 && !driver_serves_dpdk(d.kind)) {
		r = err_set(&why, ERR_DEVICE, ENODEV, "%s: is on %s, not on a userspace driver",
			d.bdf, d.kind == DRIVER_NONE ? "no driver" : d.driver);
		err_remedy(&why,
			"somebody rebound it after the pod was attached (driverctl, "
			"dpdk-devbind): delete the pod, so that it is attached again");
	}
	if (r == 0 && d.kind == DRIVER_VFIO)
		r = device_check_vfio(b->facts, &d, &why);
	if (r < 0)
		return without(b, i, &why, e);
	add_device(b, &d, i, NULL);
	return 0;
}

/* The kernel's device and DPDK's at once: true if the interface is served that way. */
static bool bifurcated_interface(struct eal *b, const struct podfile_interface *i)
{
	struct device d;

	if (!device_named_by(i) || device_read(b->facts, device_named_by(i), &d, NULL) < 0)
		return false;
	if (d.kind == DRIVER_BIFURCATED && b->req->netdev_pmd == DPDKPOD_PMD_AUTO) {
		if (device_has_verbs(b->facts, &d)) {
			add_device(b, &d, i, NULL);
			return true;
		}
		eal_note(b,
			"%s: %s (%s) could be driven directly, but its /dev/infiniband/uverbs node is not "
			"here or not accessible; let the device plugin add it (isRdma: true)",
			i->name, d.bdf, d.driver);
	}
	if (d.node >= 0)
		cpulist_add(&b->nic_nodes, (unsigned int)d.node);
	return false;
}

static int add_interface(struct eal *b, const struct podfile_interface *i, struct err *e)
{
	if (pod_interface_foreign(b->pod, i))
		return 0;
	if (i->mode == PODFILE_VFIO)
		return vfio_interface(b, i, e);
	if (!i->container && b->pod->file.n_containers > 1)
		eal_note(b,
			"%s: every container of this pod is offered it, for no device plugin gave it to "
			"one: start a DPDK program on it in one of them only",
			i->name);
	return bifurcated_interface(b, i) ? 0 : eal_netdev(b, i, e);
}

static bool is_listed(const struct eal *b, const struct device *d)
{
	char bdf[DEVICE_TEXT];

	for (size_t n = 0; b->pod && n < b->pod->file.n_interfaces; n++) {
		const char *text = device_named_by(&b->pod->file.interfaces[n]);

		if (device_spell(text, bdf) && strcmp(bdf, d->bdf) == 0)
			return true;
	}
	for (size_t n = 0; n < b->n_args; n++)
		if (b->args[n].id == EAL_ALLOW && b->args[n].value &&
			strcmp(b->args[n].value, d->bdf) == 0)
			return true;
	return false;
}

/* A device that is not in the pod file; one that cannot be used is left out with a remark. */
static void add_offer(struct eal *b, const struct offer *o)
{
	struct err why = ERR_INIT;
	struct device d;
	int r = o->bdf ? device_read(b->facts, o->bdf, &d, &why)
		       : err_set(&why, ERR_DECODE, EINVAL, "%s", o->why);

	if (r == 0 && is_listed(b, &d))
		return;
	if (r == 0 && !driver_serves_dpdk(d.kind))
		r = err_set(&why, ERR_DEVICE, ENODEV, "%s: is on %s, not on a userspace driver",
			d.bdf, d.kind == DRIVER_NONE ? "no driver" : d.driver);
	if (r == 0 && d.kind == DRIVER_VFIO)
		r = device_check_vfio(b->facts, &d, &why);
	if (r < 0)
		eal_note(b, "%s: left out: %s", o->source, why.msg);
	else
		add_device(b, &d, NULL, o->source);
}

/* Accelerators (crypto, FEC), and NICs of a pod without a file. */
static void add_offers(struct eal *b)
{
	struct offers all auto_with(offers_free) = {0};

	if (offers_read(b->facts->source.root, facts_environment(b->facts), &all) < 0)
		b->no_memory = true;
	for (size_t i = 0; i < all.n && !b->no_memory; i++)
		add_offer(b, &all.list[i]);
}

static bool user_pci(const struct eal *b)
{
	return eal_find(b, EAL_ALLOW) || eal_find(b, EAL_BLOCK);
}

static void address_mode(struct eal *b)
{
	if (b->vfio && !b->physical && iommu_unsafe(b->facts->source.root)) {
		want_physical(b, "vfio's enable_unsafe_noiommu_mode is Y, and then it wants them");
		eal_note(b,
			"the node sets vfio's enable_unsafe_noiommu_mode to Y though the devices have an "
			"IOMMU: set it to N, so that virtual addresses can be used");
	}
	if (b->physical) {
		(void)eal_add(b, EAL_IOVA_MODE, "pa", "%s", b->why_physical);
		if (!facts_cap(b->facts, FACTS_CAP_SYS_ADMIN) ||
			!facts_cap(b->facts, FACTS_CAP_SYS_RAWIO))
			eal_note(b,
				"physical addresses take CAP_SYS_ADMIN, a device without an IOMMU "
				"CAP_SYS_RAWIO: this process lacks them");
	} else if (b->pci || b->auxiliary) {
		(void)eal_add(b, EAL_IOVA_MODE, "va",
			"every device is behind an IOMMU or bifurcated");
	} else if (!user_pci(b)) {
		(void)eal_add(b, EAL_IOVA_MODE, "va",
			"virtual devices copy: no bus address is needed");
	}
}

int eal_devices(struct eal *b, struct err *e)
{
	int r = 0;

	for (size_t n = 0; r == 0 && b->pod && n < b->pod->file.n_interfaces; n++)
		r = add_interface(b, &b->pod->file.interfaces[n], e);
	if (r < 0)
		return r;
	add_offers(b);
	r = eal_vf_token(b, e);
	if (r < 0)
		return r;
	if (!b->pci)
		(void)eal_add(b, EAL_NO_PCI, NULL,
			"no PCI device is this container's: the machine's others are not probed");
	address_mode(b);
	return 0;
}
