/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The messages about VFs, sent and read. The NIC of the lab has no minimum rate, no 802.1ad and no
 * link state to set, and takes a maximum rate without obeying it: what is said about those is held
 * against what iproute2 says (strace ip link set lo vf 3 ...), and what is read against the nest
 * that the kernel fills (rtnl_fill_vfinfo).
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>

#include "mem.h"
#include "test.h"
#include "vf_wire.h"

static struct vf none(void)
{
	struct vf v;

	vf_init(&v);
	return v;
}

/* The only message for a wish: the attribute within IFLA_VF_INFO within IFLA_VFINFO_LIST. */
static void says(const struct vf *wish, const struct vf *now, int type, const void *data,
	size_t len)
{
	struct vf_attr a[VF_ATTRS];

	assert_int_equal(vf_attrs(3, wish, now, a), 1);
	struct nl_msg *msg = vf_message(7, &a[0]);

	assert_non_null(msg);
	struct nlmsghdr *h = nlmsg_hdr(msg);
	const struct ifinfomsg *m = nlmsg_data(h);
	struct nlattr *at = nlmsg_attrdata(h, sizeof(*m));
	const int left = nlmsg_attrlen(h, sizeof(*m));

	assert_int_equal(h->nlmsg_type, RTM_SETLINK);
	assert_int_equal(m->ifi_index, 7);
	assert_int_equal(m->ifi_change, 0);
	assert_int_equal(nla_type(at), IFLA_VFINFO_LIST);
	assert_int_equal(left, nla_total_size(nla_len(at)));
	at = nla_data(at);
	assert_int_equal(nla_type(at), IFLA_VF_INFO);
	at = nla_data(at);
	assert_int_equal(nla_type(at), type);
	if (type == IFLA_VF_VLAN_LIST) {
		at = nla_data(at);
		assert_int_equal(nla_type(at), IFLA_VF_VLAN_INFO);
	}
	assert_int_equal(nla_len(at), len);
	/* The kernel's struct has padding behind the protocol. */
	assert_memory_equal(nla_data(at), data,
		type == IFLA_VF_VLAN_LIST ? offsetof(struct ifla_vf_vlan_info, vlan_proto) + 2
					  : len);
	nlmsg_free(msg);
}

static void rates(void **state)
{
	const uint32_t both[] = {3, 50, 1000}, less[] = {3, 20, 1000}, clear[] = {3, 0, 0};
	struct vf wish = none(), now = none();

	(void)state;
	now.min_tx_rate = now.max_tx_rate = 0;
	wish.min_tx_rate = 50;
	wish.max_tx_rate = 1000;
	says(&wish, &now, IFLA_VF_RATE, both, sizeof(both));
	/* Both go in one message: the one that is not named stays as it is. */
	now.min_tx_rate = 50;
	now.max_tx_rate = 1000;
	wish = none();
	wish.min_tx_rate = 20;
	says(&wish, &now, IFLA_VF_RATE, less, sizeof(less));
	wish.min_tx_rate = 0;
	wish.max_tx_rate = 0;
	says(&wish, &now, IFLA_VF_RATE, clear, sizeof(clear));
	assert_string_equal(vf_differs(&wish, &now), "min_tx_rate");
	wish.min_tx_rate = CODEC_ABSENT;
	assert_string_equal(vf_differs(&wish, &now), "max_tx_rate");
}

static void link_states(void **state)
{
	(void)state;
	for (int i = VF_LINK_AUTO; i <= VF_LINK_DISABLE; i++) {
		static const uint32_t kernels[] = {IFLA_VF_LINK_STATE_AUTO,
			IFLA_VF_LINK_STATE_ENABLE, IFLA_VF_LINK_STATE_DISABLE};
		const uint32_t want[] = {3, kernels[i]};
		struct vf wish = none(), now = none();

		wish.link_state = i;
		now.link_state = (i + 1) % 3;
		says(&wish, &now, IFLA_VF_LINK_STATE, want, sizeof(want));
	}
}

