/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "codec.h"
#include "file.h"
#include "inet.h"
#include "mem.h"

int inet_parse(const char *text, struct inet_prefix *ret)
{
	struct inet_prefix p = {0};
	char host[INET6_ADDRSTRLEN + 1];
	size_t n = strcspn(text, "/");

	if (n >= sizeof(host))
		return -EINVAL;
	memcpy(host, text, n);
	host[n] = '\0';
	p.family = strchr(host, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(p.family, host, p.addr) != 1)
		return -EINVAL;
	p.len = inet_size(p.family) * 8;
	if (text[n] == '/') {
		char *end;
		long len = strtol(text + n + 1, &end, 10);

		if (text[n + 1] < '0' || text[n + 1] > '9' || *end || len > p.len)
			return -EINVAL;
		p.len = (int)len;
	}
	*ret = p;
	return 0;
}

const char *inet_format(const struct inet_prefix *p, char buf[static INET_TEXT])
{
	char host[INET6_ADDRSTRLEN] = "?";

	(void)inet_ntop(p->family, p->addr, host, sizeof(host));
	(void)snprintf(buf, INET_TEXT, "%s/%d", host, p->len);
	return buf;
}

bool inet_same_subnet(const struct inet_prefix *a, const struct inet_prefix *b)
{
	const int bytes = a->len / 8, bits = a->len % 8;

	return a->family == b->family && a->len == b->len &&
		memcmp(a->addr, b->addr, (size_t)bytes) == 0 &&
		(bits == 0 || ((a->addr[bytes] ^ b->addr[bytes]) >> (8 - bits)) == 0);
}

int inet_add_addr(struct nl_sock *s, int64_t index, const struct inet_prefix *p,
	struct nl_reply *reply)
{
	struct ifaddrmsg m = {
		.ifa_family = (uint8_t)p->family,
		.ifa_prefixlen = (uint8_t)p->len,
		.ifa_index = (uint32_t)index,
	};
	struct nl_msg *msg = nl_new(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &m, sizeof(m));
	int size = inet_size(p->family);

	if (!msg || nla_put(msg, IFA_LOCAL, size, p->addr) < 0 ||
		nla_put(msg, IFA_ADDRESS, size, p->addr) < 0)
		goto no_memory;
	if (p->family == AF_INET && p->len < 31) {
		uint32_t host = p->len ? htonl(UINT32_MAX >> p->len) : UINT32_MAX, addr;

		memcpy(&addr, p->addr, sizeof(addr));
		if (nla_put_u32(msg, IFA_BROADCAST, addr | host) < 0)
			goto no_memory;
	}
	int r = nl_ask(s, msg, NULL, NULL, reply);

	return r == -EEXIST ? 0 : r;
no_memory:
	nlmsg_free(msg);
	*reply = (struct nl_reply){.errnum = ENOMEM};
	return -ENOMEM;
}

static int put_metrics(struct nl_msg *msg, const struct inet_route *r)
{
	struct nlattr *metrics;
	int bad = 0;

	if (r->mtu == CODEC_ABSENT && r->advmss == CODEC_ABSENT)
		return 0;
	metrics = nla_nest_start(msg, RTA_METRICS);
	if (!metrics)
		return -ENOMEM;
	if (r->mtu != CODEC_ABSENT)
		bad |= nla_put_u32(msg, RTAX_MTU, (uint32_t)r->mtu);
	if (r->advmss != CODEC_ABSENT)
		bad |= nla_put_u32(msg, RTAX_ADVMSS, (uint32_t)r->advmss);
	nla_nest_end(msg, metrics);
	return bad;
}

int inet_add_route(struct nl_sock *s, int64_t index, const struct inet_route *r,
	struct nl_reply *reply)
{
	int64_t scope = r->scope != CODEC_ABSENT ? r->scope
		: r->has_gw                      ? RT_SCOPE_UNIVERSE
						 : RT_SCOPE_LINK;
	struct rtmsg m = {
		.rtm_family = (uint8_t)r->dst.family,
		.rtm_dst_len = (uint8_t)r->dst.len,
		.rtm_table = RT_TABLE_MAIN,
		.rtm_protocol = RTPROT_BOOT,
		.rtm_scope = (uint8_t)(r->dst.family == AF_INET6 ? RT_SCOPE_UNIVERSE : scope),
		.rtm_type = RTN_UNICAST,
	};
	int size = inet_size(r->dst.family), bad = 0;

	if (r->table != CODEC_ABSENT)
		m.rtm_table = r->table < 256 ? (uint8_t)r->table : RT_TABLE_UNSPEC;
	struct nl_msg *msg = nl_new(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, &m, sizeof(m));

