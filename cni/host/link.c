/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <errno.h>
#include <net/if_arp.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "link.h"
#include "mem.h"

#define MAC_MAX 32 /* MAX_ADDR_LEN */
#define DUMP_TRIES 10

enum { LOWER_UP = 1 << 16 }; /* IFF_LOWER_UP of linux/if.h, which does not go with net/if.h */

/* Younger than the kernel headers that this may be built with. */
enum { GSO_IPV4_MAX_SIZE = 63, GRO_IPV4_MAX_SIZE = 64, ATTRIBUTES = GRO_IPV4_MAX_SIZE };

#define L struct link
const struct codec_field link_fields[] = {
	CODEC_INTEGER(L, index, "ifindex", 1, INT32_MAX),
	CODEC_REQUIRED_STRING(L, name, "name", 15),
	CODEC_STRINGS(L, altnames, n_altnames, "altnames", 127),
	CODEC_STRING(L, alias, "alias", 255),
	CODEC_STRING(L, mac, "mac", MAC_MAX * 3),
	CODEC_STRING(L, broadcast, "broadcast", MAC_MAX * 3),
	CODEC_STRING(L, permanent_mac, "permanentMac", MAC_MAX * 3),
	CODEC_INTEGER(L, mtu, "mtu", 0, INT32_MAX),
	CODEC_INTEGER(L, flags, "flags", 0, UINT32_MAX),
	CODEC_INTEGER(L, txqlen, "txqlen", 0, UINT32_MAX),
	CODEC_INTEGER(L, group, "group", 0, UINT32_MAX),
	CODEC_INTEGER(L, gso_size, "gsoMaxSize", 0, UINT32_MAX),
	CODEC_INTEGER(L, gso_segs, "gsoMaxSegs", 0, UINT32_MAX),
	CODEC_INTEGER(L, gro_size, "groMaxSize", 0, UINT32_MAX),
	CODEC_INTEGER(L, gso_ipv4_size, "gsoIpv4MaxSize", 0, UINT32_MAX),
	CODEC_INTEGER(L, gro_ipv4_size, "groIpv4MaxSize", 0, UINT32_MAX),
	CODEC_INTEGER(L, link_mode, "linkMode", 0, UINT8_MAX),
	CODEC_INTEGER(L, proto_down, "protoDown", 0, 1),
	CODEC_INTEGER(L, xdp, "xdpProgram", 0, UINT32_MAX),
	CODEC_INTEGER(L, peer, "peer", 0, INT32_MAX),
	CODEC_INTEGER(L, master, "master", 0, INT32_MAX),
	CODEC_STRING(L, kind, "kind", 64),
	CODEC_STRING(L, parent, "parent", 64),
	CODEC_STRING(L, parent_bus, "parentBus", 32),
	CODEC_STRING(L, port_name, "portName", 64),
	CODEC_END,
};
#undef L

void link_free(struct link *l)
{
	codec_free(link_fields, l);
}

void link_list_free(struct link_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		link_free(&l->items[i]);
	free(l->items);
	*l = (struct link_list){0};
}

static char *text_of(struct nlattr *a)
{
	return a ? strndup(nla_data(a), (size_t)nla_len(a)) : NULL;
}

static char *mac_of(struct nlattr *a)
{
	char buf[MAC_MAX * 3 + 1] = "";
	const uint8_t *p;

	if (!a || nla_len(a) < 1 || nla_len(a) > MAC_MAX)
		return NULL;
	p = nla_data(a);
	for (int i = 0; i < nla_len(a); i++)
		(void)snprintf(buf + (i ? i * 3 - 1 : 0), 4, i ? ":%02x" : "%02x", p[i]);
	return strdup(buf);
}

int link_mac_parse(const char *text, uint8_t *buf, size_t size)
{
	size_t n = 0;

	for (const char *p = text;; p++) {
		char *end;

		if (n == size || !isxdigit((unsigned char)p[0]) || !isxdigit((unsigned char)p[1]))
			return -EINVAL;
		buf[n++] = (uint8_t)strtoul((const char[]){p[0], p[1], '\0'}, &end, 16);
		p += 2;
		if (*p == '\0')
			return (int)n;
		if (*p != ':' && *p != '-')
			return -EINVAL;
	}
}

bool link_mac_equal(const char *a, const char *b)
{
	uint8_t x[MAC_MAX], y[MAC_MAX];
	int n = a ? link_mac_parse(a, x, sizeof(x)) : -1;

	return n > 0 && b && link_mac_parse(b, y, sizeof(y)) == n && memcmp(x, y, (size_t)n) == 0;
}

