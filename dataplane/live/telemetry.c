/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "clock.h"
#include "file.h"
#include "mem.h"
#include "telemetry.h"

#define ANSWER_MAX (64u << 10) /* DPDK's own bound is 16 KiB */
#define RETRY_MS 5

struct greeting {
	char *version;
};

static const struct codec_field greeting_fields[] = {
	CODEC_REQUIRED_STRING(struct greeting, version, "version", 128),
	CODEC_END,
};

static int timed_out(const struct telemetry *t, const char *what, struct err *e)
{
	int r = err_set(e, ERR_AGAIN, ETIMEDOUT, "%s: %s in time", t->path, what);

	err_remedy(e,
		"the program is stopped, or busy in its control threads: look at it with gdb, or "
		"at /proc/PID/stack; --timeout allows more time");
	return r;
}

static int left_ms(const struct telemetry *t)
{
	int64_t left = t->deadline - clock_ms();

	return left < 0 ? 0 : left > INT32_MAX ? INT32_MAX : (int)left;
}

static int explain_connect(const struct telemetry *t, int errnum, struct err *e)
{
	int r;

	if (errnum == EAGAIN)
		return timed_out(t, "nobody takes the connection", e);
	r = err_sys(e, errnum == ECONNREFUSED ? ERR_UNAVAILABLE : ERR_IO, errnum, "%s", t->path);
	if (errnum == EACCES || errnum == EPERM)
		err_remedy(e,
			"the socket belongs to another user: ask as the one the program runs as");
	return r;
}

/* A queue that is full refuses at once: as good as a wait for its turn, and bounded. */
static int connect_to(struct telemetry *t, const struct sockaddr_un *to)
{
	while (connect(t->fd, (const struct sockaddr *)to, sizeof(*to)) < 0) {
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN || left_ms(t) == 0)
			return -errno;
		(void)poll(NULL, 0, left_ms(t) < RETRY_MS ? left_ms(t) : RETRY_MS);
	}
	return 0;
}

int telemetry_open(int root, const char *path, int64_t deadline, struct telemetry *ret,
	struct err *e)
{
	struct telemetry t = {.fd = -1, .path = path, .deadline = deadline};
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	struct ucred peer = {0};
	socklen_t len = sizeof(peer);
	/* By descriptor: an address has room for 108 bytes, and root may be another container's. */
	auto_close int node = file_open(root, path, O_PATH, 0, FILE_IN_ROOT);
	int r;

	if (node < 0)
		return explain_connect(&t, -node, e);
	(void)file_fd_path(node, to.sun_path);
	t.fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (t.fd < 0)
		return err_sys(e, ERR_IO, errno, "%s: cannot make a socket", path);
	r = connect_to(&t, &to);
	if (r < 0) {
		r = explain_connect(&t, -r, e);
		telemetry_close(&t);
		return r;
	}
	if (getsockopt(t.fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0)
		t.pid = peer.pid;
	*ret = t;
	return 0;
}

/* One packet, NUL-terminated. */
static int receive(struct telemetry *t, char **ret, size_t *ret_len, struct err *e)
{
	struct pollfd p = {.fd = t->fd, .events = POLLIN};
	auto_free char *text = malloc(ANSWER_MAX + 1);
	ssize_t n;

	if (!text)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "%s", t->path);
	do {
		if (poll(&p, 1, left_ms(t)) == 0)
			return timed_out(t, "no answer", e);
		n = recv(t->fd, text, ANSWER_MAX, MSG_TRUNC | MSG_DONTWAIT);
	} while (n < 0 && (errno == EINTR || errno == EAGAIN));
	if (n < 0)
		return err_sys(e, ERR_IO, errno, "%s", t->path);
	if (n == 0) {
		(void)err_set(e, ERR_AGAIN, ECONNRESET, "%s: the program closes the connection",
			t->path);
		err_remedy(e,
			"it ends, or answers ten other clients: DPDK takes no more at a time");
		return -ECONNRESET;
	}
	if ((size_t)n > ANSWER_MAX)
		return err_set(e, ERR_DECODE, EMSGSIZE, "%s: an answer of %zd bytes, more than %u",
			t->path, n, ANSWER_MAX);
	text[n] = '\0';
	*ret_len = (size_t)n;
	*ret = steal_ptr(text);
	return 0;
}

static int decode(struct telemetry *t, const char *what, const struct codec_field *fields,
	void *ret, struct err *e)
{
	auto_free char *text = NULL;
	size_t len = 0;
	int r = receive(t, &text, &len, e);

	if (r == 0) {
		r = codec_decode(fields, ret, text, len, t->path, ERR_DECODE, e);
		if (r < 0)
			err_prefix(e, "no telemetry of DPDK's (%s)", what);
	}
	return r;
}

int telemetry_greet(struct telemetry *t, struct err *e)
{
	struct greeting g;
	int r = decode(t, "greeting", greeting_fields, &g, e);

	if (r == 0)
		t->version = steal_ptr(g.version);
	return r;
}

int telemetry_ask(struct telemetry *t, const char *command, const struct codec_field *fields,
	void *ret, struct err *e)
{
	/* A packet of a few bytes always fits. */
	if (send(t->fd, command, strlen(command), MSG_NOSIGNAL) < 0)
		return err_sys(e, ERR_IO, errno, "%s: %s", t->path, command);
	return decode(t, command, fields, ret, e);
}

void telemetry_close(struct telemetry *t)
{
	mem_closep(&t->fd);
	t->fd = -1;
	free(t->version);
	t->version = NULL;
}
