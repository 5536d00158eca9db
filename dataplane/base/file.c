/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "file.h"
#include "mem.h"

/*
 * FILE_STRICT without openat2, a component at a time. Each directory is held while the next is opened
 * below it, so that nothing that is moved or exchanged meanwhile leads elsewhere.
 */
static int walk(int dirfd, const char *path, int flags, mode_t mode)
{
	auto_close int held = -1;

	for (int at = dirfd;;) {
		char name[NAME_MAX + 1] = ".";
		const size_t n = strcspn(path, "/"), end = n + strspn(path + n, "/");
		const bool last = !path[end];
		struct stat st;

		if (n > NAME_MAX)
			return -ENAMETOOLONG;
		if (n == 2 && strncmp(path, "..", 2) == 0)
			return -EXDEV;
		if (last && end > n)
			flags |= O_DIRECTORY;
		if (n > 0)
			(void)snprintf(name, sizeof(name), "%.*s", (int)n, path);
		int fd = openat(at, name,
			O_NOFOLLOW | O_CLOEXEC | (last ? flags : O_PATH | O_DIRECTORY), mode);

		if (fd < 0)
			return errno == ENOTDIR &&
					fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
					S_ISLNK(st.st_mode)
				? -ELOOP
				: -errno;
		/* O_PATH opens a symlink itself. */
		if (last && !(flags & O_NOFOLLOW) && fstat(fd, &st) == 0 && S_ISLNK(st.st_mode)) {
			(void)close(fd);
			return -ELOOP;
		}
		if (last)
			return fd;
		mem_closep(&held);
		at = held = fd;
		path += end;
	}
}

/*
 * For a kernel before 5.6, a seccomp profile that does not know openat2, valgrind. FILE_IN_ROOT then
 * relies on dirfd being the root of this process, or on paths without absolute symlinks; the plugin,
 * which works on paths of tenants, refuses to run so (file_openat2).
 */
static int open_without(int dirfd, const char *path, int flags, mode_t mode, enum file_trust trust)
{
	path += strspn(path, "/");
	if (trust == FILE_STRICT)
		return walk(dirfd, path, flags, mode);
	int fd = openat(dirfd, *path ? path : ".", flags | O_CLOEXEC, mode);

	return fd < 0 ? -errno : fd;
}

/* 0, or the errno of the call as such. */
static int without_openat2(void)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT};
	auto_close int fd = (int)syscall(SYS_openat2, AT_FDCWD, "/", &how, sizeof(how));

	return fd < 0 && (errno == ENOSYS || errno == EPERM) ? errno : 0;
}

int file_openat2(struct err *e)
{
	const int why = without_openat2();
	struct utsname u = {.release = "?"};

	if (why == 0)
		return 0;
	(void)uname(&u);
	int r = err_set(e, ERR_IO, why, "openat2: this Linux %s does not allow it: %s", u.release,
		strerror(why));

	err_remedy(e,
		"the plugin follows paths of pods with it: run Linux 5.6 or newer; where this one is, "
		"whatever starts the plugin has a seccomp filter that must allow openat2");
	return r;
}

int file_open(int dirfd, const char *path, int flags, mode_t mode, enum file_trust trust)
{
	struct open_how how = {
		.flags = (uint64_t)(flags | O_CLOEXEC),
		.mode = flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE ? mode : 0,
		.resolve = trust == FILE_STRICT
			? RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS
			: RESOLVE_IN_ROOT,
	};

	if (trust == FILE_STRICT)
		while (*path == '/')
			path++;
	for (;;) {
		long fd = syscall(SYS_openat2, dirfd, *path ? path : ".", &how, sizeof(how));

		if (fd >= 0)
			return (int)fd;
		const int why = errno;

		/* EPERM may be of this file. Where openat2 works, nothing stands in for it. */
		if ((why == ENOSYS || why == EPERM) && without_openat2() != 0)
			return open_without(dirfd, path, flags, mode, trust);
		/* EAGAIN: a rename raced with the walk; the kernel asks to try again. */
		if (why != EINTR && why != EAGAIN)
			return -why;
	}
}

