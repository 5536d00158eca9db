/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "devnode.h"
#include "driver.h"
#include "file.h"
#include "log.h"
#include "mem.h"
#include "device_node.h"

/* The directory of its node, and the node's name in it. */
static int open_dir(const struct attach *a, char name[static IOMMU_NODE], struct devnode *ret,
	struct err *e)
{
	int r = devnode_of(a->m->root, a->rec.interface.pci_address, ret, e);

	if (r < 0)
		return r;
	char dir[IOMMU_NODE];
	const char *slash = strrchr(ret->path, '/');

	(void)snprintf(dir, sizeof(dir), "%.*s", (int)(slash - ret->path), ret->path);
	(void)snprintf(name, IOMMU_NODE, "%s", slash + 1);
	r = file_open(a->m->root, dir, O_PATH | O_DIRECTORY, 0, FILE_IN_ROOT);
	return r < 0
		? err_sys(e, ERR_DEVICE, -r, "device %s: %s", a->rec.interface.pci_address, dir)
		: r;
}

static bool wants_owner(const struct attach *a)
{
	return a->conf.device_node.gid != CODEC_ABSENT || a->conf.device_node.mode;
}

/* The node is there, and as the network wants it for a program that is not root. */
int node_prepare(struct attach *a, struct err *e)
{
	struct podfile_interface *i = &a->rec.interface;
	char name[IOMMU_NODE];
	struct stat st;
	struct devnode node;
	auto_close int dir = open_dir(a, name, &node, e);

	if (dir < 0)
		return dir;
	if (!node.uio) {
		i->iommu_group = node.group.id;
		i->no_iommu = node.group.no_iommu;
	}
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(e, ERR_DEVICE, errno, "device %s: its node %s", i->pci_address,
			node.path);
	if (!wants_owner(a))
		return 0;
	mode_t mode = a->conf.device_node.mode ? (mode_t)strtol(a->conf.device_node.mode, NULL, 8)
					       : st.st_mode & 0777;
	gid_t gid = a->conf.device_node.gid != CODEC_ABSENT ? (gid_t)a->conf.device_node.gid
							    : st.st_gid;

	if (fchownat(dir, name, (uid_t)-1, gid, 0) < 0 || fchmodat(dir, name, mode, 0) < 0)
		return err_sys(e, ERR_IO, errno, "node %s: set group %u and mode %o", node.path,
			gid, mode);
	return 0;
}

/* Where the node outlives us, its owner goes back to what it was. */
int node_capture(struct attach *a, struct err *e)
{
	char name[IOMMU_NODE];
	struct stat st;
	struct devnode node;

	a->rec.pci.node_gid = a->rec.pci.node_mode = CODEC_ABSENT;
	if (!same_driver(a) || !wants_owner(a))
		return 0;
	auto_close int dir = open_dir(a, name, &node, NULL);

	if (dir < 0)
		return 0;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(e, ERR_DEVICE, errno, "node %s", node.path);
	a->rec.pci.node_gid = st.st_gid;
	a->rec.pci.node_mode = st.st_mode & 0777;
	return 0;
}

void node_restore(const struct attach *a)
{
	char name[IOMMU_NODE];
	struct devnode node;

	if (a->rec.pci.node_mode == CODEC_ABSENT)
		return;
	auto_close int dir = open_dir(a, name, &node, NULL);

	if (dir >= 0 &&
		(fchownat(dir, name, (uid_t)-1, (gid_t)a->rec.pci.node_gid, 0) < 0 ||
			fchmodat(dir, name, (mode_t)a->rec.pci.node_mode, 0) < 0))
		log_warning("node %s: restore its owner: %s", node.path, strerror(errno));
}

/* A group's number is known beforehand, that of a UIO device is not. */
static const char *path_of(const struct attach *a, char buf[static IOMMU_NODE])
{
	struct iommu_group group;
	struct devnode node;

	if (same_driver(a) &&
		devnode_of(a->m->root, a->rec.interface.pci_address, &node, NULL) == 0) {
		(void)snprintf(buf, IOMMU_NODE, "%s", node.path);
		return buf;
	}
	if (driver_kind(a->rec.pci.target) == DRIVER_UIO)
		return "/dev/uio...";
	return iommu_group_of(a->m->root, a->rec.interface.pci_address, &group, NULL) < 0
		? "/dev/vfio/noiommu-..."
		: iommu_node(&group, buf);
}

void node_describe(const struct attach *a, struct plan *p)
{
	char node[IOMMU_NODE], was[8] = "";

	plan_add(p, "node", NULL, path_of(a, node));
	plan_add_number(p, "group of the node", a->rec.pci.node_gid, a->conf.device_node.gid);
	if (a->rec.pci.node_mode != CODEC_ABSENT)
		(void)snprintf(was, sizeof(was), "%04o", (unsigned int)a->rec.pci.node_mode & 0777);
	if (a->conf.device_node.mode)
		plan_add(p, "mode of the node", *was ? was : NULL, a->conf.device_node.mode);
}

int node_check(const struct attach *a, struct err *e)
{
	const int64_t gid = a->conf.device_node.gid;
	const char *mode = a->conf.device_node.mode;
	char name[IOMMU_NODE];
	struct devnode node;
	struct stat st;
	struct err why = ERR_INIT;
	auto_close int dir = open_dir(a, name, &node, &why);

	if (dir < 0)
		return err_set(e, ERR_MISMATCH, -dir, "%s", why.msg);
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(e, ERR_MISMATCH, errno, "node %s", node.path);
	if (gid != CODEC_ABSENT && st.st_gid != gid)
		return err_set(e, ERR_MISMATCH, EINVAL, "node %s: its group is %u, %u was set",
			node.path, st.st_gid, (unsigned int)gid);
	if (mode && (st.st_mode & 0777) != strtoul(mode, NULL, 8))
		return err_set(e, ERR_MISMATCH, EINVAL, "node %s: its mode is %04o, %s was set",
			node.path, st.st_mode & 0777, mode);
	return 0;
}
