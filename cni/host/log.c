/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "log.h"
#include "mem.h"
#include "text.h"

#define STAMP_LEN 21 /* "2026-01-31T00:00:00Z " */
#define SIGNATURE "dpdk-cni: "

/* The last is sriov-cni's: an error is what there is of that here. */
const char *const log_level_names[] = {"debug", "info", "warning", "error", "panic", NULL};

/* The one piece of global state: where lines go. */
static struct {
	int fd;
	int to_file;
	enum log_level level;
	const char *context;
} log_state = {STDERR_FILENO, 0, LOG_LEVEL_INFO, ""};

static void put_stamp(char buf[static STAMP_LEN + 1])
{
	time_t now = time(NULL);
	struct tm tm;

	if (!gmtime_r(&now, &tm) || strftime(buf, STAMP_LEN + 1, "%Y-%m-%dT%H:%M:%SZ ", &tm) == 0)
		buf[0] = '\0';
}

/* Begun by us: a network must not write into a file of somebody else's, and an empty one may be. */
static int check_file(int fd)
{
	char head[STAMP_LEN + sizeof(SIGNATURE)] = "";
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if (pread(fd, head, sizeof(head) - 1, 0) < 0)
		return -errno;
	return strcmp(head + STAMP_LEN, SIGNATURE) == 0 ? 0 : -EEXIST;
}

/* A new one says from its first moment on whose it is. */
static int begin_file(int dir, const char *file)
{
	const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file;
	auto_free char *parent = slash ? strndup(file, (size_t)(slash - file)) : strdup("");
	char text[STAMP_LEN + 80] = "";

	if (!parent)
		return -ENOMEM;
	put_stamp(text);
	(void)snprintf(text + strlen(text), sizeof(text) - strlen(text), SIGNATURE "%s\n",
		"this log begins");
	auto_close int in = file_open(dir, parent, O_RDONLY | O_DIRECTORY, 0, FILE_STRICT);

	if (in < 0)
		return in;
	auto_close int fd = file_nameless(in, text, strlen(text), 0600);
	int r = fd < 0 ? fd : file_name(fd, in, name);

	if (fd != -EOPNOTSUPP)
		return r < 0 ? r : steal_fd(fd);
	/* A file system without nameless files. */
	fd = file_open(in, name, O_RDWR | O_APPEND | O_CREAT | O_EXCL, 0600, FILE_STRICT);
	r = fd < 0 ? fd : file_write_fd(fd, text, strlen(text));
	return r < 0 ? r : steal_fd(fd);
}

static int open_file(int dir, const char *file)
{
	/* Another call may begin it meanwhile, or somebody remove it. */
	for (int tries = 0; tries < 10; tries++) {
		auto_close int fd = file_open(dir, file, O_RDWR | O_APPEND | O_NONBLOCK | O_NOCTTY,
			0, FILE_STRICT);
		int r = fd < 0 ? fd : check_file(fd);

		if (r == 0)
			return steal_fd(fd);
		if (r != -ENOENT)
			return r;
		r = begin_file(dir, file);
		if (r != -EEXIST)
			return r;
	}
	return -EAGAIN;
}

int log_setup(int level, int dir, const char *file, struct err *e)
{
	if (level >= 0)
		log_state.level = level < LOG_LEVEL_ERROR ? (enum log_level)level : LOG_LEVEL_ERROR;
	if (!file)
		return 0;
	auto_close int fd = open_file(dir, file);

	if (fd == -EEXIST) {
		int r = err_set(e, ERR_IO, EEXIST, "logFile %s: it is not a log of dpdk-cni", file);

		err_remedy(e,
			"name a new file; an empty one may be somebody else's (logrotate: use nocreate "
			"and not copytruncate)");
		return r;
	}
	if (fd < 0)
		return err_sys(e, ERR_IO, -fd, "logFile %s: open", file);
	log_state.fd = steal_fd(fd);
	log_state.to_file = 1;
	return 0;
}

void log_context(const char *context)
{
	log_state.context = context;
}

static void __attribute__((format(printf, 2, 0)))
line(enum log_level level, const char *fmt, va_list ap)
{
	char buf[2048], stamp[STAMP_LEN + 1] = "";
	int n;

	if (level < log_state.level)
		return;
	if (log_state.to_file)
		put_stamp(stamp);
	n = snprintf(buf, sizeof(buf), "%s" SIGNATURE "%s%s%s: ", stamp, log_state.context,
		*log_state.context ? ": " : "", log_level_names[level]);
	(void)vsnprintf(buf + n, sizeof(buf) - (size_t)n - 1, fmt, ap);
	/* Names come from outside: they begin no line of their own and move no cursor. */
	text_visible(buf, false);
	n = (int)strlen(buf);
	buf[n] = '\n';
	/* One write: lines of plugins running side by side do not mix. */
	(void)file_write_fd(log_state.fd, buf, (size_t)n + 1);
}

#define LOG_FUNCTION(name, level) \
	void name(const char *fmt, ...) \
	{ \
		va_list ap; \
		va_start(ap, fmt); \
		line(level, fmt, ap); \
		va_end(ap); \
	}

LOG_FUNCTION(log_debug, LOG_LEVEL_DEBUG)
LOG_FUNCTION(log_info, LOG_LEVEL_INFO)
LOG_FUNCTION(log_warning, LOG_LEVEL_WARNING)
LOG_FUNCTION(log_error, LOG_LEVEL_ERROR)
