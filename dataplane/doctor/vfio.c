/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VFIO: the nodes are opened, as DPDK does, and closed at once. The errno tells who refuses: ENOENT
 * the container's runtime, EPERM the device control group, EACCES the file's mode, EBUSY another
 * program.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "pod_checks.h"
#include "pod_doctor.h"
#include "file.h"
#include "mem.h"
#include "process.h"

#define CONTAINER "/dev/vfio/vfio"

static int try_open(const struct doctor *d, const char *node)
{
	auto_close int fd = file_open(d->facts->source.root, node, O_RDWR | O_NONBLOCK, 0,
		FILE_IN_ROOT);

	return fd < 0 ? fd : 0;
}

/* The group nodes whose opening ends so, each once. */
typedef void (*refused_fn)(const struct doctor *d, const struct doctor_device *one,
	const char *node, int err, struct report *r);

static void each_group(const struct doctor *d, struct report *r, refused_fn refused)
{
	struct cpulist seen = {0};

	for (size_t i = 0; i < d->n_devices; i++) {
		const struct doctor_device *one = &d->devices[i];
		char node[IOMMU_NODE];

		if (!one->present || one->d.kind != DRIVER_VFIO || one->d.group < 0 ||
			cpulist_has(&seen, (unsigned int)one->d.group))
			continue;
		cpulist_add(&seen, (unsigned int)one->d.group);
		(void)device_node(&one->d, node);
		int err = -try_open(d, node);

		/* without an IOMMU the kernel itself asks for SYS_RAWIO: noiommu.c */
		if (err && !(one->d.no_iommu && err == EPERM))
			refused(d, one, node, err, r);
	}
}

static const char device_plugin[] = "request the device plugin's resource in this very container "
				    "(it puts the nodes in and allows them): resources.limits: "
				    "{\"RESOURCE\": \"1\"}; podman: --device /dev/vfio/vfio "
				    "--device %s; do not mount /dev/vfio as a volume";

void check_vfio_container(const void *subject, struct report *r)
{
	const struct doctor *d = subject;
	int err = -try_open(d, CONTAINER);

	if (!doctor_uses_vfio(d) || err == 0 || err == EPERM || err == EACCES)
		return;
	report_add(r, SEVERITY_ERROR, CONTAINER ": %s", strerror(err));
	report_meaning(r,
		"DPDK needs it beside each group's node: \"VFIO support not initialized\"");
	report_remedy(r, device_plugin, CONTAINER);
}

static void absent(const struct doctor *d, const struct doctor_device *one, const char *node,
	int err, struct report *r)
{
	(void)d;
	if (err == EPERM || err == EACCES || err == EBUSY)
		return;
	report_add(r, SEVERITY_ERROR, "%s: %s, the group of %s, is not to be opened: %s", one->from,
		node, one->d.bdf, strerror(err));
	report_meaning(r, "EAL says \"Failed to open VFIO group\" and skips the device");
	report_remedy(r, device_plugin, node);
}

void check_vfio_node(const void *subject, struct report *r)
{
	each_group(subject, r, absent);
}

static void by_cgroup(const char *from, const char *node, struct report *r)
{
	report_add(r, SEVERITY_ERROR,
		"%s: %s is here, but the device control group does not let this container open it",
		from, node);
	report_meaning(r,
		"mknod or a volume (hostPath /dev/vfio) brings a node in, not the "
		"permission to use it: \"Operation not permitted\"");
	report_remedy(r, device_plugin, node);
}

static void forbidden(const struct doctor *d, const struct doctor_device *one, const char *node,
	int err, struct report *r)
{
	(void)d;
	if (err == EPERM)
		by_cgroup(one->from, node, r);
}

void check_vfio_cgroup(const void *subject, struct report *r)
{
	const struct doctor *d = subject;

	if (doctor_uses_vfio(d) && try_open(d, CONTAINER) == -EPERM)
		by_cgroup("VFIO", CONTAINER, r);
	each_group(d, r, forbidden);
}

