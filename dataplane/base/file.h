/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files, always relative to a directory fd: the root of the machine (or of a recorded tree in
 * tests) or a directory opened before. One durable writer.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <dirent.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "err.h"

/* How far a path may lead. */
enum file_trust {
	FILE_IN_ROOT, /* symlinks are followed, absolute ones inside dirfd: sysfs, our own directories */
	FILE_STRICT, /* no symlink, no magic link, nothing above dirfd: what a pod may have written */
};

/* An open(2) of path below dirfd. A leading '/' is taken as dirfd's root. Returns the fd
 * (O_CLOEXEC) or -errno; mode counts with O_CREAT. */
int file_open(int dirfd, const char *path, int flags, mode_t mode, enum file_trust trust);

/* Has this process openat2? Without it file_open does what it can, which is not enough for a program
 * with more rights than those whose paths it opens: an error with the remedy. */
int file_openat2(struct err *e);

/* The whole file, at most cap bytes (over it: -EFBIG), NUL-terminated, owned by the caller.
 * ret_len may be NULL. Sets no struct err: absence is often no error. */
int file_read(int dirfd, const char *path, enum file_trust trust, size_t cap, char **ret,
	size_t *ret_len);
/* The same of an open fd, from where it stands. */
int file_read_fd(int fd, size_t cap, char **ret, size_t *ret_len);

/* The first line without its newline and trailing blanks, "" for an empty file. */
int file_read_line(int dirfd, const char *path, char *buf, size_t size);
/* A number in any C notation. */
int file_read_int(int dirfd, const char *path, int64_t *ret);

/* All of it in one go, restarted when interrupted. */
int file_write_fd(int fd, const void *data, size_t len);
/* Writes a sysfs or procfs attribute. */
int file_write_attr(int dirfd, const char *path, const char *text);

/*
 * Replaces dirfd/name (a single component) by a file of this content and mode: temporary,
 * full write, rename. A reader sees the old file or the new one. tmp names the temporary,
 * in the same directory; a leftover of that name is removed first, and whoever plants one
 * again meanwhile makes the call fail (-EEXIST), not follow.
 */
int file_replace(int dirfd, const char *name, const char *tmp, const void *data, size_t len,
	mode_t mode);

/* The second half of that, for who made the temporary, fd, himself: failed, it is still there. */
int file_finish(int dirfd, const char *name, const char *tmp, int fd, const void *data, size_t len,
	mode_t mode);

/* A new file of this content and mode, which has no name yet and leaves nothing where the caller
 * dies: its fd. file_name gives it one; -EEXIST where that is taken. */
int file_nameless(int dirfd, const void *data, size_t len, mode_t mode);
int file_name(int fd, int dirfd, const char *name);

/* A path to what an fd refers to, for calls that take no fd: at most 108 bytes for a socket. */
#define FILE_FD_PATH 32
const char *file_fd_path(int fd, char buf[static FILE_FD_PATH]);

/* Two files of a directory have each other's names afterwards; -ENOENT: one was not there. */
int file_exchange(int dirfd, const char *a, const char *b);

/* flock(2), restarted when interrupted. */
int file_lock(int fd, int how);

/* mkdir -p of path below dirfd, each new directory with mode. Returns an O_RDONLY fd of the last. */
int file_mkdirs(int dirfd, const char *path, mode_t mode);

/* A directory below dirfd, to be read with file_next. NULL: it cannot be, and errno says why. */
DIR *file_opendir(int dirfd, const char *path);
/* The name of its next entry, without "." and ".."; NULL: there are no more. */
const char *file_next(DIR *d);
void file_closedirp(DIR **d);
#define auto_dir __attribute__((cleanup(file_closedirp)))

/* The last component of a symlink's target, e.g. the driver's name. */
int file_link_base(int dirfd, const char *path, char *buf, size_t size);

#endif
