/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The control group of a pod, which the kubelet makes before the sandbox. By its drivers:
 *
 *   cgroupfs  kubepods/burstable/pod<UID>
 *   systemd   kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod<UID, _ for ->.slice
 *
 * without the middle level where the pod is Guaranteed, with others above where the kubelet was given
 * a root of its own: whatever is called so is looked for.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cgroup.h"
#include "file.h"
#include "mem.h"

#define DEPTH 5

struct names {
	char cgroupfs[128]; /* "pod<UID>" */
	char systemd[128];  /* "-pod<UID>.slice", the end of the name */
};

static bool is_pod(const struct names *n, const char *name)
{
	size_t len = strlen(name), end = strlen(n->systemd);

	return strcmp(name, n->cgroupfs) == 0 ||
		(len > end && strcmp(name + len - end, n->systemd) == 0);
}

/* A level on the way to pods: nothing else is descended into. */
static bool leads_to_pods(const char *name)
{
	return strncmp(name, "kube", 4) == 0 || strcmp(name, "burstable") == 0 ||
		strcmp(name, "besteffort") == 0;
}

static int look(int root, const struct names *n, char *dir, size_t size, int depth)
{
	DIR *d = file_opendir(root, dir);
	size_t len = strlen(dir);
	int r = -ENOENT;

	if (!d)
		return -ENOENT;
	for (struct dirent *e; r == -ENOENT && (e = readdir(d));) {
		if (e->d_type != DT_DIR || (!is_pod(n, e->d_name) && !leads_to_pods(e->d_name)))
			continue;
		if (snprintf(dir + len, size - len, "/%s", e->d_name) >= (int)(size - len))
			r = -ENAMETOOLONG;
		else if (is_pod(n, e->d_name))
			r = 0;
		else if (depth > 1 && !strstr(e->d_name, "-pod"))
			r = look(root, n, dir, size, depth - 1);
		if (r < 0)
			dir[len] = '\0';
	}
	(void)closedir(d);
	return r;
}

int cgroup_of_pod(int root, const char *controller, const char *uid, struct cgroup *ret)
{
	struct cgroup cg;
	struct names n;
	int r = cgroup_find(root, controller, &cg);

	if (r < 0)
		return r;
	if (!*uid || strlen(uid) > 64 || strchr(uid, '/'))
		return -EINVAL;
	(void)snprintf(n.cgroupfs, sizeof(n.cgroupfs), "pod%s", uid);
	(void)snprintf(n.systemd, sizeof(n.systemd), "-pod%s.slice", uid);
	for (char *p = n.systemd + strlen("-pod"); *p; p++)
		if (*p == '-')
			*p = '_';
	cg.dir[cg.mount_len] = '\0';
	r = look(root, &n, cg.dir, sizeof(cg.dir), DEPTH);
	if (r == 0)
		*ret = cg;
	return r;
}