static void by_mode(const struct doctor *d, const char *from, const char *node, struct report *r)
{
	auto_close int fd = file_open(d->facts->source.root, node, O_PATH, 0, FILE_IN_ROOT);
	unsigned int uid = (unsigned int)d->facts->source.uid;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return;
	report_add(r, SEVERITY_ERROR,
		"%s: %s belongs to %u:%u with mode %04o, uid %u may not open it", from, node,
		(unsigned int)st.st_uid, (unsigned int)st.st_gid, st.st_mode & 07777, uid);
	report_meaning(r,
		"EAL says \"Cannot open %s: Permission denied\" and skips the device; where mode "
		"and owner would do, SELinux or a nodev mount refuses",
		node);
	report_remedy(r,
		"in the network's configuration: \"deviceNode\": {\"gid\": GID, \"mode\": "
		"\"0660\"} with the pod's fsGroup or supplementalGroups: [GID]; or on the node a "
		"udev rule: SUBSYSTEM==\"vfio\", MODE=\"0666\"; or "
		"device_ownership_from_security_context = true in containerd's configuration");
}

static void mode_refuses(const struct doctor *d, const struct doctor_device *one, const char *node,
	int err, struct report *r)
{
	if (err == EACCES)
		by_mode(d, one->from, node, r);
}

void check_vfio_mode(const void *subject, struct report *r)
{
	const struct doctor *d = subject;

	if (doctor_uses_vfio(d) && try_open(d, CONTAINER) == -EACCES)
		by_mode(d, "VFIO", CONTAINER, r);
	each_group(d, r, mode_refuses);
}

/* Closed before anybody is asked who has it open. */
static bool device_of(int root, const char *node, dev_t *ret)
{
	auto_close int fd = file_open(root, node, O_PATH, 0, FILE_IN_ROOT);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return false;
	*ret = st.st_rdev;
	return true;
}

/* 0: none that can be seen. */
static pid_t find_holder(int root, const char *node)
{
	dev_t device = 0;
	DIR *proc auto_dir = device_of(root, node, &device) ? process_list(root) : NULL;

	for (pid_t pid; proc && (pid = process_next(proc));)
		if (process_has_device(root, pid, device))
			return pid;
	return 0;
}

/* What runs here already has them, as it should; who asks about another program has a conflict. */
static bool is_own_program(const struct doctor *d, const char *name)
{
	const char *slash = d->program ? strrchr(d->program, '/') : NULL;

	/* The kernel keeps fifteen bytes of a name. */
	return !d->program || strncmp(slash ? slash + 1 : d->program, name, 15) == 0;
}

static void busy(const struct doctor *d, const struct doctor_device *one, const char *node, int err,
	struct report *r)
{
	int root = d->facts->source.root;
	char name[PROCESS_NAME];
	pid_t pid = err == EBUSY ? find_holder(root, node) : 0;

	if (err != EBUSY)
		return;
	if (pid && is_own_program(d, process_name(root, pid, name))) {
		report_add(r, SEVERITY_NOTE,
			"%s: %s, the group of %s, is in use by process %d (%s) of this container",
			one->from, node, one->d.bdf, (int)pid, name);
		report_meaning(r,
			"one process at a time opens a group: another program started here now gets "
			"\"Cannot open %s: Device or resource busy\"",
			node);
		return;
	}
	if (pid)
		report_add(r, SEVERITY_ERROR, "%s: %s, the group of %s, is held by process %d (%s)",
			one->from, node, one->d.bdf, (int)pid, name);
	else
		report_add(r, SEVERITY_ERROR,
			"%s: %s, the group of %s, is held by a process that cannot be seen from "
			"here",
			one->from, node, one->d.bdf);
	report_meaning(r,
		"one process at a time opens a group: \"Cannot open %s: Device or resource busy\"",
		node);
	report_remedy(r, "end the other program; to find it, on the node: fuser -v %s", node);
}

void check_vfio_busy(const void *subject, struct report *r)
{
	each_group(subject, r, busy);
}
