/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mode vfio: from the driver that the device had to a userspace driver, and back. Two steps, with
 * the VF's attributes between them, which neither driver then sees change.
 *
 *   ADD:  unbind (leave the old driver)     vf     bind (to the new one)
 *   DEL:  unbind (back to the old driver)   vf     bind (leave the new one)     read right to left
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bind.h"
#include "devnode.h"
#include "driver.h"
#include "link_undo.h"
#include "log.h"
#include "mem.h"
#include "nic.h"
#include "device_node.h"
#include "steps.h"

static bool wanted(const struct attach *a)
{
	return a->rec.interface.mode == PODFILE_VFIO;
}

/* Held already (bind_override says so): nothing is touched then. */
static int unbind_capture(struct attach *a, struct err *e)
{
	char override[PCI_DRIVER];
	const char *address = a->rec.interface.pci_address;
	int r = bind_override(a->m->root, address, override, e);

	if (r == 0)
		r = mem_set_text(&a->rec.pci.override, override, e);
	if (r == 0)
		r = mem_set_text(&a->rec.interface.driver, a->rec.pci.target, e);
	return r;
}

static int unbind_apply(struct attach *a, struct err *e)
{
	return same_driver(a) ? 0 : bind_release(a->m->root, a->rec.interface.pci_address, e);
}

/* The device is unbound here, or a call died before it was: bind_probe sees. */
static int unbind_undo(struct attach *a, struct err *e)
{
	const char *address = a->rec.interface.pci_address;
	struct pci_device d;
	int r;

	if (!a->owns)
		return 0;
	a->device_back = false;
	if (pci_read(a->m->root, address, &d, NULL) < 0) {
		log_warning("device %s: it is not on this machine any more", address);
		a->device_back = true;
		return 0;
	}
	r = devnode_free(a->m->root, address, e);
	if (r == 0 && a->rec.pci.driver[0])
		r = bind_probe(a->m->root, address, a->rec.pci.driver, e);
	if (r == 0)
		r = bind_set_override(a->m->root, address, a->rec.pci.override, e);
	if (r == 0 && a->rec.link.name)
		return link_undo(a, e);
	a->device_back = r == 0;
	return r;
}

static int bind_check(struct attach *a, struct err *e)
{
	struct pci_device d;
	int r = pci_read(a->m->root, a->rec.interface.pci_address, &d, e);

	if (r == 0 && strcmp(d.driver, a->rec.pci.target) != 0)
		r = err_set(e, ERR_MISMATCH, EINVAL, "device %s: its driver is %s, %s was bound",
			d.address, d.driver[0] ? d.driver : "none", a->rec.pci.target);
	return r < 0 ? r : node_check(a, e);
}

/* All that can be known before the first change. */
static int bind_capture(struct attach *a, struct err *e)
{
	int r = bind_possible(a->m->root, a->rec.interface.pci_address, a->rec.pci.target, e);

	return r < 0 ? r : node_capture(a, e);
}

static int bind_apply(struct attach *a, struct err *e)
{
	struct podfile_interface *i = &a->rec.interface;
	int r = bind_probe(a->m->root, i->pci_address, a->rec.pci.target, e);

	if (r == 0)
		r = node_prepare(a, e);
	/* What the link had was its driver's; a userspace driver has what the PF gave, or one of its own. */
	if (r == 0)
		r = mem_set_text(&i->mac, a->mac, e);
	if (r < 0)
		return r;
	struct result_interface ri = {.name = a->rec.ifname,
		.mac = i->mac,
		.mtu = CODEC_ABSENT,
		.sandbox = a->rec.netns.path,
		.pci_id = i->pci_address};

	return result_add_interface(&a->result, &ri, e);
}

static int bind_undo(struct attach *a, struct err *e)
{
	const char *address = a->rec.interface.pci_address;
	struct pci_device d;
	int r;

	if (!a->owns || pci_read(a->m->root, address, &d, NULL) < 0)
		return 0;
	r = devnode_free(a->m->root, address, e);
	if (r < 0)
		return r;
	node_restore(a);
	/* With its old driver already: an earlier call got that far. */
	if (strcmp(d.driver, a->rec.pci.driver) == 0)
		return 0;
	return bind_release(a->m->root, address, e);
}

static int no_check(struct attach *a, struct err *e)
{
	(void)a;
	(void)e;
	return 0;
}

static const char *or_none(const char *text)
{
	return *text ? text : "none";
}

static void describe_unbind(const struct attach *a, struct plan *p)
{
	if (!same_driver(a))
		plan_add(p, "driver", or_none(a->rec.pci.driver), "none");
}

static void describe_bind(const struct attach *a, struct plan *p)
{
	if (!same_driver(a)) {
		plan_add(p, "driver", "none", a->rec.pci.target);
		plan_add(p, "driver override", or_none(a->rec.pci.override), a->rec.pci.target);
	}
	node_describe(a, p);
}

const struct step step_unbind = {"unbind", wanted, unbind_capture, unbind_apply, unbind_undo,
	no_check, describe_unbind};
const struct step step_bind = {"bind", wanted, bind_capture, bind_apply, bind_undo, bind_check,
	describe_bind};
