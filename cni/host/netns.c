/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "mem.h"
#include "netns.h"

#define OWN_NETNS "/proc/thread-self/ns/net"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

void netns_close(struct netns *ns)
{
	mem_closep(&ns->fd);
	ns->fd = -1;
}

int netns_run(const struct netns *ns, int (*f)(void *arg, struct err *e), void *arg, struct err *e)
{
	auto_close int home = open(OWN_NETNS, O_RDONLY | O_CLOEXEC);

	if (home < 0)
		return err_sys(e, ERR_NETNS, errno, "own network namespace: open");
	if (setns(ns->fd, CLONE_NEWNET) < 0)
		return err_sys(e, ERR_NETNS, errno, "network namespace: enter");
	int r = f(arg, e);

	if (setns(home, CLONE_NEWNET) < 0) {
		perror("dpdk-cni: cannot return to the host's network namespace");
		abort();
	}
	return r;
}

static int read_cookie(void *arg, struct err *e)
{
	struct netns *ns = arg;
	socklen_t len = sizeof(ns->cookie);
	auto_close int s = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (s < 0 || getsockopt(s, SOL_SOCKET, SO_NETNS_COOKIE, &ns->cookie, &len) < 0) {
		int r = err_sys(e, ERR_NETNS, errno, "network namespace: cookie");

		err_remedy(e, "Linux 5.14 or newer is needed");
		return r;
	}
	return 0;
}

/* A path that is not a namespace any more counts as gone. */
static int is_netns(int fd)
{
	struct statfs fs;

	if (fstatfs(fd, &fs) < 0)
		return -errno;
	if (fs.f_type != NSFS_MAGIC || ioctl(fd, NS_GET_NSTYPE) != CLONE_NEWNET)
		return -ENOENT;
	return 0;
}

int netns_open(const char *path, struct netns *ret, struct err *e)
{
	auto_netns struct netns ns = NETNS_INIT;
	struct stat st;
	int r;

	ns.fd = open(path ? path : OWN_NETNS, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (ns.fd < 0) {
		/* ESRCH: /proc/PID/ns/net of a process that has just died. */
		int errnum = errno == ESRCH || errno == ENOTDIR ? ENOENT : errno;

		return err_sys(e, ERR_NETNS, errnum, "network namespace %s: open",
			path ? path : OWN_NETNS);
	}
	r = is_netns(ns.fd);
	if (r < 0)
		return err_set(e, ERR_NETNS, -r,
			"network namespace %s: it is not (or no longer) one",
			path ? path : OWN_NETNS);
	if (fstat(ns.fd, &st) < 0)
		return err_sys(e, ERR_NETNS, errno, "network namespace: stat");
	ns.inode = (int64_t)st.st_ino;
	r = netns_run(&ns, read_cookie, &ns, e);
	if (r < 0)
		return r;
	*ret = ns;
	ns.fd = -1;
	return 0;
}

int netns_open_bare(const char *path, struct netns *ret)
{
	auto_netns struct netns ns = NETNS_INIT;
	struct stat st;

	ns.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (ns.fd < 0)
		return -errno;
	int r = is_netns(ns.fd);

	if (r < 0 || fstat(ns.fd, &st) < 0)
		return r < 0 ? r : -errno;
	ns.inode = (int64_t)st.st_ino;
	*ret = ns;
	ns.fd = -1;
	return 0;
}

static int open_nl(void *arg, struct err *e)
{
	return nl_open(arg, e);
}

int netns_nl_open(const struct netns *ns, struct nl_sock **ret, struct err *e)
{
	return netns_run(ns, open_nl, ret, e);
}