static void vlans(void **state)
{
	const struct ifla_vf_vlan plain = {3, 100, 5};
	const struct ifla_vf_vlan_info ad = {3, 100, 5, htons(ETH_P_8021AD)},
				       kept = {3, 200, 5, htons(ETH_P_8021AD)};
	struct vf wish = none(), now = none();
	struct vf_attr a[VF_ATTRS];

	(void)state;
	now.vlan = now.qos = 0;
	now.proto = VF_8021Q;
	wish.vlan = 100;
	wish.qos = 5;
	says(&wish, &now, IFLA_VF_VLAN, &plain, sizeof(plain));
	wish.proto = VF_8021AD;
	says(&wish, &now, IFLA_VF_VLAN_LIST, &ad, sizeof(ad));
	/* Of an 802.1ad VLAN the number alone is changed. */
	now = wish;
	wish = none();
	wish.vlan = 200;
	says(&wish, &now, IFLA_VF_VLAN_LIST, &kept, sizeof(kept));
	/* Or only its priority, which then names its own key. */
	wish = none();
	wish.qos = 6;
	assert_int_equal(vf_attrs(3, &wish, &now, a), 1);
	assert_string_equal(a[0].key, "vlanQoS");
	/* Cleared, it takes its priority along, and back to none every driver knows the way. */
	wish = none();
	wish.vlan = 0;
	says(&wish, &now, IFLA_VF_VLAN, &(const struct ifla_vf_vlan){3, 0, 0}, sizeof(plain));
	wish.vlan = wish.qos = 0;
	wish.proto = VF_8021Q;
	says(&wish, &now, IFLA_VF_VLAN, &(const struct ifla_vf_vlan){3, 0, 0}, sizeof(plain));
}

static void the_others(void **state)
{
	char mac[] = "02:00:00:00:11:22", bad[] = "02:00";
	const struct ifla_vf_mac want = {3, {2, 0, 0, 0, 0x11, 0x22}};
	const uint32_t off[] = {3, 0}, on[] = {3, 1};
	struct vf wish = none(), now = none();
	struct vf_attr a[VF_ATTRS];

	(void)state;
	now.spoofchk = 1;
	now.trust = 0;
	wish.mac = mac;
	says(&wish, &now, IFLA_VF_MAC, &want, sizeof(want));
	wish.mac = bad;
	assert_int_equal(vf_attrs(3, &wish, &now, a), -EINVAL);
	wish = none();
	wish.spoofchk = 0;
	says(&wish, &now, IFLA_VF_SPOOFCHK, off, sizeof(off));
	wish = none();
	wish.trust = 1;
	says(&wish, &now, IFLA_VF_TRUST, on, sizeof(on));
	wish = none();
	wish.query_rss = 1;
	says(&wish, &now, IFLA_VF_RSS_QUERY_EN, on, sizeof(on));
	now.query_rss = 1;
	wish.query_rss = 0;
	says(&wish, &now, IFLA_VF_RSS_QUERY_EN, off, sizeof(off));
	assert_int_equal(vf_attrs(3, &now, &now, a), 0);
}

/* All keys at once: one message each, so that a refusal names its key. */
static void each_by_itself(void **state)
{
	static const char *const keys[] = {"vlan", "mac", "spoofchk", "trust", "query_rss",
		"link_state", "min_tx_rate"};
	char mac[] = "02:00:00:00:11:22";
	const struct vf wish = {.vlan = 5,
		.qos = 3,
		.proto = VF_8021Q,
		.mac = mac,
		.spoofchk = 1,
		.trust = 1,
		.query_rss = 1,
		.link_state = VF_LINK_DISABLE,
		.min_tx_rate = 1,
		.max_tx_rate = 2};
	const struct vf now = none();
	struct vf_attr a[VF_ATTRS];

	(void)state;
	assert_int_equal(vf_attrs(0, &wish, &now, a), ARRAY_SIZE(keys));
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		assert_string_equal(a[i].key, keys[i]);
}

/* ------------------------------------------------------------- reading */

