/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A namespace that lost the name it was known by: a client that names it /proc/PID/ns/net (ctr)
 * may outlive that process, and a bind mount may be taken away while processes live in there.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "mem.h"
#include "netns.h"

static bool open_if(const char *path, int64_t inode, uint64_t cookie, struct netns *ret)
{
	auto_netns struct netns ns = NETNS_INIT;
	struct stat st;

	if (stat(path, &st) < 0 || (int64_t)st.st_ino != inode || netns_open(path, &ns, NULL) < 0 ||
		ns.cookie != cookie)
		return false;
	*ret = ns;
	ns.fd = -1;
	return true;
}

static void close_file(FILE **f)
{
	if (*f)
		(void)fclose(*f);
}

/* Lines are "36 35 0:4 net:[4026532008] /run/netns/pod rw - nsfs nsfs rw". */
static bool find_mounted(int64_t inode, uint64_t cookie, struct netns *ret)
{
	__attribute__((cleanup(close_file))) FILE *f = fopen("/proc/self/mountinfo", "re");
	auto_free char *line = NULL, *path = NULL;
	char root[40];
	size_t size = 0;

	(void)snprintf(root, sizeof(root), " net:[%lld] ", (long long)inode);
	while (f && getline(&line, &size, f) >= 0) {
		const char *at = strstr(line, root);

		if (!at)
			continue;
		free(path);
		at += strlen(root);
		path = strndup(at, strcspn(at, " "));
		if (path && open_if(path, inode, cookie, ret))
			return true;
	}
	return false;
}

static void close_dir(DIR **d)
{
	if (*d)
		(void)closedir(*d);
}

static bool find_process(int64_t inode, uint64_t cookie, struct netns *ret)
{
	__attribute__((cleanup(close_dir))) DIR *proc = opendir("/proc");
	const struct dirent *d;
	char path[64];

	while (proc && (d = readdir(proc))) {
		if (strspn(d->d_name, "0123456789") != strlen(d->d_name))
			continue;
		(void)snprintf(path, sizeof(path), "/proc/%.20s/ns/net", d->d_name);
		if (open_if(path, inode, cookie, ret))
			return true;
	}
	return false;
}

int netns_find(int64_t inode, uint64_t cookie, struct netns *ret)
{
	return find_mounted(inode, cookie, ret) || find_process(inode, cookie, ret) ? 0 : -ENOENT;
}
