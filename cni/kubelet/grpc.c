/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <nghttp2/nghttp2.h>

#include "clock.h"
#include "grpc.h"
#include "mem.h"

#define PREFIX 5             /* a flag and the length, before each message */
#define WINDOW (256 * 1024)  /* what the server may send ahead */
#define WIRE_MAX (48u << 20) /* bytes of one call, whatever they are */

struct call {
	const struct grpc_call *c;
	nghttp2_session *session;
	int fd;
	uint8_t *out; /* the framed request */
	size_t out_len, out_at;
	uint8_t prefix[PREFIX];
	size_t prefix_len;
	uint32_t left; /* of the message that came in */
	bool whole;    /* its length is known */
	bool http_ok, grpc, ended, closed;
	int failed; /* of a callback, which has no other way to say so */
	size_t received;
	struct grpc_status status;
};

static nghttp2_nv header(const char *name, const char *value)
{
	return (nghttp2_nv){(uint8_t *)(uintptr_t)name, (uint8_t *)(uintptr_t)value, strlen(name),
		strlen(value), NGHTTP2_NV_FLAG_NONE};
}

static ssize_t on_send(nghttp2_session *s, const uint8_t *data, size_t len, int flags, void *arg)
{
	const struct call *k = arg;
	ssize_t n;

	(void)s;
	(void)flags;
	do
		n = send(k->fd, data, len, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n >= 0)
		return n;
	return errno == EAGAIN ? NGHTTP2_ERR_WOULDBLOCK : NGHTTP2_ERR_CALLBACK_FAILURE;
}

static ssize_t on_body(nghttp2_session *s, int32_t stream, uint8_t *buf, size_t len,
	uint32_t *flags, nghttp2_data_source *source, void *arg)
{
	struct call *k = arg;
	size_t n = k->out_len - k->out_at;

	(void)s;
	(void)stream;
	(void)source;
	if (n > len)
		n = len;
	memcpy(buf, k->out + k->out_at, n);
	k->out_at += n;
	if (k->out_at == k->out_len)
		*flags |= NGHTTP2_DATA_FLAG_EOF;
	return (ssize_t)n;
}

/* Percent-encoded and from elsewhere: shown as it is, without what upsets a terminal. */
static void keep_message(struct call *k, const uint8_t *value, size_t len)
{
	size_t n = len < sizeof(k->status.message) ? len : sizeof(k->status.message) - 1;

	for (size_t i = 0; i < n; i++)
		k->status.message[i] = value[i] >= ' ' && value[i] < 0x7f ? (char)value[i] : '?';
	k->status.message[n] = '\0';
}

static int on_header(nghttp2_session *s, const nghttp2_frame *frame, const uint8_t *name,
	size_t name_len, const uint8_t *value, size_t len, uint8_t flags, void *arg)
{
	struct call *k = arg;
	/* nghttp2 ends both with a NUL of its own. */
	const char *n = (const char *)name, *v = (const char *)value;

	(void)s;
	(void)frame;
	(void)name_len;
	(void)flags;
	if (strcmp(n, ":status") == 0)
		k->http_ok = strcmp(v, "200") == 0;
	else if (strcmp(n, "content-type") == 0)
		k->grpc = strncmp(v, "application/grpc", 16) == 0;
	else if (strcmp(n, "grpc-message") == 0)
		keep_message(k, value, len);
	else if (strcmp(n, "grpc-status") == 0) {
		char *end;
		unsigned long code = strtoul(v, &end, 10);

		k->ended = *v && !*end && code < 100;
		k->status.code = (int)code;
	}
	return 0;
}

/* The message without its prefix. There is one. */
static int take(struct call *k, const uint8_t *data, size_t len)
{
	while (len && !k->whole) {
		k->prefix[k->prefix_len++] = *data++;
		len--;
		if (k->prefix_len < PREFIX)
			continue;
		/* Compressed: nobody asked for it. */
		if (k->prefix[0] != 0)
			return -EPROTO;
		k->left = (uint32_t)k->prefix[1] << 24 | (uint32_t)k->prefix[2] << 16 |
			(uint32_t)k->prefix[3] << 8 | k->prefix[4];
		k->whole = true;
	}
	if (len > k->left)
		return -EPROTO;
	k->left -= (uint32_t)len;
	return len ? k->c->sink(data, len, k->c->arg) : 0;
}

static int on_data(nghttp2_session *s, uint8_t flags, int32_t stream, const uint8_t *data,
	size_t len, void *arg)
{
	struct call *k = arg;

	(void)s;
	(void)flags;
	(void)stream;
	if (!k->http_ok || !k->grpc)
		k->failed = -EPROTO;
	else
		k->failed = take(k, data, len);
	return k->failed < 0 ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
}

