/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "mem.h"
#include "nl.h"

#define NL_BUFFER (1 << 18) /* a PF with hundreds of VFs answers in one large message */

struct ask {
	void (*on_msg)(struct nlmsghdr *h, void *arg);
	void *arg;
	struct nl_reply *reply;
	uint32_t seq;
	int done;
};

int nl_open(struct nl_sock **ret, struct err *e)
{
	auto_nl struct nl_sock *s = nl_socket_alloc();
	int one = 1;

	if (!s)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "netlink socket");
	if (nl_connect(s, NETLINK_ROUTE) < 0)
		return err_sys(e, ERR_KERNEL, errno ? errno : EIO, "netlink socket: connect");
	int fd = nl_socket_get_fd(s);

	/* Refusals in words, without our own message echoed; old kernels lack them, no harm. */
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	/* A list of one interface's routes or addresses is that then, and not all of them. */
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one, sizeof(one));
	(void)nl_socket_set_buffer_size(s, NL_BUFFER, 0);
	(void)nl_socket_set_msg_buf_size(s, NL_BUFFER);
	nl_socket_disable_auto_ack(s);
	*ret = steal_ptr(s);
	return 0;
}

/* A question whose answer could not be read leaves it in the socket: it must not pass for that of
 * the next. libnl looks at the number only where it does the acknowledging itself. */
static bool is_stale(const struct ask *a, const struct nlmsghdr *h)
{
	return h->nlmsg_seq != a->seq;
}

static int on_valid(struct nl_msg *msg, void *arg)
{
	struct ask *a = arg;

	if (is_stale(a, nlmsg_hdr(msg)))
		return NL_SKIP;
	a->reply->torn |= (nlmsg_hdr(msg)->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
	if (a->on_msg)
		a->on_msg(nlmsg_hdr(msg), a->arg);
	return NL_OK;
}

static int on_end(struct nl_msg *msg, void *arg)
{
	struct ask *a = arg;

	if (is_stale(a, nlmsg_hdr(msg)))
		return NL_SKIP;
	a->reply->torn |= (nlmsg_hdr(msg)->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
	a->done = 1;
	return NL_STOP;
}

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *ne, void *arg)
{
	struct ask *a = arg;
	/* nlmsgerr is the payload of this header. */
	struct nlmsghdr *h = (void *)((char *)ne - NLMSG_HDRLEN);

	(void)from;
	if (is_stale(a, h))
		return NL_SKIP;
	a->reply->errnum = -ne->error;
	a->done = 1;
	if (!(h->nlmsg_flags & NLM_F_ACK_TLVS) || !(h->nlmsg_flags & NLM_F_CAPPED))
		return NL_STOP;
	struct nlattr *text = nla_find((struct nlattr *)(void *)(ne + 1),
		(int)(h->nlmsg_len - NLMSG_HDRLEN - sizeof(*ne)), NLMSGERR_ATTR_MSG);

	if (text)
		(void)snprintf(a->reply->text, sizeof(a->reply->text), "%.*s",
			(int)strnlen(nla_data(text), (size_t)nla_len(text)),
			(char *)nla_data(text));
	return NL_STOP;
}

int nl_ask(struct nl_sock *s, struct nl_msg *msg, void (*on_msg)(struct nlmsghdr *h, void *arg),
	void *arg, struct nl_reply *reply)
{
	struct nl_reply own = {0};
	struct ask a = {.on_msg = on_msg, .arg = arg, .reply = reply ? reply : &own};
	struct nl_cb *cb;
	int r = 0;

	*a.reply = (struct nl_reply){.errnum = msg ? 0 : ENOMEM};
	if (!msg)
		return -ENOMEM;
	cb = nl_cb_alloc(NL_CB_DEFAULT);
	if (!cb) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	(void)nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_valid, &a);
	(void)nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_end, &a);
	(void)nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_end, &a);
	(void)nl_cb_err(cb, NL_CB_CUSTOM, on_error, &a);
	errno = 0;
	if (nl_send_auto(s, msg) < 0)
		r = errno ? -errno : -EIO;
	a.seq = nlmsg_hdr(msg)->nlmsg_seq;
	while (r == 0 && !a.done) {
		errno = 0;
		int n = nl_recvmsgs(s, cb);

		if (n < 0 && !a.done)
			r = n == -NLE_INTR ? 0 : errno ? -errno : -EIO;
	}
	nl_cb_put(cb);
	nlmsg_free(msg);
	if (r < 0)
		a.reply->errnum = -r;
	return -a.reply->errnum;
}

struct nl_msg *nl_new(int type, int flags, const void *header, size_t len)
{
	/* Every request asks for an acknowledgement: the end of the answer is then certain. */
	struct nl_msg *msg = nlmsg_alloc_simple(type, NLM_F_REQUEST | NLM_F_ACK | flags);

	if (msg && nlmsg_append(msg, (void *)(uintptr_t)header, len, NLMSG_ALIGNTO) < 0) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

int nl_refused(struct err *e, int code, const struct nl_reply *reply, const char *fmt, ...)
{
	char what[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	if (reply->text[0])
		return err_set(e, code, reply->errnum, "%s: the kernel says: %s (%s)", what,
			reply->text, strerror(reply->errnum));
	return err_set(e, code, reply->errnum, "%s: %s", what, strerror(reply->errnum));
}

int nl_open_link_events(struct nl_sock **ret, struct err *e)
{
	auto_nl struct nl_sock *s = NULL;
	int r = nl_open(&s, e);

	if (r < 0)
		return r;
	if (nl_socket_add_membership(s, RTNLGRP_LINK) < 0)
		return err_sys(e, ERR_KERNEL, errno ? errno : EIO, "netlink socket: link events");
	*ret = steal_ptr(s);
	return 0;
}

void nl_wait_link_event(struct nl_sock *s, int timeout_ms)
{
	struct pollfd p = {nl_socket_get_fd(s), POLLIN, 0};
	char drain[4096];

	if (poll(&p, 1, timeout_ms) > 0)
		while (recv(p.fd, drain, sizeof(drain), MSG_DONTWAIT) > 0)
			;
}