	if (!msg) {
		*reply = (struct nl_reply){.errnum = ENOMEM};
		return -ENOMEM;
	}
	if (r->dst.len)
		bad |= nla_put(msg, RTA_DST, size, r->dst.addr);
	if (r->has_gw)
		bad |= nla_put(msg, RTA_GATEWAY, size, r->gw.addr);
	bad |= nla_put_u32(msg, RTA_OIF, (uint32_t)index);
	if (r->table != CODEC_ABSENT)
		bad |= nla_put_u32(msg, RTA_TABLE, (uint32_t)r->table);
	if (r->priority != CODEC_ABSENT)
		bad |= nla_put_u32(msg, RTA_PRIORITY, (uint32_t)r->priority);
	bad |= put_metrics(msg, r);
	if (bad) {
		nlmsg_free(msg);
		*reply = (struct nl_reply){.errnum = ENOMEM};
		return -ENOMEM;
	}
	return nl_ask(s, msg, NULL, NULL, reply);
}

int inet_sysctl(int rootfd, const char *family, const char *link, const char *name,
	const char *value)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "/proc/sys/net/%s/conf/%s/%s", family, link, name);
	return file_write_attr(rootfd, path, value);
}

struct each_addr {
	int64_t index;
	void (*f)(const struct inet_addr *a, void *arg);
	void *arg;
};

static void on_addr(struct nlmsghdr *h, void *arg)
{
	struct nlattr *a[IFA_MAX + 1];
	struct ifaddrmsg *m = nlmsg_data(h);
	struct inet_addr addr = {0};
	struct each_addr *each = arg;

	if (h->nlmsg_type != RTM_NEWADDR || (int64_t)m->ifa_index != each->index ||
		nlmsg_parse(h, sizeof(*m), a, IFA_MAX, NULL) < 0)
		return;
	struct nlattr *local = a[IFA_LOCAL] ? a[IFA_LOCAL] : a[IFA_ADDRESS];

	if (!local || (m->ifa_family != AF_INET && m->ifa_family != AF_INET6) ||
		nla_len(local) != inet_size(m->ifa_family))
		return;
	addr.prefix.family = m->ifa_family;
	addr.prefix.len = m->ifa_prefixlen;
	memcpy(addr.prefix.addr, nla_data(local), (size_t)nla_len(local));
	addr.scope = m->ifa_scope;
	addr.flags = a[IFA_FLAGS] ? nla_get_u32(a[IFA_FLAGS]) : m->ifa_flags;
	each->f(&addr, each->arg);
}

int inet_each_addr(struct nl_sock *s, int64_t index,
	void (*f)(const struct inet_addr *a, void *arg), void *arg, struct err *e)
{
	static const uint8_t families[] = {AF_INET, AF_INET6};
	struct each_addr each = {index, f, arg};

	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		struct ifaddrmsg m = {.ifa_family = families[i], .ifa_index = (uint32_t)index};
		struct nl_reply reply;

		/* A kernel without IPv6 has no addresses of it. */
		if (nl_ask(s, nl_new(RTM_GETADDR, NLM_F_DUMP, &m, sizeof(m)), on_addr, &each,
			    &reply) < 0 &&
			reply.errnum != EOPNOTSUPP && reply.errnum != EAFNOSUPPORT)
			return nl_refused(e, ERR_KERNEL, &reply, "list of addresses");
	}
	return 0;
}

struct route_seen {
	uint8_t protocol; /* RTPROT_* */
	struct inet_prefix dst, gw;
	bool has_gw;
	uint32_t table;
};

struct each_route {
	int64_t index;
	void (*f)(const struct route_seen *r, void *arg);
	void *arg;
};

static void report_multipath(struct nlattr *list, struct route_seen *seen, struct each_route *each)
{
	struct rtnexthop *nh = nla_data(list);
	int left = nla_len(list);

	for (; left >= (int)sizeof(*nh) && nh->rtnh_len <= left && nh->rtnh_len >= sizeof(*nh);
		left -= RTNH_ALIGN(nh->rtnh_len), nh = RTNH_NEXT(nh)) {
		if (nh->rtnh_ifindex == each->index)
			each->f(seen, each->arg);
	}
}

static void on_route(struct nlmsghdr *h, void *arg)
{
	struct nlattr *a[RTA_MAX + 1];
	struct rtmsg *m = nlmsg_data(h);
	struct each_route *each = arg;
	struct route_seen seen = {0};

	if (h->nlmsg_type != RTM_NEWROUTE || nlmsg_parse(h, sizeof(*m), a, RTA_MAX, NULL) < 0 ||
		m->rtm_type != RTN_UNICAST)
		return;
	seen.dst.family = seen.gw.family = m->rtm_family;
	seen.dst.len = m->rtm_dst_len;
	seen.protocol = m->rtm_protocol;
	seen.table = a[RTA_TABLE] ? nla_get_u32(a[RTA_TABLE]) : m->rtm_table;
	if (a[RTA_DST] && nla_len(a[RTA_DST]) <= 16)
		memcpy(seen.dst.addr, nla_data(a[RTA_DST]), (size_t)nla_len(a[RTA_DST]));
	if (a[RTA_GATEWAY] && nla_len(a[RTA_GATEWAY]) <= 16) {
		seen.has_gw = true;
		memcpy(seen.gw.addr, nla_data(a[RTA_GATEWAY]), (size_t)nla_len(a[RTA_GATEWAY]));
	}
	if (a[RTA_MULTIPATH])
		report_multipath(a[RTA_MULTIPATH], &seen, each);
	/* Where it goes by a nexthop object, the kernel has looked into that, as asked. */
	else if (a[RTA_OIF] ? (int64_t)nla_get_u32(a[RTA_OIF]) == each->index
			    : a[RTA_NH_ID] && (h->nlmsg_flags & NLM_F_DUMP_FILTERED))
		each->f(&seen, each->arg);
}

