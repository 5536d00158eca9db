/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "link.h"
#include "vf_wire.h"

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
	if (list && nla_ok(list, nla_len(a[IFLA_VF_VLAN_LIST])) &&
		nla_len(list) >= (int)sizeof(*info)) {
		info = nla_data(list);
		v->proto = info->vlan_proto == htons(ETH_P_8021AD) ? VF_8021AD : VF_8021Q;
	}
}

static void read_vf(struct nlattr **a, struct vf *v)
{
	const struct ifla_vf_mac *mac = nla_data(a[IFLA_VF_MAC]);
	char text[24];

	(void)snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", mac->mac[0],
		mac->mac[1], mac->mac[2], mac->mac[3], mac->mac[4], mac->mac[5]);
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

bool vf_parse(struct nlmsghdr *h, uint32_t index, struct vf *ret)
{
	struct nlattr *a[IFLA_MAX + 1], *sub[IFLA_VF_MAX + 1], *info;
	int left;

	if (h->nlmsg_type != RTM_NEWLINK ||
		nlmsg_parse(h, sizeof(struct ifinfomsg), a, IFLA_MAX, NULL) < 0 ||
		!a[IFLA_VFINFO_LIST])
		return false;
	nla_for_each_nested(info, a[IFLA_VFINFO_LIST], left)
	{
		if (nla_parse_nested(sub, IFLA_VF_MAX, info, NULL) < 0 || !sub[IFLA_VF_MAC])
			continue;
		if (((const struct ifla_vf_mac *)nla_data(sub[IFLA_VF_MAC]))->vf != index)
			continue;
		read_vf(sub, ret);
		return true;
	}
	return false;
}

struct nl_msg *vf_message(int64_t pf_index, const struct vf_attr *at)
{
	struct ifinfomsg m = {.ifi_family = AF_UNSPEC, .ifi_index = (int)pf_index};
	struct nl_msg *msg = nl_new(RTM_SETLINK, 0, &m, sizeof(m));
	struct nlattr *list = msg ? nla_nest_start(msg, IFLA_VFINFO_LIST) : NULL;
	struct nlattr *info = list ? nla_nest_start(msg, IFLA_VF_INFO) : NULL;
	struct nlattr *vlans = NULL;
	bool ok = info;

	if (ok && at->type == IFLA_VF_VLAN_LIST) {
		vlans = nla_nest_start(msg, IFLA_VF_VLAN_LIST);
		ok = vlans && nla_put(msg, IFLA_VF_VLAN_INFO, at->len, &at->data) == 0;
	} else if (ok) {
		ok = nla_put(msg, at->type, at->len, &at->data) == 0;
	}
	if (!ok) {
		nlmsg_free(msg);
		return NULL;
	}
	if (vlans)
		nla_nest_end(msg, vlans);
	nla_nest_end(msg, info);
	nla_nest_end(msg, list);
	return msg;
}

/* Which value counts: the wish, or else what is there already. */
static int64_t either(int64_t wish, int64_t now, int64_t otherwise)
{
	return wish != CODEC_ABSENT ? wish : now != CODEC_ABSENT ? now : otherwise;
}

/* The older attribute where it says it all: every driver knows it. */
static struct vf_attr vlan_attr(uint32_t index, const struct vf *wish, const struct vf *now)
{
	const bool ad = wish->proto == VF_8021AD || (wish->proto < 0 && now->proto == VF_8021AD);
	const uint32_t vlan = (uint32_t)either(wish->vlan, now->vlan, 0);
	const uint32_t qos = (uint32_t)either(wish->qos, now->qos, 0);
	struct vf_attr a = {.key = "vlan"};

	if (ad) {
		a.type = IFLA_VF_VLAN_LIST;
		a.len = sizeof(a.data.vlan_info);
		a.data.vlan_info = (struct ifla_vf_vlan_info){index, vlan, qos,
			htons(ETH_P_8021AD)};
	} else {
		a.type = IFLA_VF_VLAN;
		a.len = sizeof(a.data.vlan);
		a.data.vlan = (struct ifla_vf_vlan){index, vlan, qos};
	}
	return a;
}

static struct vf_attr rate_attr(uint32_t index, const struct vf *wish, const struct vf *now)
{
	struct vf_attr a = {IFLA_VF_RATE,
		wish->min_tx_rate != CODEC_ABSENT ? "min_tx_rate" : "max_tx_rate",
		sizeof(a.data.rate), {{0}}};

	a.data.rate = (struct ifla_vf_rate){index,
		(uint32_t)either(wish->min_tx_rate, now->min_tx_rate, 0),
		(uint32_t)either(wish->max_tx_rate, now->max_tx_rate, 0)};
	return a;
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
	if (number_differs(wish->min_tx_rate, state->min_tx_rate))
		return "min_tx_rate";
	return number_differs(wish->max_tx_rate, state->max_tx_rate) ? "max_tx_rate" : NULL;
}

int vf_attrs(int64_t index, const struct vf *wish, const struct vf *now,
	struct vf_attr ret[VF_ATTRS])
{
	const uint32_t vf = (uint32_t)index;
	int n = 0;

	if (vlan_differs(wish, now))
		ret[n++] = vlan_attr(vf, wish, now);
	if (wish->mac && !link_mac_equal(wish->mac, now->mac)) {
		struct vf_attr a = {.type = IFLA_VF_MAC,
			.key = "mac",
			.len = sizeof(a.data.mac),
			.data.mac.vf = vf};

		if (link_mac_parse(wish->mac, a.data.mac.mac, sizeof(a.data.mac.mac)) != 6)
			return -EINVAL;
		ret[n++] = a;
	}
	if (choice_differs(wish->spoofchk, now->spoofchk))
		ret[n++] = (struct vf_attr){IFLA_VF_SPOOFCHK, "spoofchk",
			sizeof(struct ifla_vf_spoofchk), {.spoofchk = {vf, wish->spoofchk > 0}}};
	if (choice_differs(wish->trust, now->trust))
		ret[n++] = (struct vf_attr){IFLA_VF_TRUST, "trust", sizeof(struct ifla_vf_trust),
			{.trust = {vf, wish->trust > 0}}};
	if (choice_differs(wish->link_state, now->link_state))
		ret[n++] = (struct vf_attr){IFLA_VF_LINK_STATE, "link_state",
			sizeof(struct ifla_vf_link_state),
			{.link_state = {vf, (uint32_t)wish->link_state}}};
	if (rate_differs(wish, now))
		ret[n++] = rate_attr(vf, wish, now);
	return n;
}