static void put_vf(struct nl_msg *msg, uint32_t vf, uint16_t proto, uint32_t link_state,
	uint32_t setting)
{
	struct nlattr *info = nla_nest_start(msg, IFLA_VF_INFO), *list;
	const struct ifla_vf_mac mac = {vf, {2, 0, 0, 0, 0, (uint8_t)vf}};
	const struct ifla_vf_vlan vlan = {vf, 100 + vf, 5};
	const struct ifla_vf_vlan_info vlan_info = {vf, 100 + vf, 5, htons(proto)};
	const struct ifla_vf_rate rate = {vf, 50 + vf, 1000 + vf};
	const struct ifla_vf_tx_rate tx_rate = {vf, 1000 + vf};
	const struct ifla_vf_spoofchk spoofchk = {vf, setting};
	const struct ifla_vf_link_state state = {vf, link_state};
	const struct ifla_vf_rss_query_en rss = {vf, setting};
	const struct ifla_vf_trust trust = {vf, setting};

	(void)nla_put(msg, IFLA_VF_MAC, sizeof(mac), &mac);
	(void)nla_put(msg, IFLA_VF_BROADCAST, 32,
		"\xff\xff\xff\xff\xff\xff\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
	(void)nla_put(msg, IFLA_VF_VLAN, sizeof(vlan), &vlan);
	(void)nla_put(msg, IFLA_VF_RATE, sizeof(rate), &rate);
	(void)nla_put(msg, IFLA_VF_TX_RATE, sizeof(tx_rate), &tx_rate);
	(void)nla_put(msg, IFLA_VF_SPOOFCHK, sizeof(spoofchk), &spoofchk);
	(void)nla_put(msg, IFLA_VF_LINK_STATE, sizeof(state), &state);
	(void)nla_put(msg, IFLA_VF_RSS_QUERY_EN, sizeof(rss), &rss);
	(void)nla_put(msg, IFLA_VF_TRUST, sizeof(trust), &trust);
	list = nla_nest_start(msg, IFLA_VF_VLAN_LIST);
	(void)nla_put(msg, IFLA_VF_VLAN_INFO, sizeof(vlan_info), &vlan_info);
	nla_nest_end(msg, list);
	nla_nest_end(msg, info);
}

static struct nl_msg *a_pf(void)
{
	const struct ifinfomsg m = {.ifi_index = 7};
	struct nl_msg *msg = nl_new(RTM_NEWLINK, 0, &m, sizeof(m));
	struct nlattr *list;

	assert_non_null(msg);
	(void)nla_put_string(msg, IFLA_IFNAME, "ens1f0");
	list = nla_nest_start(msg, IFLA_VFINFO_LIST);
	put_vf(msg, 0, ETH_P_8021Q, IFLA_VF_LINK_STATE_AUTO, 0);
	put_vf(msg, 1, ETH_P_8021AD, IFLA_VF_LINK_STATE_DISABLE, 1);
	/* A driver that does not report them. */
	put_vf(msg, 2, ETH_P_8021Q, 77, UINT32_MAX);
	nla_nest_end(msg, list);
	return msg;
}

static void reads(struct nl_msg *msg, uint32_t index, const struct vf *want)
{
	struct vf v = none();

	assert_true(vf_parse(nlmsg_hdr(msg), index, &v));
	assert_int_equal(v.vlan, 100 + index);
	assert_int_equal(v.qos, 5);
	assert_int_equal(v.proto, want->proto);
	assert_int_equal(v.min_tx_rate, 50 + index);
	assert_int_equal(v.max_tx_rate, 1000 + index);
	assert_int_equal(v.link_state, want->link_state);
	assert_int_equal(v.spoofchk, want->spoofchk);
	assert_int_equal(v.trust, want->trust);
	assert_int_equal(v.query_rss, want->query_rss);
	assert_string_equal(v.mac, want->mac);
	vf_free(&v);
}

static void what_the_pf_says(void **state)
{
	char m0[] = "02:00:00:00:00:00", m1[] = "02:00:00:00:00:01", m2[] = "02:00:00:00:00:02";
	struct nl_msg *msg = a_pf();
	struct vf v = none();

	(void)state;
	reads(msg, 0, &(struct vf){.proto = VF_8021Q, .link_state = VF_LINK_AUTO, .mac = m0});
	reads(msg, 1,
		&(struct vf){.proto = VF_8021AD,
			.link_state = VF_LINK_DISABLE,
			.spoofchk = 1,
			.trust = 1,
			.query_rss = 1,
			.mac = m1});
	reads(msg, 2,
		&(struct vf){.proto = VF_8021Q,
			.link_state = -1,
			.spoofchk = -1,
			.trust = -1,
			.query_rss = -1,
			.mac = m2});
	assert_false(vf_parse(nlmsg_hdr(msg), 3, &v));
	assert_false(vf_any(&v));
	nlmsg_free(msg);
}

/* What was read and is wished back needs no message, whatever the protocol. */
static void what_is_so_needs_no_word(void **state)
{
	struct nl_msg *msg = a_pf();
	struct vf_attr a[VF_ATTRS];

	(void)state;
	for (uint32_t i = 0; i < 3; i++) {
		struct vf v = none();

		assert_true(vf_parse(nlmsg_hdr(msg), i, &v));
		assert_int_equal(vf_attrs(i, &v, &v, a), 0);
		assert_null(vf_differs(&v, &v));
		vf_free(&v);
	}
	nlmsg_free(msg);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rates),
		cmocka_unit_test(link_states),
		cmocka_unit_test(vlans),
		cmocka_unit_test(the_others),
		cmocka_unit_test(each_by_itself),
		cmocka_unit_test(what_the_pf_says),
		cmocka_unit_test(what_is_so_needs_no_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