static void parse_altnames(struct link *l, struct nlattr *list)
{
	struct nlattr *a;
	size_t n = 0;
	int left;

	nla_for_each_nested(a, list, left) n += nla_type(a) == IFLA_ALT_IFNAME;
	l->altnames = calloc(n ? n : 1, sizeof(*l->altnames));
	nla_for_each_nested(a, list, left) if (l->altnames && nla_type(a) == IFLA_ALT_IFNAME)
		l->altnames[l->n_altnames++] = text_of(a);
}

static int64_t u32_of(struct nlattr *a, int64_t absent)
{
	return a && nla_len(a) >= 4 ? (int64_t)nla_get_u32(a) : absent;
}

static int64_t u8_of(struct nlattr *a)
{
	return a && nla_len(a) >= 1 ? (int64_t)nla_get_u8(a) : CODEC_ABSENT;
}

static void parse_link(struct nlmsghdr *h, struct link *l)
{
	struct nlattr *a[ATTRIBUTES + 1], *sub[IFLA_XDP_MAX + 1], *info[IFLA_INFO_MAX + 1];
	struct ifinfomsg *m = nlmsg_data(h);

	codec_init(link_fields, l);
	if (nlmsg_parse(h, sizeof(*m), a, ATTRIBUTES, NULL) < 0)
		return;
	l->index = m->ifi_index;
	l->flags = m->ifi_flags & LINK_FLAGS;
	l->loopback = m->ifi_type == ARPHRD_LOOPBACK;
	l->carrier = m->ifi_flags & LOWER_UP;
	l->name = text_of(a[IFLA_IFNAME]);
	l->alias = text_of(a[IFLA_IFALIAS]);
	l->mac = mac_of(a[IFLA_ADDRESS]);
	l->broadcast = mac_of(a[IFLA_BROADCAST]);
	l->permanent_mac = mac_of(a[IFLA_PERM_ADDRESS]);
	l->mtu = u32_of(a[IFLA_MTU], CODEC_ABSENT);
	l->txqlen = u32_of(a[IFLA_TXQLEN], CODEC_ABSENT);
	l->group = u32_of(a[IFLA_GROUP], CODEC_ABSENT);
	l->gso_size = u32_of(a[IFLA_GSO_MAX_SIZE], CODEC_ABSENT);
	l->gso_segs = u32_of(a[IFLA_GSO_MAX_SEGS], CODEC_ABSENT);
	l->gro_size = u32_of(a[IFLA_GRO_MAX_SIZE], CODEC_ABSENT);
	l->gso_ipv4_size = u32_of(a[GSO_IPV4_MAX_SIZE], CODEC_ABSENT);
	l->gro_ipv4_size = u32_of(a[GRO_IPV4_MAX_SIZE], CODEC_ABSENT);
	l->peer = u32_of(a[IFLA_LINK], CODEC_ABSENT);
	l->peer_netns = a[IFLA_LINK_NETNSID] && nla_len(a[IFLA_LINK_NETNSID]) >= 4
		? nla_get_s32(a[IFLA_LINK_NETNSID])
		: CODEC_ABSENT;
	l->master = u32_of(a[IFLA_MASTER], CODEC_ABSENT);
	l->parent = text_of(a[IFLA_PARENT_DEV_NAME]);
	l->parent_bus = text_of(a[IFLA_PARENT_DEV_BUS_NAME]);
	l->port_name = text_of(a[IFLA_PHYS_PORT_NAME]);
	l->link_mode = u8_of(a[IFLA_LINKMODE]);
	l->proto_down = u8_of(a[IFLA_PROTO_DOWN]);
	l->xdp = 0;
	if (a[IFLA_XDP] && nla_parse_nested(sub, IFLA_XDP_MAX, a[IFLA_XDP], NULL) == 0) {
		l->xdp = u32_of(sub[IFLA_XDP_PROG_ID], 0);
		l->xdp_generic = sub[IFLA_XDP_ATTACHED] && nla_len(sub[IFLA_XDP_ATTACHED]) >= 1 &&
			nla_get_u8(sub[IFLA_XDP_ATTACHED]) == XDP_ATTACHED_SKB;
	}
	if (a[IFLA_LINKINFO] && nla_parse_nested(info, IFLA_INFO_MAX, a[IFLA_LINKINFO], NULL) == 0)
		l->kind = text_of(info[IFLA_INFO_KIND]);
	if (a[IFLA_PROP_LIST])
		parse_altnames(l, a[IFLA_PROP_LIST]);
}