static int on_close(nghttp2_session *s, int32_t stream, uint32_t code, void *arg)
{
	struct call *k = arg;

	(void)s;
	(void)stream;
	(void)code;
	k->closed = true;
	return 0;
}

static int open_session(struct call *k)
{
	nghttp2_session_callbacks *cb = NULL;
	int r = nghttp2_session_callbacks_new(&cb);

	if (r != 0)
		return -ENOMEM;
	nghttp2_session_callbacks_set_send_callback(cb, on_send);
	nghttp2_session_callbacks_set_on_header_callback(cb, on_header);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(cb, on_data);
	nghttp2_session_callbacks_set_on_stream_close_callback(cb, on_close);
	r = nghttp2_session_client_new(&k->session, cb, k);
	nghttp2_session_callbacks_del(cb);
	return r == 0 ? 0 : -ENOMEM;
}

static int submit(struct call *k)
{
	const nghttp2_settings_entry settings[] = {
		{NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
		{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 1},
		{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, WINDOW},
		{NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, 16384},
	};
	const nghttp2_nv headers[] = {
		header(":method", "POST"),
		header(":scheme", "http"),
		header(":path", k->c->path),
		header(":authority", "localhost"),
		header("content-type", "application/grpc"),
		header("te", "trailers"),
		header("user-agent", "dpdk-cni/" VERSION),
	};
	const nghttp2_data_provider body = {.read_callback = on_body};

	if (nghttp2_submit_settings(k->session, NGHTTP2_FLAG_NONE, settings,
		    ARRAY_SIZE(settings)) != 0 ||
		nghttp2_session_set_local_window_size(k->session, NGHTTP2_FLAG_NONE, 0, WINDOW) !=
			0 ||
		nghttp2_submit_request(k->session, NULL, headers, ARRAY_SIZE(headers), &body,
			NULL) < 0)
		return -ENOMEM;
	return 0;
}

/* Up to a few pieces of what came in; the caller looks at the clock in between. */
static int receive(struct call *k)
{
	uint8_t buf[16384];
	ssize_t n;

	do
		n = recv(k->fd, buf, sizeof(buf), MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? 0 : -errno;
	if (n == 0)
		return -ECONNRESET;
	k->received += (size_t)n;
	if (k->received > WIRE_MAX)
		return -EFBIG;
	ssize_t r = nghttp2_session_mem_recv(k->session, buf, (size_t)n);

	if (r >= 0)
		return 0;
	return k->failed < 0 ? k->failed : r == NGHTTP2_ERR_NOMEM ? -ENOMEM : -EPROTO;
}

static int converse(struct call *k)
{
	while (!k->closed) {
		int64_t left = k->c->deadline - clock_ms();

		if (left <= 0)
			return -ETIMEDOUT;
		int r = nghttp2_session_send(k->session);

		if (r != 0)
			return r == NGHTTP2_ERR_NOMEM ? -ENOMEM : -ECONNRESET;
		if (k->closed)
			break;
		if (!nghttp2_session_want_read(k->session) &&
			!nghttp2_session_want_write(k->session))
			return -EPROTO;
		struct pollfd p = {k->fd,
			(short)(POLLIN | (nghttp2_session_want_write(k->session) ? POLLOUT : 0)),
			0};

		if (poll(&p, 1, left > INT_MAX ? INT_MAX : (int)left) < 0 && errno != EINTR)
			return -errno;
		if (p.revents & ~POLLOUT) {
			r = receive(k);
			if (r < 0)
				return r;
		}
	}
	/* A message that was cut short came with no good end. */
	return !k->ended || (k->status.code == GRPC_OK && (!k->whole || k->left)) ? -EPROTO : 0;
}

static int frame(struct call *k)
{
	const size_t len = k->c->len;

	k->out_len = PREFIX + len;
	k->out = malloc(k->out_len);
	if (!k->out)
		return -ENOMEM;
	const uint8_t prefix[PREFIX] = {0, (uint8_t)(len >> 24), (uint8_t)(len >> 16),
		(uint8_t)(len >> 8), (uint8_t)len};

	memcpy(k->out, prefix, PREFIX);
	if (len)
		memcpy(k->out + PREFIX, k->c->request, len);
	return 0;
}

int grpc_unary(int fd, const struct grpc_call *c, struct grpc_status *ret, struct err *e)
{
	struct call k = {.c = c, .fd = fd};
	int r = frame(&k);

	if (r == 0)
		r = open_session(&k);
	if (r == 0)
		r = submit(&k);
	if (r == 0)
		r = converse(&k);
	nghttp2_session_del(k.session);
	free(k.out);
	if (r < 0)
		return err_sys(e, ERR_IO, -r, "%s", c->path);
	*ret = k.status;
	return 0;
}
