/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <string.h>
#include <sys/stat.h>

#include "codec.h"
#include "driver.h"
#include "file.h"
#include "mem.h"
#include "podfile.h"
#include "policy.h"

#define POLICY_DIR "/etc/dpdk-cni"
#define POLICY_FILE POLICY_DIR "/policy.json"
#define POLICY_MAX (1u << 20)

#define P struct policy
static const struct codec_field policy_fields[] = {
	CODEC_STRINGS(P, devices, n_devices, "devices", 4095),
	CODEC_STRINGS(P, in_use, n_in_use, "allowInUse", 4095),
	CODEC_STRINGS(P, drivers, n_drivers, "drivers", 255),
	CODEC_STRINGS(P, pod_file_dirs, n_pod_file_dirs, "podFileDirs", 4095),
	CODEC_STRINGS(P, log_dirs, n_log_dirs, "logDirs", 4095),
	CODEC_STRINGS(P, kubelet_dirs, n_kubelet_dirs, "kubeletDirs", 4095),
	CODEC_STRINGS(P, device_info_dirs, n_device_info_dirs, "deviceInfoDirs", 4095),
	CODEC_STRINGS(P, ipam, n_ipam, "ipam", 255),
	CODEC_INTEGER(P, ipam_timeout, "ipamTimeout", 1, 600),
	CODEC_END,
};
#undef P

void policy_free(struct policy *p)
{
	codec_free(policy_fields, p);
}

/* Whoever may write there decides what root does. */
static int check_owner(int fd, const char *path, const char *mode, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_sys(e, ERR_IO, errno, "policy %s: stat", path);
	if (st.st_uid == 0 && !(st.st_mode & (S_IWGRP | S_IWOTH)))
		return 0;
	int r = err_set(e, ERR_REFUSED, EPERM,
		"policy %s: not owned by root, or writable by others", path);

	err_remedy(e, "chown root %s && chmod %s %s", path, mode, path);
	return r;
}

/* Only what is not there at all is absent; a symlink that leads nowhere is there. */
static int check_absent(int rootfd, const char *path, struct err *e)
{
	auto_close int fd = file_open(rootfd, path, O_PATH | O_NOFOLLOW, 0, FILE_IN_ROOT);

	if (fd == -ENOENT)
		return 0;
	int r = err_set(e, ERR_REFUSED, ENOENT, "policy %s: a symlink that leads nowhere", path);

	err_remedy(e, "mend the symlink, or remove it where the node has no policy");
	return r;
}

/* 1: there is none. */
static int open_policy(int rootfd, int *ret_fd, struct err *e)
{
	auto_close int dir = file_open(rootfd, POLICY_DIR, O_RDONLY | O_DIRECTORY, 0, FILE_IN_ROOT);

	if (dir < 0 && dir != -ENOENT)
		return err_sys(e, ERR_IO, -dir, "policy %s: open", POLICY_DIR);
	int r = dir < 0 ? check_absent(rootfd, POLICY_DIR, e)
			: check_owner(dir, POLICY_DIR, "755", e);

	if (r < 0 || dir < 0)
		return r < 0 ? r : 1;
	auto_close int fd = file_open(rootfd, POLICY_FILE, O_RDONLY | O_NONBLOCK, 0, FILE_IN_ROOT);

	if (fd == -ENOENT) {
		r = check_absent(rootfd, POLICY_FILE, e);
		return r < 0 ? r : 1;
	}
	if (fd < 0)
		return err_sys(e, ERR_IO, -fd, "policy %s: open", POLICY_FILE);
	r = check_owner(fd, POLICY_FILE, "644", e);
	if (r == 0)
		*ret_fd = steal_fd(fd);
	return r;
}

static int decode(const char *text, size_t len, struct policy *ret, struct err *e)
{
	auto_tree struct codec_tree *tree = NULL;
	int r = codec_parse(text, len, "policy " POLICY_FILE, &tree, e);

	/* A key that is passed over is a rule that is not in force. */
	if (r == 0)
		r = codec_check_keys(policy_fields, tree, true, ERR_CONFIG, e);
	if (r == 0)
		r = codec_read(policy_fields, ret, tree, ERR_CONFIG, e);
	return r;
}

int policy_load(int rootfd, struct policy *ret, struct err *e)
{
	auto_close int fd = -1;
	auto_free char *text = NULL;
	size_t len;
	int r = open_policy(rootfd, &fd, e);

	if (r == 1) {
		codec_init(policy_fields, ret);
		return 0;
	}
	if (r < 0)
		return r;
	r = file_read_fd(fd, POLICY_MAX, &text, &len);
	if (r < 0)
		return err_sys(e, ERR_IO, -r, "policy %s: read", POLICY_FILE);
	return decode(text, len, ret, e);
}

