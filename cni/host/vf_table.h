/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The attributes of a VF at its PF, one row each. Everything comes from here: struct vf, the keys of
 * the network, the record, the messages to the kernel and back, what differs, what an administrator
 * changed meanwhile, and the plan. Nothing else in the tree lists them.
 *
 *	ROW(member, key, kind, values, type)
 *
 * key	in the network, the record, messages and the plan
 * kind	what the member is, and which value of it says that it is absent:
 *	NUMBER  int64_t   CODEC_ABSENT   0 to values
 *	CHOICE  int       -1             index into the names values
 *	SWITCH  int       -1             0 off, 1 on
 *	MAC     char *    NULL           at most values bytes; not a key of its own in the network
 * type	the attribute that carries it. Rows of one type travel in one message; one that is not known
 *	to vf_wire.c by name is a pair of 32-bit numbers: the VF and its setting.
 *
 * The order is that of the messages.
 */
#ifndef HOST_VF_TABLE_H
#define HOST_VF_TABLE_H

#define VF_TABLE(ROW) \
	ROW(vlan, "vlan", NUMBER, 4094, IFLA_VF_VLAN) \
	ROW(qos, "vlanQoS", NUMBER, 7, IFLA_VF_VLAN) \
	ROW(proto, "vlanProto", CHOICE, vf_proto_names, IFLA_VF_VLAN) \
	ROW(mac, "mac", MAC, 64, IFLA_VF_MAC) \
	ROW(spoofchk, "spoofchk", SWITCH, 0, IFLA_VF_SPOOFCHK) \
	ROW(trust, "trust", SWITCH, 0, IFLA_VF_TRUST) \
	ROW(query_rss, "query_rss", SWITCH, 0, IFLA_VF_RSS_QUERY_EN) \
	ROW(link_state, "link_state", CHOICE, vf_link_state_names, IFLA_VF_LINK_STATE) \
	ROW(min_tx_rate, "min_tx_rate", NUMBER, UINT32_MAX, IFLA_VF_RATE) \
	ROW(max_tx_rate, "max_tx_rate", NUMBER, UINT32_MAX, IFLA_VF_RATE)

#endif
