/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "mem.h"
#include "state.h"

#define CREATE_TRIES 1000

static int open_sandbox(const struct state *s, const char *container, bool create)
{
	int fd = file_open(s->pods, container, O_RDONLY | O_DIRECTORY, 0, FILE_STRICT);

	if (fd != -ENOENT || !create)
		return fd;
	if (mkdirat(s->pods, container, 0700) < 0 && errno != EEXIST)
		return -errno;
	return file_open(s->pods, container, O_RDONLY | O_DIRECTORY, 0, FILE_STRICT);
}

int sandbox_lock(const struct state *s, const char *container, enum sandbox_how how,
	struct sandbox *ret, struct err *e)
{
	const bool create = how == SANDBOX_CREATE || how == SANDBOX_TRY_CREATE,
		   try = how == SANDBOX_TRY || how == SANDBOX_TRY_CREATE;

	for (int tries = 0;;) {
		struct stat st;
		auto_close int fd = open_sandbox(s, container, create);

		if (fd == -ENOENT && !create)
			return fd;
		/* Made, and removed by its last user before it was opened; or all state is gone. */
		if (fd == -ENOENT && tries++ < CREATE_TRIES)
			continue;
		if (fd < 0) {
			int r = err_sys(e, ERR_STATE, -fd, "state of container %s: open",
				container);

			err_remedy(e, STATE_WRITABLE);
			return r;
		}
		int r = file_lock(fd, LOCK_EX | (try ? LOCK_NB : 0));

		if (r == -EWOULDBLOCK)
			return err_set(e, ERR_AGAIN, EAGAIN,
				"container %s: another call is working on it; try again later",
				container);
		if (r < 0)
			return err_sys(e, ERR_STATE, -r, "state of container %s: lock", container);
		/* Its last user may have removed it while we waited. */
		if (fstat(fd, &st) == 0 && st.st_nlink > 0) {
			*ret = (struct sandbox){.dir = steal_fd(fd), .begun = -1};
			(void)snprintf(ret->container, sizeof(ret->container), "%s", container);
			return 0;
		}
	}
}

void sandbox_unlock(const struct state *s, struct sandbox *b)
{
	if (b->dir < 0)
		return;
	mem_closep(&b->begun);
	b->begun = -1;
	/* Fails where something is left, which is meant. */
	(void)unlinkat(s->pods, b->container, AT_REMOVEDIR);
	(void)close(b->dir);
	b->dir = -1;
}

static const char *record_name(const char *ifname, char buf[static 64])
{
	(void)snprintf(buf, 64, "%.40s" STATE_RECORD_SUFFIX, ifname);
	return buf;
}

static const char *temporary_name(const char *ifname, char buf[static 64])
{
	(void)snprintf(buf, 64, ".%.40s.tmp", ifname);
	return buf;
}

#define WHAT_SIZE 400

static int read_text(int dir, const char *path, const char *container, const char *ifname,
	char **ret, size_t *ret_len, char what[static WHAT_SIZE], struct err *e)
{
	int r = file_read(dir, path, FILE_STRICT, RECORD_MAX, ret, ret_len);

	(void)snprintf(what, WHAT_SIZE, "record /" STATE_DIR "/pods/%s/%.40s" STATE_RECORD_SUFFIX,
		container, ifname);
	return r < 0 && r != -ENOENT ? err_sys(e, ERR_STATE, -r, "%s: read", what) : r;
}

static int decode(const char *text, size_t len, const char *what, const char *container,
	const char *ifname, struct record *ret, struct err *e)
{
	int r = record_decode(text, len, what, ret, e);

	if (r < 0) {
		err_remedy(e,
			"dpdk-cni release %s %s restores what can be read of it; "
			"dpdk-cni release --forget %s %s drops it and restores nothing",
			container, ifname, container, ifname);
		return r;
	}
	if (strcmp(ret->container, container) == 0 && strcmp(ret->ifname, ifname) == 0)
		return 0;
	record_free(ret);
	return err_set(e, ERR_STATE, EINVAL, "%s: it is of another attachment", what);
}

int sandbox_read(const struct sandbox *b, const char *ifname, struct record *ret, struct err *e)
{
	auto_free char *text = NULL;
	char name[64], what[WHAT_SIZE];
	size_t len;
	int r = read_text(b->dir, record_name(ifname, name), b->container, ifname, &text, &len,
		what, e);

	return r < 0 ? r : decode(text, len, what, b->container, ifname, ret, e);
}