static bool any_match(char *const *patterns, size_t n, const struct link *l)
{
	for (size_t i = 0; i < n; i++) {
		if (fnmatch(patterns[i], l->name, 0) == 0 ||
			(l->parent && fnmatch(patterns[i], l->parent, 0) == 0))
			return true;
		for (size_t a = 0; a < l->n_altnames; a++)
			if (fnmatch(patterns[i], l->altnames[a], 0) == 0)
				return true;
	}
	return false;
}

bool policy_allows_device(const struct policy *p, const struct link *l)
{
	/* An empty list is a list: it allows none. */
	return !p->devices || any_match(p->devices, p->n_devices, l);
}

bool policy_allows_driver(const struct policy *p, const char *driver)
{
	if (!p->drivers)
		return driver_kind(driver) == DRIVER_VFIO;
	for (size_t i = 0; i < p->n_drivers; i++)
		if (fnmatch(p->drivers[i], driver, 0) == 0)
			return true;
	return false;
}

bool policy_allows_ipam(const struct policy *p, const char *type)
{
	for (size_t i = 0; i < p->n_ipam; i++)
		if (fnmatch(p->ipam[i], type, 0) == 0)
			return true;
	return !p->ipam;
}

/* Half of what the kubelet gives to StopPodSandbox. Nor was a policy loaded for release, or by a DEL
 * whose policy is broken. */
int policy_ipam_timeout(const struct policy *p)
{
	return p->ipam_timeout > 0 ? (int)p->ipam_timeout : 60;
}

bool policy_allows_in_use(const struct policy *p, const struct link *l)
{
	return any_match(p->in_use, p->n_in_use, l);
}

static const char *inside(const char *dir, const char *path, const char **ret_rest)
{
	size_t n = strlen(dir);

	/* Of "/" nothing is left, and every absolute path goes on with a slash. */
	while (n > 0 && dir[n - 1] == '/')
		n--;
	if (dir[0] != '/' || strncmp(path, dir, n) != 0 || (path[n] != '\0' && path[n] != '/'))
		return NULL;
	*ret_rest = path + n;
	return dir;
}

static const char *first_inside(char *const *dirs, size_t n, const char *otherwise,
	const char *path, const char **ret_rest)
{
	if (!dirs)
		return inside(otherwise, path, ret_rest);
	for (size_t i = 0; i < n; i++)
		if (inside(dirs[i], path, ret_rest))
			return dirs[i];
	return NULL;
}

const char *policy_pod_file_dir(const struct policy *p, const char *path, const char **ret_rest)
{
	return first_inside(p->pod_file_dirs, p->n_pod_file_dirs, PODFILE_DIR, path, ret_rest);
}

const char *policy_log_dir(const struct policy *p, const char *path, const char **ret_rest)
{
	return first_inside(p->log_dirs, p->n_log_dirs, "/var/log", path, ret_rest);
}

const char *policy_device_info_dir(const struct policy *p, const char *path, const char **ret_rest)
{
	return first_inside(p->device_info_dirs, p->n_device_info_dirs,
		"/run/k8s.cni.cncf.io/devinfo", path, ret_rest);
}

/* Where distributions of Kubernetes have it. */
static const char *const kubelet_homes[] = {"/var/lib/kubelet", "/var/lib/k0s/kubelet",
	"/var/snap/microk8s/common/var/lib/kubelet", "/var/vcap/data/kubelet", "/var/data/kubelet"};

const char *policy_kubelet_home(size_t i)
{
	return i < ARRAY_SIZE(kubelet_homes) ? kubelet_homes[i] : NULL;
}

static bool same_dir(const char *dir, const char *path)
{
	const char *rest;

	return inside(dir, path, &rest) && rest[strspn(rest, "/")] == '\0';
}

/* That directory itself: below it are volumes that pods write to. */
bool policy_allows_kubelet_dir(const struct policy *p, const char *path)
{
	const size_t n = p->kubelet_dirs ? p->n_kubelet_dirs : ARRAY_SIZE(kubelet_homes);

	for (size_t i = 0; i < n; i++)
		if (same_dir(p->kubelet_dirs ? p->kubelet_dirs[i] : kubelet_homes[i], path))
			return true;
	return false;
}
