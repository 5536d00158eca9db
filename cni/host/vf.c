/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "link.h"
#include "mem.h"
#include "vf.h"

#define BUSY_TIMEOUT_MS 3000
#define BUSY_WAIT_MS 50

const char *const vf_proto_names[] = {"802.1q", "802.1ad", NULL};
const char *const vf_link_state_names[] = {"auto", "enable", "disable", NULL};

#define V struct vf
const struct codec_field vf_fields[] = {
	CODEC_INTEGER(V, vlan, "vlan", 0, 4094),
	CODEC_INTEGER(V, qos, "vlanQoS", 0, 7),
	CODEC_ENUMERATION(V, proto, "vlanProto", vf_proto_names),
	CODEC_STRING(V, mac, "mac", 64),
	CODEC_BOOLEAN(V, spoofchk, "spoofchk"),
	CODEC_BOOLEAN(V, trust, "trust"),
	CODEC_ENUMERATION(V, link_state, "link_state", vf_link_state_names),
	CODEC_INTEGER(V, min_tx_rate, "min_tx_rate", 0, UINT32_MAX),
	CODEC_INTEGER(V, max_tx_rate, "max_tx_rate", 0, UINT32_MAX),
	CODEC_END,
};
#undef V

void vf_init(struct vf *v)
{
	codec_init(vf_fields, v);
}

void vf_free(struct vf *v)
{
	codec_free(vf_fields, v);
}

bool vf_any(const struct vf *v)
{
	return v->vlan != CODEC_ABSENT || v->qos != CODEC_ABSENT || v->proto >= 0 || v->mac ||
	       v->spoofchk >= 0 || v->trust >= 0 || v->link_state >= 0 ||
	       v->min_tx_rate != CODEC_ABSENT || v->max_tx_rate != CODEC_ABSENT;
}

struct search {
	uint32_t index;
	struct vf *vf;
	bool found;
};

static void read_vlan(struct nlattr **a, struct vf *v)
{
	const struct ifla_vf_vlan *plain;
	const struct ifla_vf_vlan_info *info;
	struct nlattr *list;

	if (a[IFLA_VF_VLAN]) {
		plain = nla_data(a[IFLA_VF_VLAN]);
		v->vlan = plain->vlan;
		v->qos = plain->qos;
		v->proto = VF_8021Q;
	}
	list = a[IFLA_VF_VLAN_LIST] ? nla_data(a[IFLA_VF_VLAN_LIST]) : NULL;
	if (list && nla_ok(list, nla_len(a[IFLA_VF_VLAN_LIST])) && nla_len(list) >= (int)sizeof(*info)) {
		info = nla_data(list);
		v->proto = info->vlan_proto == htons(ETH_P_8021AD) ? VF_8021AD : VF_8021Q;
	}
}

static void read_vf(struct nlattr **a, struct vf *v)
{
	const struct ifla_vf_mac *mac = nla_data(a[IFLA_VF_MAC]);
	char text[24];

	(void)snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", mac->mac[0], mac->mac[1],
		mac->mac[2], mac->mac[3], mac->mac[4], mac->mac[5]);
	v->mac = strdup(text);
	read_vlan(a, v);
	if (a[IFLA_VF_SPOOFCHK]) {
		const struct ifla_vf_spoofchk *s = nla_data(a[IFLA_VF_SPOOFCHK]);

		v->spoofchk = s->setting == UINT32_MAX ? -1 : s->setting != 0;
	}
	if (a[IFLA_VF_TRUST]) {
		const struct ifla_vf_trust *t = nla_data(a[IFLA_VF_TRUST]);

		v->trust = t->setting == UINT32_MAX ? -1 : t->setting != 0;
	}
	if (a[IFLA_VF_LINK_STATE]) {
		const struct ifla_vf_link_state *l = nla_data(a[IFLA_VF_LINK_STATE]);

		v->link_state = l->link_state > VF_LINK_DISABLE ? -1 : (int)l->link_state;
	}
	if (a[IFLA_VF_RATE]) {
		const struct ifla_vf_rate *r = nla_data(a[IFLA_VF_RATE]);

		v->min_tx_rate = r->min_tx_rate;
		v->max_tx_rate = r->max_tx_rate;
	}
}

