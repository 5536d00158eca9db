/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "mem.h"
#include "own.h"
#include "publish_place.h"

#define DEFAULT_KUBELET_DIR "/var/lib/kubelet"
#define DEFAULT_VOLUME "dpdk-pod"
#define EMPTY_DIR "kubernetes.io~empty-dir"

static bool uid_ok(const char *uid)
{
	for (const char *p = uid; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '-')
			return false;
	return *uid != '\0';
}

/* Where the pod file goes, as a trusted directory and what follows it; -ENOENT: nowhere. */
struct volume_place {
	char base[PATH_MAX]; /* the node's own: symlinks are followed */
	char rest[PATH_MAX]; /* the pod may have written it: none are */
	bool named;          /* by the network: then it must be there */
};

static int place_of_dir(const struct attach *a, struct volume_place *ret, struct err *e)
{
	const char *dir = a->conf.pod_file.dir, *rest;
	const char *base = policy_pod_file_dir(&a->m->policy, dir, &rest);

	if (!base) {
		int r = err_set(e, ERR_REFUSED, EPERM,
			"podFile.dir %s: the node's policy does not allow it", dir);

		err_remedy(e,
			"use a directory below " PODFILE_DIR ", or let the node's owner add it to "
			"\"podFileDirs\" in /etc/dpdk-cni/policy.json");
		return r;
	}
	(void)snprintf(ret->base, sizeof(ret->base), "%s", base);
	(void)snprintf(ret->rest, sizeof(ret->rest), "%s", rest);
	ret->named = true;
	return 0;
}

static int place_of_volume(const struct attach *a, struct volume_place *ret, struct err *e)
{
	const char *volume = a->conf.pod_file.volume;

	ret->named = volume != NULL;
	if (!a->rec.pod.uid || !uid_ok(a->rec.pod.uid)) {
		if (!volume)
			return -ENOENT;
		int r = err_set(e, ERR_CONFIG, EINVAL,
			"podFile.volume %s: this call has no K8S_POD_UID in CNI_ARGS", volume);

		err_remedy(e, "volumes are of pods of a kubelet; elsewhere use podFile.dir");
		return r;
	}
	(void)snprintf(ret->base, sizeof(ret->base), "%s",
		a->conf.kubelet_dir ? a->conf.kubelet_dir : DEFAULT_KUBELET_DIR);
	(void)snprintf(ret->rest, sizeof(ret->rest), "pods/%s/volumes/" EMPTY_DIR "/%s",
		a->rec.pod.uid, volume ? volume : DEFAULT_VOLUME);
	return 0;
}

/* Opens the directory without following what a pod may have planted. */
static int open_place(const struct machine *m, const char *base, const char *rest)
{
	auto_close int root = file_open(m->root, base, O_PATH | O_DIRECTORY, 0, FILE_IN_ROOT);

	return root < 0 ? root : file_open(root, rest, O_RDONLY | O_DIRECTORY, 0, FILE_STRICT);
}

static int complain(const struct volume_place *p, int errnum, struct err *e)
{
	int r = err_sys(e, ERR_PODFILE, errnum, "pod file directory %s/%s", p->base, p->rest);

	if (errnum == ELOOP)
		err_remedy(e,
			"a symlink is on the way: the plugin follows none that a pod could have made; "
			"name the real directory");
	else if (errnum == ENOENT)
		err_remedy(e,
			"create it (mkdir -p), or add an emptyDir volume of that name to the pod");
	return r;
}

int publish_place(struct attach *a, struct err *e)
{
	struct volume_place p = {0};
	int r = a->conf.pod_file.dir ? place_of_dir(a, &p, e) : place_of_volume(a, &p, e);

	if (r == -ENOENT && !p.named)
		return 0;
	if (r < 0)
		return r;
	auto_close int dir = open_place(a->m, p.base, p.rest);

	if (dir == -ENOENT && !p.named)
		return 0;
	if (dir < 0)
		return complain(&p, -dir, e);
	if (faccessat(dir, ".", W_OK, AT_EACCESS) < 0)
		return complain(&p, errno, e);
	r = own_object(dir, "", &a->rec.pod_dir_is);
	if (r < 0)
		return complain(&p, -r, e);
	/* "<base>//<rest>": the double slash keeps what may be followed and what may not apart. */
	const char *rest = p.rest;

	while (*rest == '/')
		rest++;
	if (asprintf(&a->rec.pod_dir, "%s//%s", p.base, rest) < 0) {
		a->rec.pod_dir = NULL;
		return err_sys(e, ERR_INTERNAL, ENOMEM, "pod file");
	}
	return 0;
}

int publish_open(const struct machine *m, const struct record *rec)
{
	char base[PATH_MAX];
	const char *cut = strstr(rec->pod_dir, "//");
	struct record_object now;

	if (!cut || (size_t)(cut - rec->pod_dir) >= sizeof(base))
		return -EINVAL;
	(void)snprintf(base, sizeof(base), "%.*s", (int)(cut - rec->pod_dir), rec->pod_dir);
	auto_close int fd = open_place(m, base, cut + 2);

	if (fd < 0)
		return fd;
	int r = own_object(fd, "", &now);

	if (r < 0)
		return r;
	return own_same(&rec->pod_dir_is, &now) ? steal_fd(fd) : -ENOENT;
}