static void collect(struct nlmsghdr *h, void *arg)
{
	struct link_list *list = arg;

	if (h->nlmsg_type != RTM_NEWLINK)
		return;
	struct link *l = mem_more(list->items, list->n);

	if (!l) {
		list->incomplete = true;
		return;
	}
	parse_link(h, l);
	list->n++;
	list->incomplete |= !l->name;
}

static struct nl_msg *get_request(int64_t index, const char *name, int flags)
{
	struct ifinfomsg m = {.ifi_family = AF_UNSPEC, .ifi_index = (int)index};
	struct nl_msg *msg = nl_new(RTM_GETLINK, flags, &m, sizeof(m));

	/* Statistics are half of the answer and nothing we want. */
	if (msg)
		(void)nla_put_u32(msg, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	if (msg && name)
		(void)nla_put_string(msg, strlen(name) < IFNAMSIZ ? IFLA_IFNAME : IFLA_ALT_IFNAME,
			name);
	return msg;
}

int link_get(struct nl_sock *s, int64_t index, const char *name, struct link *ret, struct err *e)
{
	auto_links struct link_list list = {0};
	struct nl_reply reply;
	int r = nl_ask(s, get_request(index, name, 0), collect, &list, &reply);

	if (r == 0 && list.incomplete)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "link %s", name ? name : "by index");
	if (r == 0 && list.n == 0)
		r = -ENODEV;
	if (r == -ENODEV && name)
		return err_set(e, ERR_DEVICE, ENODEV, "link %s: there is none of this name here",
			name);
	if (r < 0)
		return nl_refused(e, ERR_KERNEL, &reply, "link %s: read", name ? name : "by index");
	*ret = list.items[0];
	list.n = 0; /* its content is the caller's now */
	return 0;
}

int link_dump(struct nl_sock *s, struct link_list *ret, struct err *e)
{
	struct link_list list = {0};
	struct nl_reply reply;
	int r;

	/* Links come and go beside us, a pod's perhaps without end: the last try counts as it is. */
	for (int i = 0; i < DUMP_TRIES; i++) {
		link_list_free(&list);
		r = nl_ask(s, get_request(0, NULL, NLM_F_DUMP), collect, &list, &reply);
		if (r < 0 || !reply.torn)
			break;
	}
	/* Whatever is missing from it would be taken for gone; the loopback never is. */
	if (r == 0 && (list.incomplete || list.n == 0)) {
		r = err_sys(e, ERR_INTERNAL, list.incomplete ? ENOMEM : EIO, "list of links");
		link_list_free(&list);
		return r;
	}
	if (r < 0) {
		link_list_free(&list);
		return nl_refused(e, ERR_KERNEL, &reply, "list of links");
	}
	*ret = list;
	return 0;
}

static int put_xdp_detach(struct nl_msg *msg, bool generic)
{
	struct nlattr *x = nla_nest_start(msg, IFLA_XDP | NLA_F_NESTED);

	/* Without a flag the kernel looks for a program in the driver alone, where the driver can. */
	if (!x || nla_put_s32(msg, IFLA_XDP_FD, -1) < 0 ||
		(generic && nla_put_u32(msg, IFLA_XDP_FLAGS, XDP_FLAGS_SKB_MODE) < 0))
		return -ENOMEM;
	nla_nest_end(msg, x);
	return 0;
}

static int put_mac(struct nl_msg *msg, int type, const char *text)
{
	uint8_t mac[MAC_MAX];
	int n = link_mac_parse(text, mac, sizeof(mac));

	return n < 0 ? n : nla_put(msg, type, n, mac);
}

/* Not to be held down any more, whatever reasons were given. */
static int put_reasons(struct nl_msg *msg)
{
	struct nlattr *x = nla_nest_start(msg, IFLA_PROTO_DOWN_REASON | NLA_F_NESTED);

	if (!x || nla_put_u32(msg, IFLA_PROTO_DOWN_REASON_MASK, UINT32_MAX) < 0 ||
		nla_put_u32(msg, IFLA_PROTO_DOWN_REASON_VALUE, 0) < 0)
		return -ENOMEM;
	nla_nest_end(msg, x);
	return 0;
}