static struct nl_msg *routes_over(uint8_t family, int64_t index)
{
	struct rtmsg m = {.rtm_family = family};
	struct nl_msg *msg = nl_new(RTM_GETROUTE, NLM_F_DUMP, &m, sizeof(m));

	if (!msg || nla_put_u32(msg, RTA_OIF, (uint32_t)index) == 0)
		return msg;
	nlmsg_free(msg);
	return NULL;
}

/* Those over that link, of whatever table. A host may have hundreds of thousands over others. */
static int each_route(struct nl_sock *s, int64_t index,
	void (*f)(const struct route_seen *r, void *arg), void *arg, struct err *e)
{
	static const uint8_t families[] = {AF_INET, AF_INET6};
	struct each_route each = {index, f, arg};

	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		struct nl_reply reply;

		if (nl_ask(s, routes_over(families[i], index), on_route, &each, &reply) < 0 &&
			reply.errnum != EOPNOTSUPP && reply.errnum != EAFNOSUPPORT)
			return nl_refused(e, ERR_KERNEL, &reply, "list of routes");
	}
	return 0;
}

/* The kernel makes routes by itself, of addresses; those it makes again. */
static void look_over(const struct route_seen *r, void *arg)
{
	struct inet_routes *found = arg;

	found->is_default |= r->dst.len == 0;
	if (r->protocol != RTPROT_KERNEL && !found->text[0])
		(void)inet_format(&r->dst, found->text);
}

int inet_routes_over(struct nl_sock *s, int64_t index, struct inet_routes *ret, struct err *e)
{
	struct inet_routes found = {0};
	int r = each_route(s, index, look_over, &found, e);

	if (r == 0)
		*ret = found;
	return r;
}

struct wanted_route {
	const struct inet_route *r;
	bool found;
};

static void match_route(const struct route_seen *seen, void *arg)
{
	struct wanted_route *w = arg;
	int size = inet_size(w->r->dst.family);
	uint32_t table = w->r->table == CODEC_ABSENT ? RT_TABLE_MAIN : (uint32_t)w->r->table;

	if (seen->table != table || seen->dst.family != w->r->dst.family ||
		seen->dst.len != w->r->dst.len ||
		memcmp(seen->dst.addr, w->r->dst.addr, (size_t)size) != 0)
		return;
	if (seen->has_gw == w->r->has_gw &&
		(!seen->has_gw || memcmp(seen->gw.addr, w->r->gw.addr, (size_t)size) == 0))
		w->found = true;
}

int inet_has_route(struct nl_sock *s, int64_t index, const struct inet_route *r, bool *ret,
	struct err *e)
{
	struct wanted_route w = {r, false};
	int rc = each_route(s, index, match_route, &w, e);

	if (rc == 0)
		*ret = w.found;
	return rc;
}

struct dad {
	bool tentative, failed;
};

static void look_dad(const struct inet_addr *a, void *arg)
{
	struct dad *d = arg;

	if (a->prefix.family != AF_INET6)
		return;
	d->failed |= (a->flags & IFA_F_DADFAILED) != 0;
	d->tentative |= (a->flags & IFA_F_TENTATIVE) && !(a->flags & IFA_F_DADFAILED);
}

int inet_wait_dad(struct nl_sock *s, int64_t index, int timeout_ms, struct err *e)
{
	/* The end of detection is announced by no event on every kernel: look every 20 ms. */
	for (int64_t end = clock_ms() + timeout_ms;;) {
		struct dad d = {0};
		int r = inet_each_addr(s, index, look_dad, &d, e);

		if (r < 0)
			return r;
		if (d.failed)
			return err_set(e, ERR_KERNEL, EADDRINUSE,
				"duplicate address detection: somebody on this network has the address already");
		if (!d.tentative)
			return 0;
		if (clock_ms() >= end)
			return err_set(e, ERR_KERNEL, ETIMEDOUT,
				"duplicate address detection did not end in %d ms", timeout_ms);
		(void)poll(NULL, 0, 20);
	}
}
