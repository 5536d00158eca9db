/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "link.h"
#include "mem.h"
#include "vf_wire.h"

/* ------------------------------------------------------------- one attribute */

/* An attribute that is more than a setting. full: every member of its rows has a value. */
struct form {
	int type;
	void (*encode)(uint32_t vf, const struct vf *full, struct vf_attr *a);
	void (*decode)(struct nlattr **a, struct vf *v);
};

/* The older attribute where it says it all: every driver knows it. */
static void encode_vlan(uint32_t vf, const struct vf *full, struct vf_attr *a)
{
	const uint32_t vlan = (uint32_t)full->vlan, qos = (uint32_t)full->qos;

	if (vlan && full->proto == VF_8021AD) {
		a->type = IFLA_VF_VLAN_LIST;
		a->len = sizeof(a->data.vlan_info);
		a->data.vlan_info = (struct ifla_vf_vlan_info){vf, vlan, qos, htons(ETH_P_8021AD)};
	} else {
		a->len = sizeof(a->data.vlan);
		a->data.vlan = (struct ifla_vf_vlan){vf, vlan, qos};
	}
}

static void decode_vlan(struct nlattr **a, struct vf *v)
{
	const struct ifla_vf_vlan *plain = nla_data(a[IFLA_VF_VLAN]);
	const struct ifla_vf_vlan_info *info;
	struct nlattr *list = a[IFLA_VF_VLAN_LIST] ? nla_data(a[IFLA_VF_VLAN_LIST]) : NULL;

	v->vlan = plain->vlan;
	v->qos = plain->qos;
	v->proto = VF_8021Q;
	if (list && nla_ok(list, nla_len(a[IFLA_VF_VLAN_LIST])) &&
		nla_len(list) >= (int)sizeof(*info)) {
		info = nla_data(list);
		v->proto = info->vlan_proto == htons(ETH_P_8021AD) ? VF_8021AD : VF_8021Q;
	}
}

static void encode_mac(uint32_t vf, const struct vf *full, struct vf_attr *a)
{
	a->len = sizeof(a->data.mac);
	a->data.mac.vf = vf;
	(void)link_mac_parse(full->mac, a->data.mac.mac, sizeof(a->data.mac.mac));
}

static void decode_mac(struct nlattr **a, struct vf *v)
{
	const uint8_t *m = ((const struct ifla_vf_mac *)nla_data(a[IFLA_VF_MAC]))->mac;
	char text[24];

	(void)snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3],
		m[4], m[5]);
	(void)mem_set_text(&v->mac, text, NULL);
}

static void encode_rate(uint32_t vf, const struct vf *full, struct vf_attr *a)
{
	a->len = sizeof(a->data.rate);
	a->data.rate = (struct ifla_vf_rate){vf, (uint32_t)full->min_tx_rate,
		(uint32_t)full->max_tx_rate};
}

static void decode_rate(struct nlattr **a, struct vf *v)
{
	const struct ifla_vf_rate *r = nla_data(a[IFLA_VF_RATE]);

	v->min_tx_rate = r->min_tx_rate;
	v->max_tx_rate = r->max_tx_rate;
}

static const struct form *form_of(int type)
{
	static const struct form forms[] = {
		{IFLA_VF_VLAN, encode_vlan, decode_vlan},
		{IFLA_VF_MAC, encode_mac, decode_mac},
		{IFLA_VF_RATE, encode_rate, decode_rate},
	};

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
		if (forms[i].type == type)
			return &forms[i];
	return NULL;
}

static void encode_setting(uint32_t vf, int64_t value, struct vf_attr *a)
{
	a->len = sizeof(a->data.setting);
	a->data.setting.vf = vf;
	a->data.setting.setting = (uint32_t)value;
}

/* A driver that does not report it says that all bits are set. */
static int64_t decode_setting(const struct nlattr *a, const struct vf_key *k)
{
	const uint32_t *pair = nla_data(a);
	int64_t n = 0;

	if (nla_len(a) < (int)(2 * sizeof(*pair)) || pair[1] == UINT32_MAX)
		return CODEC_ABSENT;
	if (k->kind == VF_SWITCH)
		return pair[1] != 0;
	while (k->names && k->names[n])
		n++;
	return k->names && pair[1] >= n ? CODEC_ABSENT : pair[1];
}

/* ------------------------------------------------------------- all of them */

/* What the PF is to have: the wish, or else what is there already, or else zero. */
static void fill(const struct vf *wish, const struct vf *now, struct vf *full)
{
	for (size_t i = 0; i < vf_n_keys; i++) {
		const struct vf_key *k = &vf_keys[i];
		int64_t v = vf_wished(wish, k);

		if (v == CODEC_ABSENT)
			v = vf_value(now, k);
		vf_set_value(full, k, v == CODEC_ABSENT ? 0 : v);
	}
}

/* Of the rows that travel with this one, the first that differs says it for all. */
static bool is_said(const struct vf_attr *a, int n, int type)
{
	for (int i = 0; i < n; i++)
		if (a[i].type == type || (type == IFLA_VF_VLAN && a[i].type == IFLA_VF_VLAN_LIST))
			return true;
	return false;
}

int vf_attrs(int64_t index, const struct vf *wish, const struct vf *now,
	struct vf_attr ret[VF_ATTRS])
{
	auto_vf struct vf full;
	int n = 0;

	vf_init(&full);
	fill(wish, now, &full);
	for (size_t i = 0; i < vf_n_keys; i++) {
		const struct vf_key *k = &vf_keys[i];
		const struct form *f = form_of(k->type);
		struct vf_attr *a = &ret[n];

		if (k->kind == VF_MAC && wish->mac && vf_value(wish, k) == CODEC_ABSENT)
			return -EINVAL;
		if (!vf_key_differs(k, wish, now) || is_said(ret, n, k->type))
			continue;
		*a = (struct vf_attr){.type = k->type, .key = k->key};
		if (f)
			f->encode((uint32_t)index, &full, a);
		else
			encode_setting((uint32_t)index, vf_value(&full, k), a);
		n++;
	}
	return n;
}

static void read_vf(struct nlattr **a, struct vf *v)
{
	for (size_t i = 0; i < vf_n_keys; i++) {
		const struct vf_key *k = &vf_keys[i];
		const struct form *f = form_of(k->type);

		if (!a[k->type])
			continue;
		if (f)
			f->decode(a, v);
		else
			vf_set_value(v, k, decode_setting(a[k->type], k));
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
