/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "kubelet_dir.h"
#include "mem.h"

int kubelet_open(int root, const char *where, const char *path, int flags, struct err *e)
{
	/* The directory may be behind a symlink of the node's owner; what is in it is the kubelet's own. */
	auto_close int dir = file_open(root, where, O_PATH | O_DIRECTORY, 0, FILE_IN_ROOT);
	auto_close int fd = dir < 0 ? dir : file_open(dir, path, flags, 0, FILE_STRICT);
	struct stat st;

	if (fd < 0)
		return err_sys(e, ERR_IO, -fd, "kubelet: %s/%s", where, path);
	if (fstat(fd, &st) < 0)
		return err_sys(e, ERR_IO, errno, "kubelet: %s/%s", where, path);
	if (st.st_uid != 0 && st.st_uid != geteuid()) {
		int r = err_set(e, ERR_IO, EPERM,
			"kubelet: %s/%s: it is not root's, but of user %u", where, path, st.st_uid);

		err_remedy(e, "this is none of the kubelet's; see who made it");
		return r;
	}
	return steal_fd(fd);
}

bool kubelet_is_here(const struct kubelet *k)
{
	auto_close int dir = file_open(k->root, k->dir, O_PATH | O_DIRECTORY, 0, FILE_IN_ROOT);

	return dir >= 0;
}