static void on_link(struct nlmsghdr *h, void *arg)
{
	struct nlattr *a[IFLA_MAX + 1], *sub[IFLA_VF_MAX + 1], *info;
	struct search *s = arg;
	int left;

	if (h->nlmsg_type != RTM_NEWLINK ||
		nlmsg_parse(h, sizeof(struct ifinfomsg), a, IFLA_MAX, NULL) < 0 || !a[IFLA_VFINFO_LIST])
		return;
	nla_for_each_nested(info, a[IFLA_VFINFO_LIST], left) {
		if (nla_parse_nested(sub, IFLA_VF_MAX, info, NULL) < 0 || !sub[IFLA_VF_MAC] || s->found)
			continue;
		if (((const struct ifla_vf_mac *)nla_data(sub[IFLA_VF_MAC]))->vf != s->index)
			continue;
		read_vf(sub, s->vf);
		s->found = true;
	}
}

int vf_get(struct nl_sock *s, int64_t pf_index, int64_t index, struct vf *ret, struct err *e)
{
	struct ifinfomsg m = {.ifi_family = AF_UNSPEC, .ifi_index = (int)pf_index};
	struct nl_msg *msg = nl_new(RTM_GETLINK, 0, &m, sizeof(m));
	struct vf v;
	struct search search = {(uint32_t)index, &v, false};
	struct nl_reply reply;

	vf_init(&v);
	if (msg)
		(void)nla_put_u32(msg, IFLA_EXT_MASK, RTEXT_FILTER_VF | RTEXT_FILTER_SKIP_STATS);
	if (nl_ask(s, msg, on_link, &search, &reply) < 0)
		return nl_refused(e, ERR_KERNEL, &reply, "PF: read its VFs");
	if (!search.found)
		return err_set(e, ERR_DEVICE, ENODEV, "the PF has no VF %d", (int)index);
	*ret = v;
	return 0;
}

/* One attribute of one VF. */
static int set_one(struct nl_sock *s, int64_t pf_index, int type, const void *data, int len,
	struct nl_reply *reply)
{
	struct ifinfomsg m = {.ifi_family = AF_UNSPEC, .ifi_index = (int)pf_index};

	for (int64_t end = clock_ms() + BUSY_TIMEOUT_MS;;) {
		struct nl_msg *msg = nl_new(RTM_SETLINK, 0, &m, sizeof(m));
		struct nlattr *list = msg ? nla_nest_start(msg, IFLA_VFINFO_LIST) : NULL;
		struct nlattr *info = list ? nla_nest_start(msg, IFLA_VF_INFO) : NULL;
		struct nlattr *vlans = NULL;
		int r = info ? 0 : -ENOMEM;

		if (r == 0 && type == IFLA_VF_VLAN_LIST) {
			vlans = nla_nest_start(msg, IFLA_VF_VLAN_LIST);
			r = vlans ? nla_put(msg, IFLA_VF_VLAN_INFO, len, data) : -ENOMEM;
		} else if (r == 0) {
			r = nla_put(msg, type, len, data);
		}
		if (r < 0) {
			nlmsg_free(msg);
			*reply = (struct nl_reply){.errnum = ENOMEM};
			return -ENOMEM;
		}
		if (vlans)
			nla_nest_end(msg, vlans);
		nla_nest_end(msg, info);
		nla_nest_end(msg, list);
		r = nl_ask(s, msg, NULL, NULL, reply);
		if ((r != -EBUSY && r != -EAGAIN) || clock_ms() >= end)
			return r;
		(void)poll(NULL, 0, BUSY_WAIT_MS);
	}
}

static int refused(const char *what, const char *key, const struct nl_reply *reply, struct err *e)
{
	const bool busy = reply->errnum == EBUSY || reply->errnum == EAGAIN;
	int r = nl_refused(e, busy ? ERR_AGAIN : ERR_KERNEL, reply, "%s: set %s at its PF", what, key);

	if (reply->errnum == EOPNOTSUPP)
		err_remedy(e, "the PF's driver cannot do this: remove \"%s\" from the network", key);
	return r;
}

/* Which value counts: the wish, or else what is there already. */
static int64_t either(int64_t wish, int64_t now, int64_t otherwise)
{
	return wish != CODEC_ABSENT ? wish : now != CODEC_ABSENT ? now : otherwise;
}

static int set_vlan(struct nl_sock *s, int64_t pf, uint32_t index, const struct vf *wish,
	const struct vf *now, struct nl_reply *reply)
{
	struct ifla_vf_vlan_info info = {
		.vf = index,
		.vlan = (uint32_t)either(wish->vlan, now->vlan, 0),
		.qos = (uint32_t)either(wish->qos, now->qos, 0),
		.vlan_proto = htons(wish->proto == VF_8021AD ? ETH_P_8021AD : ETH_P_8021Q),
	};
	struct ifla_vf_vlan plain = {index, info.vlan, info.qos};

	/* The older attribute where it says it all: every driver knows it. */
	if (wish->proto == VF_8021AD || (wish->proto < 0 && now->proto == VF_8021AD))
		return set_one(s, pf, IFLA_VF_VLAN_LIST, &info, sizeof(info), reply);
	return set_one(s, pf, IFLA_VF_VLAN, &plain, sizeof(plain), reply);
}

