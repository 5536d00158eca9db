/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All network namespaces that can be seen: those that processes live in and, where deep, what is
 * kept by open files and by mounts of any mount namespace. One whose last reference is a file that
 * is on its way through a socket cannot be seen by anybody.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include "file.h"
#include "mem.h"
#include "netns.h"

struct walk {
	netns_visit f;
	void *arg;
	int64_t *seen; /* inodes of network and mount namespaces */
	size_t n_seen;
	bool deep, end, denied;
};

static bool is_new(struct walk *w, int64_t inode)
{
	for (size_t i = 0; i < w->n_seen; i++)
		if (w->seen[i] == inode)
			return false;
	int64_t *more = mem_more(w->seen, w->n_seen);

	/* Without memory it is visited twice, perhaps. */
	if (more) {
		*more = inode;
		w->n_seen++;
	}
	return true;
}

/* Opened by O_PATH first: a path in a pod's root may have become a device by now. */
static void visit(struct walk *w, int dir, const char *path, const char *known_as)
{
	auto_close int fd = openat(dir, path, O_PATH | O_CLOEXEC);
	auto_netns struct netns ns = NETNS_INIT;
	char self[FILE_FD_PATH];
	struct statfs fs;

	if (fd < 0 || fstatfs(fd, &fs) < 0 || fs.f_type != NSFS_MAGIC)
		return;
	if (netns_open_bare(file_fd_path(fd, self), &ns) == 0)
		w->end = w->f(&ns, known_as, w->arg);
}

/* "net:[4026532008]" */
static int64_t inode_of(const char *text, const char *kind)
{
	const size_t n = strlen(kind);

	return strncmp(text, kind, n) == 0 && strncmp(text + n, ":[", 2) == 0
		? strtoll(text + n + 2, NULL, 10)
		: 0;
}

static int64_t link_inode(int dir, const char *path, const char *kind)
{
	char text[64];
	ssize_t n = readlinkat(dir, path, text, sizeof(text) - 1);

	text[n > 0 ? n : 0] = '\0';
	return inode_of(text, kind);
}

/* Lines are "36 35 0:4 net:[4026532008] /run/netns/pod rw - nsfs nsfs rw". */
static void walk_mounts(struct walk *w, int process)
{
	int fd = openat(process, "mountinfo", O_RDONLY | O_CLOEXEC);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	auto_free char *line = NULL;
	size_t size = 0;

	if (!f) {
		mem_closep(&fd);
		return;
	}
	while (!w->end && getline(&line, &size, f) >= 0) {
		char path[4200], *at = strstr(line, " net:[");
		int64_t inode = at ? inode_of(at + 1, "net") : 0;

		at = inode ? strchr(at + 1, ' ') : NULL;
		if (!at || !is_new(w, inode))
			continue;
		at[1 + strcspn(at + 1, " ")] = '\0';
		(void)snprintf(path, sizeof(path), "root%s", at + 1);
		visit(w, process, path, at + 1);
	}
	(void)fclose(f);
}

/* A namespace that an open file leads to: "net:[4026532008]", or the root of a mount of it that was
 * taken away, which is called "/". Where it still is mounted, walk_mounts finds it. Nothing else is
 * touched: a file may be on a file system that hangs. */
static int64_t file_inode(int dir, const char *name)
{
	char text[64];
	struct stat st;
	ssize_t n = readlinkat(dir, name, text, sizeof(text) - 1);

	text[n > 0 ? n : 0] = '\0';
	if (strcmp(text, "/") != 0)
		return inode_of(text, "net");
	return fstatat(dir, name, &st, 0) == 0 && S_ISREG(st.st_mode) ? (int64_t)st.st_ino : 0;
}

static void walk_files(struct walk *w, int process, const char *known_as)
{
	int fd = openat(process, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (!d) {
		mem_closep(&fd);
		return;
	}
	for (const struct dirent *de; !w->end && (de = readdir(d));) {
		int64_t inode = de->d_name[0] == '.' ? 0 : file_inode(dirfd(d), de->d_name);

		if (inode && is_new(w, inode))
			visit(w, dirfd(d), de->d_name, known_as);
	}
	(void)closedir(d);
}

static void walk_process(struct walk *w, int proc, const char *pid)
{
	auto_close int process = openat(proc, pid, O_PATH | O_DIRECTORY | O_CLOEXEC);
	errno = 0;
	int64_t inode = process < 0 ? 0 : link_inode(process, "ns/net", "net");
	char known_as[48];

	w->denied |= !inode && (errno == EACCES || errno == EPERM);
	if (!inode)
		return;
	(void)snprintf(known_as, sizeof(known_as), "/proc/%.20s/ns/net", pid);
	if (is_new(w, inode))
		visit(w, process, "ns/net", known_as);
	if (!w->deep)
		return;
	inode = link_inode(process, "ns/mnt", "mnt");
	if (inode && !w->end && is_new(w, inode))
		walk_mounts(w, process);
	(void)snprintf(known_as, sizeof(known_as), "a file of process %.20s", pid);
	if (!w->end)
		walk_files(w, process, known_as);
}

int netns_each(bool deep, netns_visit f, void *arg)
{
	struct walk w = {.f = f, .arg = arg, .deep = deep};
	int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = proc < 0 ? NULL : fdopendir(proc);

	if (!d) {
		mem_closep(&proc);
		return -EACCES;
	}
	/* Our own, which is where the search begins. */
	(void)is_new(&w, link_inode(dirfd(d), "thread-self/ns/net", "net"));
	auto_close int self = openat(dirfd(d), "self", O_PATH | O_DIRECTORY | O_CLOEXEC);

	/* The names of /run/netns are better than a process's number. */
	if (self >= 0)
		walk_mounts(&w, self);
	for (const struct dirent *de; !w.end && (de = readdir(d));)
		if (strspn(de->d_name, "0123456789") == strlen(de->d_name))
			walk_process(&w, dirfd(d), de->d_name);
	(void)closedir(d);
	free(w.seen);
	return w.denied ? -EACCES : 0;
}
