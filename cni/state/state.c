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

static int each_record(const struct state *s, const char *container, state_visit f, void *arg)
{
	int fd = file_open(s->pods, container, O_RDONLY | O_DIRECTORY, 0, FILE_STRICT), r = 0;
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (!d) {
		mem_closep(&fd);
		return 0;
	}
	struct sandbox b = {.dir = dirfd(d), .begun = -1};

	(void)snprintf(b.container, sizeof(b.container), "%s", container);
	for (struct dirent *de; r == 0 && (de = readdir(d));) {
		size_t n = strlen(de->d_name), suffix = strlen(STATE_RECORD_SUFFIX);
		auto_record struct record rec;
		struct err why = ERR_INIT;
		char ifname[32];

		record_init(&rec);
		if (n <= suffix || n - suffix >= sizeof(ifname) ||
			strcmp(de->d_name + n - suffix, STATE_RECORD_SUFFIX) != 0)
			continue;
		(void)snprintf(ifname, sizeof(ifname), "%.*s", (int)(n - suffix), de->d_name);
		int rc = sandbox_read(&b, ifname, &rec, &why);

		if (rc != -ENOENT)
			r = f(container, ifname, rc < 0 ? NULL : &rec, &why, arg);
	}
	(void)closedir(d);
	return r;
}

int state_each(const struct state *s, const char *container, state_visit f, void *arg)
{
	int r = 0;

	if (container)
		return each_record(s, container, f, arg);
	int fd = file_open(s->pods, ".", O_RDONLY | O_DIRECTORY, 0, FILE_STRICT);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (!d) {
		mem_closep(&fd);
		return 0;
	}
	for (struct dirent *de; r == 0 && (de = readdir(d));)
		if (de->d_name[0] != '.')
			r = each_record(s, de->d_name, f, arg);
	(void)closedir(d);
	return r;
}

void state_boot_id(int rootfd, char buf[static 64])
{
	if (kernel_sysctl(rootfd, KERNEL_BOOT_ID, buf, 64) < 0)
		buf[0] = '\0';
}
