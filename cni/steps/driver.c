/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mode vfio: from the driver that the device had to a userspace driver, and back. Two steps, with
 * the VF's attributes between them: a VF's driver takes a new admin MAC only when it is bound.
 *
 *   ADD:  unbind (leave the old driver)     vf     bind (to the new one)
 *   DEL:  unbind (back to the old driver)   vf     bind (leave the new one)     read right to left
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bind.h"
#include "driver.h"
#include "file.h"
#include "iommu.h"
#include "link_undo.h"
#include "log.h"
#include "mem.h"
#include "nic.h"
#include "steps.h"

static bool wanted(const struct attach *a)
{
	return a->rec.interface.mode == PODFILE_VFIO;
}

static bool same_driver(const struct attach *a)
{
	return strcmp(a->rec.pci.driver, a->rec.pci.target) == 0;
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
	r = bind_group_free(a->m->root, address, e);
	if (r == 0 && a->rec.pci.driver[0])
		r = bind_probe(a->m->root, address, a->rec.pci.driver, e);
	if (r == 0)
		r = bind_set_override(a->m->root, address, a->rec.pci.override, e);
	if (r == 0 && a->rec.link.name)
		return link_undo(a, e);
	a->device_back = r == 0;
	return r;
}

static int check_driver(struct attach *a, struct err *e)
{
	struct pci_device d;
	int r = pci_read(a->m->root, a->rec.interface.pci_address, &d, e);

	if (r == 0 && strcmp(d.driver, a->rec.pci.target) != 0)
		r = err_set(e, ERR_MISMATCH, EINVAL, "device %s: its driver is %s, %s was bound",
			d.address, d.driver[0] ? d.driver : "none", a->rec.pci.target);
	return r;
}

/* All that can be known before the first change. */
static int bind_capture(struct attach *a, struct err *e)
{
	return driver_kind(a->rec.pci.target) == DRIVER_VFIO
		? bind_group_viable(a->m->root, a->rec.interface.pci_address, e)
		: 0;
}

/* /dev/vfio, and the name of the group's node in it. */
static int open_node_dir(const struct attach *a, char name[static IOMMU_NODE],
	struct iommu_group *ret, struct err *e)
{
	char node[IOMMU_NODE];
	int r = iommu_group_of(a->m->root, a->rec.interface.pci_address, ret, e);

	if (r < 0)
		return r;
	char *slash = strrchr(iommu_node(ret, node), '/');

	*slash = '\0';
	(void)snprintf(name, IOMMU_NODE, "%s", slash + 1);
	r = file_open(a->m->root, node, O_PATH | O_DIRECTORY, 0, FILE_IN_ROOT);
	return r < 0
		? err_sys(e, ERR_DEVICE, -r, "device %s: %s", a->rec.interface.pci_address, node)
		: r;
}

static bool wants_node(const struct attach *a)
{
	return a->conf.device_node.gid != CODEC_ABSENT || a->conf.device_node.mode;
}

/* The node of the group: there, and as the network wants it for a program that is not root. */
static int prepare_node(struct attach *a, struct err *e)
{
	struct podfile_interface *i = &a->rec.interface;
	char name[IOMMU_NODE];
	struct stat st;
	struct iommu_group group;
	auto_close int dir = open_node_dir(a, name, &group, e);

	if (dir < 0)
		return dir;
	i->iommu_group = group.id;
	i->no_iommu = group.no_iommu;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(e, ERR_DEVICE, errno, "device %s: its VFIO node %s", i->pci_address,
			name);
	if (!wants_node(a))
		return 0;
	mode_t mode = a->conf.device_node.mode ? (mode_t)strtol(a->conf.device_node.mode, NULL, 8)
					       : st.st_mode & 0777;
	gid_t gid = a->conf.device_node.gid != CODEC_ABSENT ? (gid_t)a->conf.device_node.gid
							    : st.st_gid;

	if (fchownat(dir, name, (uid_t)-1, gid, 0) < 0 || fchmodat(dir, name, mode, 0) < 0)
		return err_sys(e, ERR_IO, errno, "VFIO node %s: set group %u and mode %o", name,
			gid, mode);
	return 0;
}

