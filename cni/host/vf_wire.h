/* SPDX-License-Identifier: Apache-2.0 */
/* The messages of vf.h, without a socket. */
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
		struct ifla_vf_rate rate;
		struct {
			uint32_t vf, setting;
		} setting;
	} data;
};

/* As many as there are rows, at most. */
#define VF_ONE(member, key, kind, values, type) +1
#define VF_ATTRS (0 VF_TABLE(VF_ONE))

/* What must be said to come from now to wish, in this order; how many, -EINVAL: it has a MAC that is
 * not an Ethernet address. */
int vf_attrs(int64_t index, const struct vf *wish, const struct vf *now,
	struct vf_attr ret[VF_ATTRS]);

/* For nl_ask, owned; NULL: no memory. */
struct nl_msg *vf_message(int64_t pf_index, const struct vf_attr *a);

/* Reads one VF out of a PF's RTM_NEWLINK; false, and nothing done: it is not in there. */
bool vf_parse(struct nlmsghdr *h, uint32_t index, struct vf *ret);

#endif
