/* SPDX-License-Identifier: Apache-2.0 */
/* IP addresses and routes on a link, by netlink. */
#ifndef HOST_INET_H
#define HOST_INET_H

#include <stdbool.h>
#include <stdint.h>

#include "nl.h"

struct inet_prefix {
	int family; /* AF_INET, AF_INET6 */
	uint8_t addr[16];
	int len; /* prefix length in bits */
};

/* "10.0.0.1/24", "fd00::1/64"; without a length it is a host's. */
int inet_parse(const char *text, struct inet_prefix *ret);
#define INET_TEXT 64
const char *inet_format(const struct inet_prefix *p, char buf[static INET_TEXT]);
bool inet_same_subnet(const struct inet_prefix *a, const struct inet_prefix *b);
static inline int inet_size(int family)
{
	return family == 2 ? 4 : 16; /* AF_INET */
}

struct inet_route {
	struct inet_prefix dst;
	bool has_gw;
	struct inet_prefix gw;
	/* CODEC_ABSENT: as the kernel has it */
	int64_t mtu, advmss, priority, table, scope;
};

/* An address that is there already is no error. */
int inet_add_addr(struct nl_sock *s, int64_t index, const struct inet_prefix *p,
	struct nl_reply *reply);
/* -EEXIST: there is a route to that destination, of that metric and table; perhaps this very one. */
int inet_add_route(struct nl_sock *s, int64_t index, const struct inet_route *r,
	struct nl_reply *reply);

/* Of a link in the caller's network namespace: "ipv6", "net1", "disable_ipv6". */
int inet_sysctl(int rootfd, const char *family, const char *link, const char *name,
	const char *value);

struct inet_addr {
	struct inet_prefix prefix;
	uint32_t flags; /* IFA_F_* */
	uint8_t scope;  /* RT_SCOPE_* */
};

/* Calls f for every address of the link (IPv4, then IPv6). */
int inet_each_addr(struct nl_sock *s, int64_t index,
	void (*f)(const struct inet_addr *a, void *arg), void *arg, struct err *e);

struct inet_routes {
	bool is_default;      /* a default route, in any table */
	char text[INET_TEXT]; /* one that somebody made, "" where nobody did */
};
/* What goes over a link. */
int inet_routes_over(struct nl_sock *s, int64_t index, struct inet_routes *ret, struct err *e);

/* Is that very route (destination, gateway, link) there? */
int inet_has_route(struct nl_sock *s, int64_t index, const struct inet_route *r, bool *ret,
	struct err *e);

/* Waits until no IPv6 address of the link is tentative any more, at most timeout_ms. Without a
 * carrier detection does not begin: the link must have one. -ETIMEDOUT, -EADDRINUSE (duplicate address detection failed). */
int inet_wait_dad(struct nl_sock *s, int64_t index, int timeout_ms, struct err *e);

#endif