static int put_change(struct nl_msg *msg, const struct link_change *c)
{
	int r = 0;

	if (c->netns_fd != CODEC_ABSENT)
		r |= nla_put_u32(msg, IFLA_NET_NS_FD, (uint32_t)c->netns_fd);
	if (c->new_index != CODEC_ABSENT)
		r |= nla_put_s32(msg, IFLA_NEW_IFINDEX, (int32_t)c->new_index);
	if (c->name)
		r |= nla_put_string(msg, IFLA_IFNAME, c->name);
	if (c->mac)
		r |= put_mac(msg, IFLA_ADDRESS, c->mac);
	if (c->broadcast)
		r |= put_mac(msg, IFLA_BROADCAST, c->broadcast);
	if (c->alias)
		r |= nla_put(msg, IFLA_IFALIAS, (int)strlen(c->alias), c->alias);
	if (c->mtu != CODEC_ABSENT)
		r |= nla_put_u32(msg, IFLA_MTU, (uint32_t)c->mtu);
	if (c->txqlen != CODEC_ABSENT)
		r |= nla_put_u32(msg, IFLA_TXQLEN, (uint32_t)c->txqlen);
	if (c->group != CODEC_ABSENT)
		r |= nla_put_u32(msg, IFLA_GROUP, (uint32_t)c->group);
	if (c->link_mode != CODEC_ABSENT)
		r |= nla_put_u8(msg, IFLA_LINKMODE, (uint8_t)c->link_mode);
	if (c->proto_down != CODEC_ABSENT)
		r |= nla_put_u8(msg, IFLA_PROTO_DOWN, c->proto_down != 0);
	if (c->proto_down == 0)
		r |= put_reasons(msg);
	if (c->gso_size != CODEC_ABSENT)
		r |= nla_put_u32(msg, IFLA_GSO_MAX_SIZE, (uint32_t)c->gso_size);
	if (c->gso_segs != CODEC_ABSENT)
		r |= nla_put_u32(msg, IFLA_GSO_MAX_SEGS, (uint32_t)c->gso_segs);
	if (c->gro_size != CODEC_ABSENT)
		r |= nla_put_u32(msg, IFLA_GRO_MAX_SIZE, (uint32_t)c->gro_size);
	if (c->gso_ipv4_size != CODEC_ABSENT)
		r |= nla_put_u32(msg, GSO_IPV4_MAX_SIZE, (uint32_t)c->gso_ipv4_size);
	if (c->gro_ipv4_size != CODEC_ABSENT)
		r |= nla_put_u32(msg, GRO_IPV4_MAX_SIZE, (uint32_t)c->gro_ipv4_size);
	if (c->detach_xdp)
		r |= put_xdp_detach(msg, c->xdp_generic);
	return r == -EINVAL ? r : r ? -ENOMEM : 0;
}

int link_set(struct nl_sock *s, int64_t index, const struct link_change *c, struct nl_reply *reply)
{
	struct ifinfomsg m = {
		.ifi_family = AF_UNSPEC,
		.ifi_index = (int)index,
		.ifi_flags = (unsigned int)c->flags,
		.ifi_change = (unsigned int)c->flags_mask,
	};
	struct nl_msg *msg = nl_new(RTM_SETLINK, 0, &m, sizeof(m));
	int r = msg ? put_change(msg, c) : -ENOMEM;

	if (r < 0) {
		nlmsg_free(msg);
		*reply = (struct nl_reply){.errnum = -r};
		return r;
	}
	return nl_ask(s, msg, NULL, NULL, reply);
}

int link_altname(struct nl_sock *s, int64_t index, const char *altname, bool add,
	struct nl_reply *reply)
{
	struct ifinfomsg m = {.ifi_family = AF_UNSPEC, .ifi_index = (int)index};
	struct nl_msg *msg = nl_new(add ? RTM_NEWLINKPROP : RTM_DELLINKPROP,
		add ? NLM_F_EXCL | NLM_F_CREATE | NLM_F_APPEND : 0, &m, sizeof(m));
	struct nlattr *list = msg ? nla_nest_start(msg, IFLA_PROP_LIST | NLA_F_NESTED) : NULL;

	if (!list || nla_put_string(msg, IFLA_ALT_IFNAME, altname) < 0) {
		nlmsg_free(msg);
		*reply = (struct nl_reply){.errnum = ENOMEM};
		return -ENOMEM;
	}
	nla_nest_end(msg, list);
	return nl_ask(s, msg, NULL, NULL, reply);
}

int link_delete(struct nl_sock *s, int64_t index, struct nl_reply *reply)
{
	struct ifinfomsg m = {.ifi_family = AF_UNSPEC, .ifi_index = (int)index};

	return nl_ask(s, nl_new(RTM_DELLINK, 0, &m, sizeof(m)), NULL, NULL, reply);
}
