/* SPDX-License-Identifier: Apache-2.0 */
/* rtnetlink requests over libnl-3, with the kernel's own words kept when it refuses. */
#ifndef HOST_NL_H
#define HOST_NL_H

#include <stdbool.h>

#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

#include "err.h"

struct nl_reply {
	int errnum;     /* positive errno of the kernel's answer, 0: done */
	char text[256]; /* ext-ack message, "" where the kernel gave none */
	bool torn; /* a list that changed while it was read: something may be missing from it */
};

/* A NETLINK_ROUTE socket in the caller's network namespace. Free with nl_socket_free. */
int nl_open(struct nl_sock **ret, struct err *e);

/* Sends msg (always freed) and waits for the end of the answer; on_msg sees each message of it.
 * Returns -errno as the kernel said; reply may be NULL. */
int nl_ask(struct nl_sock *s, struct nl_msg *msg, void (*on_msg)(struct nlmsghdr *h, void *arg),
	void *arg, struct nl_reply *reply);

/* A request with the fixed header (ifinfomsg, ifaddrmsg, rtmsg) in front. NULL: no memory. */
struct nl_msg *nl_new(int type, int flags, const void *header, size_t len);

/* A socket that hears of every link that comes, changes or goes, from now on. */
int nl_open_link_events(struct nl_sock **ret, struct err *e);
/* Waits until one did, at most timeout_ms; forgets what was heard. */
void nl_wait_link_event(struct nl_sock *s, int timeout_ms);

static inline void nl_sock_freep(struct nl_sock **s)
{
	if (*s)
		nl_socket_free(*s);
}
#define auto_nl __attribute__((cleanup(nl_sock_freep)))

/* Completes an error after a refused request: ": <ext-ack text> (<strerror>)". */
int nl_refused(struct err *e, int code, const struct nl_reply *reply, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

#endif
