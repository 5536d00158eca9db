/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "link_id.h"
#include "mem.h"

/* Of <linux/mount.h>; C libraries have the calls since 2.36. */
enum { CLOEXEC = 1, CMD_CREATE = 6 };

/* A new sysfs belongs to the network namespace of whoever makes it. */
static int make_sysfs(void *arg, struct err *e)
{
	auto_close int fs = (int)syscall(SYS_fsopen, "sysfs", CLOEXEC);

	if (fs < 0 || syscall(SYS_fsconfig, fs, CMD_CREATE, NULL, NULL, 0) < 0)
		return err_sys(e, ERR_KERNEL, errno, "sysfs: open");
	int mount = (int)syscall(SYS_fsmount, fs, CLOEXEC, 0);

	if (mount < 0)
		return err_sys(e, ERR_KERNEL, errno, "sysfs: mount");
	*(int *)arg = mount;
	return 0;
}

int link_id_open(const struct netns *ns, int *ret_sysfs, struct err *e)
{
	return netns_run(ns, make_sysfs, ret_sysfs, e);
}

int64_t link_id(int sysfs, const char *name)
{
	char path[64];
	struct stat st;

	/* With the slash it is the directory, not the link to it. */
	(void)snprintf(path, sizeof(path), "class/net/%.15s/", name);
	return fstatat(sysfs, path, &st, 0) == 0 ? (int64_t)st.st_ino : 0;
}
