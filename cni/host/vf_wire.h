/* SPDX-License-Identifier: Apache-2.0 */
/* The messages behind vf.h, without a socket. */
#ifndef HOST_VF_WIRE_H
#define HOST_VF_WIRE_H

#include <linux/if_link.h>

#include "vf.h"

/* One attribute of one VF, as the kernel wants it. */
struct vf_attr {
	int type;        /* IFLA_VF_* */
	const char *key; /* of the network, for messages */
	int len;         /* of the member of data */
	union {
		struct ifla_vf_mac mac;
		struct ifla_vf_vlan vlan;
		struct ifla_vf_vlan_info vlan_info;
		struct ifla_vf_spoofchk spoofchk;
		struct ifla_vf_trust trust;
		struct ifla_vf_link_state link_state;
		struct ifla_vf_rate rate;
	} data;
};

#define VF_ATTRS 6

/* What must be said to come from now to wish, in this order; how many, -EINVAL: the MAC is none. */
int vf_attrs(int64_t index, const struct vf *wish, const struct vf *now,
	struct vf_attr ret[VF_ATTRS]);

/* For nl_ask, owned; NULL: no memory. */
struct nl_msg *vf_message(int64_t pf_index, const struct vf_attr *a);

/* Reads one VF out of a PF's RTM_NEWLINK; false, and nothing done: it is not in there. */
bool vf_parse(struct nlmsghdr *h, uint32_t index, struct vf *ret);

#endif