/* Where the node outlives us, its owner goes back to what it was. */
static int capture_node(struct attach *a, struct err *e)
{
	char name[IOMMU_NODE];
	struct stat st;
	struct iommu_group group;

	a->rec.pci.node_gid = a->rec.pci.node_mode = CODEC_ABSENT;
	if (!same_driver(a) || !wants_node(a))
		return 0;
	auto_close int dir = open_node_dir(a, name, &group, NULL);

	if (dir < 0)
		return 0;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(e, ERR_DEVICE, errno, "VFIO node %s", name);
	a->rec.pci.node_gid = st.st_gid;
	a->rec.pci.node_mode = st.st_mode & 0777;
	return 0;
}

static int bind_capture_all(struct attach *a, struct err *e)
{
	int r = bind_capture(a, e);

	return r < 0 ? r : capture_node(a, e);
}

static int bind_apply(struct attach *a, struct err *e)
{
	struct podfile_interface *i = &a->rec.interface;
	int r = bind_probe(a->m->root, i->pci_address, a->rec.pci.target, e);

	if (r == 0 && driver_kind(a->rec.pci.target) == DRIVER_VFIO)
		r = prepare_node(a, e);
	/* What the link had was its driver's; a userspace driver has what the PF gave, or one of its own. */
	if (r == 0)
		r = mem_set_text(&i->mac, a->conf.vf.mac, e);
	if (r < 0)
		return r;
	struct result_interface ri = {.name = a->rec.ifname,
		.mac = i->mac,
		.mtu = CODEC_ABSENT,
		.sandbox = a->rec.netns.path,
		.pci_id = i->pci_address};

	return result_add_interface(&a->result, &ri, e);
}

static void restore_node(struct attach *a)
{
	char name[IOMMU_NODE];
	struct iommu_group group;

	if (a->rec.pci.node_mode == CODEC_ABSENT)
		return;
	auto_close int dir = open_node_dir(a, name, &group, NULL);

	if (dir >= 0 &&
		(fchownat(dir, name, (uid_t)-1, (gid_t)a->rec.pci.node_gid, 0) < 0 ||
			fchmodat(dir, name, (mode_t)a->rec.pci.node_mode, 0) < 0))
		log_warning("VFIO node %s: restore its owner: %s", name, strerror(errno));
}

static int bind_undo(struct attach *a, struct err *e)
{
	const char *address = a->rec.interface.pci_address;
	struct pci_device d;
	int r;

	if (!a->owns || pci_read(a->m->root, address, &d, NULL) < 0)
		return 0;
	r = bind_group_free(a->m->root, address, e);
	if (r < 0)
		return r;
	restore_node(a);
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

/* It bears its group's number; a device that is in no group gets a group when it is bound. */
static void describe_node(const struct attach *a, struct plan *p)
{
	char node[IOMMU_NODE], was[8] = "";
	struct iommu_group group;

	plan_add(p, "node", NULL,
		iommu_group_of(a->m->root, a->rec.interface.pci_address, &group, NULL) < 0
			? "/dev/vfio/noiommu-..."
			: iommu_node(&group, node));
	plan_add_number(p, "group of the node", a->rec.pci.node_gid, a->conf.device_node.gid);
	if (a->rec.pci.node_mode != CODEC_ABSENT)
		(void)snprintf(was, sizeof(was), "%04o", (unsigned int)a->rec.pci.node_mode & 0777);
	if (a->conf.device_node.mode)
		plan_add(p, "mode of the node", *was ? was : NULL, a->conf.device_node.mode);
}

static void describe_bind(const struct attach *a, struct plan *p)
{
	if (!same_driver(a)) {
		plan_add(p, "driver", "none", a->rec.pci.target);
		plan_add(p, "driver override", or_none(a->rec.pci.override), a->rec.pci.target);
	}
	if (driver_kind(a->rec.pci.target) == DRIVER_VFIO)
		describe_node(a, p);
}

const struct step step_unbind = {"unbind", wanted, unbind_capture, unbind_apply, unbind_undo,
	no_check, describe_unbind};
const struct step step_bind = {"bind", wanted, bind_capture_all, bind_apply, bind_undo,
	check_driver, describe_bind};