int file_read_fd(int fd, size_t cap, char **ret, size_t *ret_len)
{
	auto_free char *buf = NULL;
	size_t len = 0, size = 0;

	for (;;) {
		if (len + 1 >= size) {
			size = size ? size * 2 : 4096;
			char *bigger = realloc(buf, size);

			if (!bigger)
				return -ENOMEM;
			buf = bigger;
		}
		ssize_t n = read(fd, buf + len, size - len - 1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		len += (size_t)n;
		if (len > cap)
			return -EFBIG;
	}
	buf[len] = '\0';
	*ret = steal_ptr(buf);
	if (ret_len)
		*ret_len = len;
	return 0;
}

int file_read(int dirfd, const char *path, enum file_trust trust, size_t cap, char **ret,
	size_t *ret_len)
{
	/* O_NONBLOCK: a FIFO where a file should be must not hold us up. */
	auto_close int fd = file_open(dirfd, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, trust);

	if (fd < 0)
		return fd;
	return file_read_fd(fd, cap, ret, ret_len);
}

int file_read_line(int dirfd, const char *path, char *buf, size_t size)
{
	auto_close int fd = file_open(dirfd, path, O_RDONLY | O_NONBLOCK, 0, FILE_IN_ROOT);

	if (fd < 0)
		return fd;
	ssize_t n = read(fd, buf, size - 1);

	if (n < 0)
		return -errno;
	buf[n] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	for (size_t len = strlen(buf); len && (buf[len - 1] == ' ' || buf[len - 1] == '\t'); len--)
		buf[len - 1] = '\0';
	return 0;
}

int file_read_int(int dirfd, const char *path, int64_t *ret)
{
	char line[64], *end;
	int r = file_read_line(dirfd, path, line, sizeof(line));

	if (r < 0)
		return r;
	errno = 0;
	long long v = strtoll(line, &end, 0);

	if (end == line || *end || errno)
		return -EINVAL;
	*ret = v;
	return 0;
}

int file_write_fd(int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

int file_write_attr(int dirfd, const char *path, const char *text)
{
	auto_close int fd = file_open(dirfd, path, O_WRONLY, 0, FILE_IN_ROOT);

	if (fd < 0)
		return fd;
	/* One write: an attribute's store() sees the value whole. */
	return write(fd, text, strlen(text)) < 0 ? -errno : 0;
}

int file_finish(int dirfd, const char *name, const char *tmp, int fd, const void *data, size_t len,
	mode_t mode)
{
	int r = file_write_fd(fd, data, len);

	/* The umask does not decide who may read. */
	if (r == 0 && fchmod(fd, mode) < 0)
		r = -errno;
	if (r == 0 && renameat(dirfd, tmp, dirfd, name) < 0)
		r = -errno;
	return r;
}

static int open_temporary(int dirfd, const char *tmp, mode_t mode)
{
	return file_open(dirfd, tmp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode, FILE_STRICT);
}

int file_replace(int dirfd, const char *name, const char *tmp, const void *data, size_t len,
	mode_t mode)
{
	int fd_or_error = open_temporary(dirfd, tmp, mode);

	if (fd_or_error == -EEXIST) {
		if (unlinkat(dirfd, tmp, 0) < 0 && errno != ENOENT)
			return -errno;
		fd_or_error = open_temporary(dirfd, tmp, mode);
	}
	auto_close int fd = fd_or_error;

	if (fd < 0)
		return fd;
	int r = file_finish(dirfd, name, tmp, fd, data, len, mode);

	if (r < 0)
		(void)unlinkat(dirfd, tmp, 0);
	return r;
}

int file_nameless(int dirfd, const void *data, size_t len, mode_t mode)
{
	auto_close int fd = file_open(dirfd, ".", O_RDWR | O_TMPFILE | O_APPEND, mode, FILE_STRICT);

	if (fd < 0)
		return fd;
	int r = file_write_fd(fd, data, len);

	if (r == 0 && fchmod(fd, mode) < 0)
		r = -errno;
	return r < 0 ? r : steal_fd(fd);
}

const char *file_fd_path(int fd, char buf[static FILE_FD_PATH])
{
	(void)snprintf(buf, FILE_FD_PATH, "/proc/self/fd/%d", fd);
	return buf;
}

int file_name(int fd, int dirfd, const char *name)
{
	char self[FILE_FD_PATH];

	return linkat(AT_FDCWD, file_fd_path(fd, self), dirfd, name, AT_SYMLINK_FOLLOW) < 0 ? -errno
											    : 0;
}

int file_exchange(int dirfd, const char *a, const char *b)
{
	/* RENAME_EXCHANGE of linux/fs.h; older C libraries have neither that nor the function. */
	return syscall(SYS_renameat2, dirfd, a, dirfd, b, 1 << 1) < 0 ? -errno : 0;
}

int file_lock(int fd, int how)
{
	int r;

	do
		r = flock(fd, how);
	while (r < 0 && errno == EINTR);
	return r < 0 ? -errno : 0;
}

int file_mkdirs(int dirfd, const char *path, mode_t mode)
{
	auto_close int at = file_open(dirfd, ".", O_RDONLY | O_DIRECTORY, 0, FILE_STRICT);

	while (at >= 0 && *path) {
		char part[NAME_MAX + 1];
		size_t n = strcspn(path, "/");

		if (n > NAME_MAX)
			return -ENAMETOOLONG;
		memcpy(part, path, n);
		part[n] = '\0';
		path += n + (path[n] == '/');
		if (n == 0)
			continue;
		int made = mkdirat(at, part, mode);

		if (made < 0 && errno != EEXIST)
			return -errno;
		int next = file_open(at, part, O_RDONLY | O_DIRECTORY, 0, FILE_STRICT);

		(void)close(at);
		at = next;
		/* The umask does not decide here either. */
		if (made == 0 && at >= 0 && fchmod(at, mode) < 0)
			return -errno;
	}
	return steal_fd(at);
}

DIR *file_opendir(int dirfd, const char *path)
{
	auto_close int fd = file_open(dirfd, path, O_RDONLY | O_DIRECTORY, 0, FILE_IN_ROOT);

	if (fd < 0) {
		errno = -fd;
		return NULL;
	}
	DIR *d = fdopendir(fd);

	if (d)
		fd = -1; /* it is d's now */
	return d;
}

const char *file_next(DIR *d)
{
	const struct dirent *e = readdir(d);

	while (e && (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0))
		e = readdir(d);
	return e ? e->d_name : NULL;
}

void file_closedirp(DIR **d)
{
	if (*d)
		(void)closedir(*d);
}

int file_link_base(int dirfd, const char *path, char *buf, size_t size)
{
	char target[PATH_MAX];
	auto_close int fd = file_open(dirfd, path, O_PATH | O_NOFOLLOW, 0, FILE_IN_ROOT);

	if (fd < 0)
		return fd;
	ssize_t n = readlinkat(fd, "", target, sizeof(target) - 1);

	if (n < 0)
		return -errno;
	target[n] = '\0';
	const char *base = strrchr(target, '/');

	base = base ? base + 1 : target;
	if (strlen(base) >= size)
		return -ENAMETOOLONG;
	memcpy(buf, base, strlen(base) + 1);
	return 0;
}
