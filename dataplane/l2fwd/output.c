/* SPDX-License-Identifier: Apache-2.0 */
#include "output.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * At most PIPE_BUF bytes: a pipe that poll() calls writable has room for as many. O_NONBLOCK would
 * be set for everybody who shares the descriptor, the shell for one.
 */
static ssize_t write_some(int fd, const char *text, size_t len, int timeout_ms)
{
	struct pollfd p = {fd, POLLOUT, 0};

	if (poll(&p, 1, timeout_ms) <= 0)
		return -EAGAIN;
	ssize_t n = write(fd, text, len < PIPE_BUF ? len : PIPE_BUF);

	return n < 0 ? -errno : n;
}

/* As far as the reader takes it. An error ends the text: nobody waits for the rest of the line. */
static void drain(struct output *o, int timeout_ms)
{
	while (o->at < o->len) {
		ssize_t n = write_some(o->fd, o->rest + o->at, o->len - o->at, timeout_ms);

		if (n == -EAGAIN)
			return;
		if (n < 0 && n != -EINTR) {
			o->error = (int)-n;
			o->lost++;
			o->at = o->len;
		} else if (n >= 0) {
			o->error = 0;
			o->at += (size_t)n;
		}
	}
}

void output_text(struct output *o, char *text, size_t len)
{
	drain(o, 0);
	if (o->at < o->len) {
		o->lost++;
		free(text);
		return;
	}
	free(o->rest);
	o->rest = text;
	o->at = 0;
	o->len = len;
	drain(o, 0);
}

void output_end(struct output *o, int timeout_ms)
{
	drain(o, timeout_ms);
	if (o->at < o->len)
		o->lost++;
	free(o->rest);
	o->rest = NULL;
	o->at = o->len = 0;
}

void output_line(int fd, const char *line, size_t len)
{
	(void)write_some(fd, line, len, 0);
}
