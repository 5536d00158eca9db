/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "log.h"

const char *const log_level_names[] = {"debug", "info", "warning", "error", NULL};

/* The one piece of global state: where lines go. */
static struct {
	int fd;
	int to_file;
	enum log_level level;
	const char *context;
} log_state = {STDERR_FILENO, 0, LOG_LEVEL_INFO, ""};

int log_setup(int level, const char *file, struct err *e)
{
	if (level >= 0)
		log_state.level = (enum log_level)level;
	if (!file)
		return 0;
	int fd = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);

	if (fd < 0)
		return err_sys(e, ERR_IO, errno, "logFile %s: open", file);
	log_state.fd = fd;
	log_state.to_file = 1;
	return 0;
}

void log_context(const char *context)
{
	log_state.context = context;
}

static void __attribute__((format(printf, 2, 0))) line(enum log_level level, const char *fmt,
	va_list ap)
{
	char buf[2048], stamp[40] = "";
	int n;

	if (level < log_state.level)
		return;
	if (log_state.to_file) {
		struct tm tm;
		time_t now = time(NULL);

		if (gmtime_r(&now, &tm))
			(void)strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ ", &tm);
	}
	n = snprintf(buf, sizeof(buf), "%sdpdk-cni: %s%s%s: ", stamp, log_state.context,
		*log_state.context ? ": " : "", log_level_names[level]);
	(void)vsnprintf(buf + n, sizeof(buf) - (size_t)n - 1, fmt, ap);
	n = (int)strlen(buf);
	buf[n] = '\n';
	/* One write: lines of plugins running side by side do not mix. */
	(void)file_write_fd(log_state.fd, buf, (size_t)n + 1);
}

#define LOG_FUNCTION(name, level)                                                                  \
	void name(const char *fmt, ...)                                                            \
	{                                                                                          \
		va_list ap;                                                                        \
		va_start(ap, fmt);                                                                 \
		line(level, fmt, ap);                                                              \
		va_end(ap);                                                                        \
	}

LOG_FUNCTION(log_debug, LOG_LEVEL_DEBUG)
LOG_FUNCTION(log_info, LOG_LEVEL_INFO)
LOG_FUNCTION(log_warning, LOG_LEVEL_WARNING)
LOG_FUNCTION(log_error, LOG_LEVEL_ERROR)