static int set_mac(struct nl_sock *s, int64_t pf, uint32_t index, const char *text,
	struct nl_reply *reply)
{
	struct ifla_vf_mac mac = {.vf = index};

	if (link_mac_parse(text, mac.mac, sizeof(mac.mac)) != 6) {
		*reply = (struct nl_reply){.errnum = EINVAL};
		return -EINVAL;
	}
	return set_one(s, pf, IFLA_VF_MAC, &mac, sizeof(mac), reply);
}

static int set_rate(struct nl_sock *s, int64_t pf, uint32_t index, const struct vf *wish,
	const struct vf *now, struct nl_reply *reply)
{
	int64_t max = either(wish->max_tx_rate, now->max_tx_rate, 0);
	int64_t min = either(wish->min_tx_rate, now->min_tx_rate, 0);
	struct ifla_vf_rate rate = {index, (uint32_t)min, (uint32_t)max};

	return set_one(s, pf, IFLA_VF_RATE, &rate, sizeof(rate), reply);
}

static bool number_differs(int64_t wish, int64_t state)
{
	return wish != CODEC_ABSENT && wish != state;
}

static bool choice_differs(int wish, int state)
{
	return wish >= 0 && wish != state;
}

static bool is_zero(const char *mac)
{
	return strcmp(mac, "00:00:00:00:00:00") == 0;
}

static bool vlan_differs(const struct vf *wish, const struct vf *state)
{
	return number_differs(wish->vlan, state->vlan) || number_differs(wish->qos, state->qos) ||
	       (choice_differs(wish->proto, state->proto) && wish->vlan > 0);
}

static bool rate_differs(const struct vf *wish, const struct vf *state)
{
	return number_differs(wish->min_tx_rate, state->min_tx_rate) ||
	       number_differs(wish->max_tx_rate, state->max_tx_rate);
}

const char *vf_differs(const struct vf *wish, const struct vf *state)
{
	if (vlan_differs(wish, state))
		return "vlan";
	if (wish->mac && state->mac && !is_zero(wish->mac) && !is_zero(state->mac) &&
		!link_mac_equal(wish->mac, state->mac))
		return "mac";
	if (choice_differs(wish->spoofchk, state->spoofchk))
		return "spoofchk";
	if (choice_differs(wish->trust, state->trust))
		return "trust";
	if (choice_differs(wish->link_state, state->link_state))
		return "link_state";
	return rate_differs(wish, state) ? "max_tx_rate" : NULL;
}

int vf_set(struct nl_sock *s, int64_t pf_index, int64_t index, const struct vf *wish,
	const struct vf *now, const char *what, struct err *e)
{
	struct ifla_vf_spoofchk spoofchk = {(uint32_t)index, wish->spoofchk > 0};
	struct ifla_vf_trust trust = {(uint32_t)index, wish->trust > 0};
	struct ifla_vf_link_state state = {(uint32_t)index, (uint32_t)wish->link_state};
	struct nl_reply reply = {0};

	if (vlan_differs(wish, now) && set_vlan(s, pf_index, (uint32_t)index, wish, now, &reply) < 0)
		return refused(what, "vlan", &reply, e);
	if (wish->mac && !link_mac_equal(wish->mac, now->mac) &&
		set_mac(s, pf_index, (uint32_t)index, wish->mac, &reply) < 0)
		return refused(what, "mac", &reply, e);
	if (choice_differs(wish->spoofchk, now->spoofchk) &&
		set_one(s, pf_index, IFLA_VF_SPOOFCHK, &spoofchk, sizeof(spoofchk), &reply) < 0)
		return refused(what, "spoofchk", &reply, e);
	if (choice_differs(wish->trust, now->trust) &&
		set_one(s, pf_index, IFLA_VF_TRUST, &trust, sizeof(trust), &reply) < 0)
		return refused(what, "trust", &reply, e);
	if (choice_differs(wish->link_state, now->link_state) &&
		set_one(s, pf_index, IFLA_VF_LINK_STATE, &state, sizeof(state), &reply) < 0)
		return refused(what, "link_state", &reply, e);
	if (rate_differs(wish, now) && set_rate(s, pf_index, (uint32_t)index, wish, now, &reply) < 0)
		return refused(what, wish->min_tx_rate != CODEC_ABSENT ? "min_tx_rate" : "max_tx_rate", &reply, e);
	return 0;
}
