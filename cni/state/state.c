/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "kernel.h"
#include "mem.h"
#include "state.h"

void state_close(struct state *s)
{
	mem_closep(&s->pods);
	mem_closep(&s->claims);
	s->pods = s->claims = -1;
}

/* Most calls find it: looking first costs less than making each part of the path. */
static int open_dir(int at, const char *path, bool create)
{
	int fd = file_open(at, path, O_RDONLY | O_DIRECTORY, 0, FILE_STRICT);

	return fd == -ENOENT && create ? file_mkdirs(at, path, 0700) : fd;
}

/* Whoever else may write there says what root moves, and whoever may read it reads stdin. */
static int check_private(int fd, const char *path, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_sys(e, ERR_STATE, errno, "state directory /%s: stat", path);
	if (st.st_uid == geteuid() && !(st.st_mode & (S_IRWXG | S_IRWXO)))
		return 0;
	int r = err_set(e, ERR_STATE, EPERM,
		"state directory /%s: its owner is %u and its mode %03o; nothing in it is trusted",
		path, (unsigned)st.st_uid, (unsigned)st.st_mode & 07777);

	err_remedy(e,
		"look who changed it and at what is in it; then chown root /%s && chmod 700 /%s",
		path, path);
	return r;
}

static int check_all_private(int rootfd, const struct state *s, struct err *e)
{
	auto_close int top = open_dir(rootfd, STATE_DIR, false);
	int r = top < 0 ? err_sys(e, ERR_STATE, -top, "state directory /" STATE_DIR ": open")
			: check_private(top, STATE_DIR, e);

	if (r == 0)
		r = check_private(s->pods, STATE_DIR "/pods", e);
	if (r == 0)
		r = check_private(s->claims, STATE_DIR "/claims", e);
	return r;
}

int state_open(int rootfd, bool create, struct state *ret, struct err *e)
{
	struct state s = {-1, -1};

	s.pods = open_dir(rootfd, STATE_DIR "/pods", create);
	if (s.pods >= 0)
		s.claims = open_dir(rootfd, STATE_DIR "/claims", create);
	int r = s.pods < 0 ? s.pods : s.claims < 0 ? s.claims : 0;

	if (r == 0) {
		r = check_all_private(rootfd, &s, e);
		if (r == 0)
			*ret = s;
		else
			state_close(&s);
		return r;
	}
	state_close(&s);
	if (r == -ENOENT && !create)
		return r;
	r = err_sys(e, ERR_STATE, -r, "state directory /" STATE_DIR ": %s",
		create ? "create" : "open");
	err_remedy(e, STATE_WRITABLE);
	return r;
}

int state_enter(const struct state *s, struct err *e)
{
	int r = file_lock(s->pods, LOCK_SH);

	return r < 0 ? err_sys(e, ERR_STATE, -r, "state directory /" STATE_DIR "/pods: lock") : 0;
}

int state_enter_alone(const struct state *s, struct err *e)
{
	int r = file_lock(s->pods, LOCK_EX | LOCK_NB);

	if (r == -EWOULDBLOCK)
		return err_set(e, ERR_AGAIN, EAGAIN,
			"an ADD is under way, which the list of attachments cannot know yet; try "
			"again later");
	return r < 0 ? err_sys(e, ERR_STATE, -r, "state directory /" STATE_DIR "/pods: lock") : 0;
}

/* A record's or a temporary's name: whose. */
static bool parse_name(const char *name, enum state_file *ret_kind, char ifname[static 32])
{
	static const struct {
		const char *head, *tail;
	} shapes[] = {
		[STATE_RECORD] = {"", STATE_RECORD_SUFFIX},
		[STATE_TEMPORARY] = {".", STATE_TEMPORARY_SUFFIX},
	};
	const size_t n = strlen(name);

	for (size_t i = 0; i < ARRAY_SIZE(shapes); i++) {
		const size_t head = strlen(shapes[i].head), tail = strlen(shapes[i].tail);

		if (n <= head + tail || n - head - tail >= 32 ||
			strncmp(name, shapes[i].head, head) != 0 ||
			strcmp(name + n - tail, shapes[i].tail) != 0)
			continue;
		(void)snprintf(ifname, 32, "%.*s", (int)(n - head - tail), name + head);
		*ret_kind = (enum state_file)i;
		return true;
	}
	return false;
}

/* A sandbox is a directory: what leads to one is none. */
static DIR *open_sandbox(const struct state *s, const char *container)
{
	auto_close int fd = file_open(s->pods, container, O_RDONLY | O_DIRECTORY, 0, FILE_STRICT);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (d)
		fd = -1; /* it is d's now */
	return d;
}

static int each_file(const struct state *s, const char *container, state_name_visit f, void *arg)
{
	auto_dir DIR *d = open_sandbox(s, container);
	bool empty = true;
	int r = 0;

	if (!d)
		return 0;
	for (const char *name; r == 0 && (name = file_next(d));) {
		enum state_file kind;
		char ifname[32];

		empty = false;
		if (parse_name(name, &kind, ifname))
			r = f(container, ifname, kind, arg);
	}
	return r == 0 && empty ? f(container, "", STATE_EMPTY, arg) : r;
}

int state_each_name(const struct state *s, state_name_visit f, void *arg)
{
	auto_dir DIR *d = file_opendir(s->pods, ".");
	int r = 0;

	for (const char *name; d && r == 0 && (name = file_next(d));)
		if (name[0] != '.')
			r = each_file(s, name, f, arg);
	return r;
}

struct record_reading {
	const struct state *s;
	state_visit f;
	void *arg;
};

static int read_one(const char *container, const char *ifname, enum state_file kind, void *arg)
{
	const struct record_reading *all = arg;
	auto_record struct record rec;
	struct err why = ERR_INIT;

	record_init(&rec);
	if (kind != STATE_RECORD)
		return 0;
	int r = state_read(all->s, container, ifname, NULL, &rec, &why);

	return r == -ENOENT ? 0 : all->f(container, ifname, r < 0 ? NULL : &rec, &why, all->arg);
}

int state_each(const struct state *s, const char *container, state_visit f, void *arg)
{
	struct record_reading all = {s, f, arg};

	return container ? each_file(s, container, read_one, &all)
			 : state_each_name(s, read_one, &all);
}

void state_boot_id(int rootfd, char buf[static 64])
{
	if (kernel_sysctl(rootfd, KERNEL_BOOT_ID, buf, 64) < 0)
		buf[0] = '\0';
}