int state_read(const struct state *s, const char *container, const char *ifname, const char *needle,
	struct record *ret, struct err *e)
{
	auto_free char *text = NULL;
	char name[64], path[NAME_MAX + 1 + sizeof(name)], what[WHAT_SIZE];
	size_t len;

	(void)snprintf(path, sizeof(path), "%s/%s", container, record_name(ifname, name));
	int r = read_text(s->pods, path, container, ifname, &text, &len, what, e);

	if (r == 0 && needle && !strstr(text, needle))
		return -ENOENT;
	return r < 0 ? r : decode(text, len, what, container, ifname, ret, e);
}

int sandbox_salvage(const struct sandbox *b, const char *ifname, struct record *ret, char *lost,
	size_t size, struct err *e)
{
	auto_free char *text = NULL;
	char what[WHAT_SIZE];
	size_t len;
	char name[64];
	int r = read_text(b->dir, record_name(ifname, name), b->container, ifname, &text, &len,
		what, e);

	if (r == 0)
		r = record_salvage(text, len, what, b->container, ifname, ret, lost, size, e);
	if (r < 0)
		err_remedy(e,
			"move the device back by hand; dpdk-cni release --forget %s %s then drops the record",
			b->container, ifname);
	return r;
}

static int refuse_write(const struct sandbox *b, const char *ifname, int errnum, struct err *e)
{
	int r = err_sys(e, ERR_STATE, errnum,
		"record /" STATE_DIR "/pods/%s/%s" STATE_RECORD_SUFFIX ": write", b->container,
		ifname);

	if (errnum == ENOSPC)
		err_remedy(e, "make room on /run (df /run)");
	return r;
}

int sandbox_begin(struct sandbox *b, const char *ifname, struct err *e)
{
	char tmp[64];
	int fd = file_open(b->dir, temporary_name(ifname, tmp), O_WRONLY | O_CREAT | O_EXCL, 0600,
		FILE_STRICT);

	if (fd == -EEXIST)
		return fd;
	if (fd < 0)
		return refuse_write(b, ifname, -fd, e);
	b->begun = fd;
	return 0;
}

bool sandbox_left(const struct sandbox *b, const char *ifname)
{
	char tmp[64];

	return faccessat(b->dir, temporary_name(ifname, tmp), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

int sandbox_write(struct sandbox *b, const struct record *r, struct err *e)
{
	auto_free char *text = NULL;
	char name[64], tmp[64];
	auto_close int begun = steal_fd(b->begun);
	int rc = record_encode(r, &text, e);

	if (rc < 0)
		return rc;
	(void)record_name(r->ifname, name);
	(void)temporary_name(r->ifname, tmp);
	rc = begun < 0 ? file_replace(b->dir, name, tmp, text, strlen(text), 0600)
		       : file_finish(b->dir, name, tmp, begun, text, strlen(text), 0600);
	return rc < 0 ? refuse_write(b, r->ifname, -rc, e) : 0;
}

bool sandbox_has(const struct sandbox *b, const char *ifname)
{
	char name[64];

	return faccessat(b->dir, record_name(ifname, name), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static int refuse_remove(const struct sandbox *b, const char *ifname, struct err *e)
{
	return err_sys(e, ERR_STATE, errno,
		"record /" STATE_DIR "/pods/%s/%s" STATE_RECORD_SUFFIX ": remove", b->container,
		ifname);
}

int sandbox_retire(const struct sandbox *b, const char *ifname, struct err *e)
{
	char name[64], tmp[64];

	if (renameat(b->dir, record_name(ifname, name), b->dir, temporary_name(ifname, tmp)) < 0 &&
		errno != ENOENT)
		return refuse_remove(b, ifname, e);
	return 0;
}

int sandbox_remove(struct sandbox *b, const char *ifname, struct err *e)
{
	char name[64];

	mem_closep(&b->begun);
	b->begun = -1;
	if ((unlinkat(b->dir, record_name(ifname, name), 0) < 0 && errno != ENOENT) ||
		(unlinkat(b->dir, temporary_name(ifname, name), 0) < 0 && errno != ENOENT))
		return refuse_remove(b, ifname, e);
	return 0;
}

int sandbox_tidy(const struct sandbox *b, const char *ifname, struct err *e)
{
	char tmp[64];

	if (unlinkat(b->dir, temporary_name(ifname, tmp), 0) < 0 && errno != ENOENT)
		return refuse_remove(b, ifname, e);
	return 0;
}
