/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a PF holds of one of its VFs, by netlink on the PF's link. rtnetlink has no filter for one
 * VF: every read brings all of that PF's, without statistics, so it is done sparingly.
 */
#ifndef HOST_VF_H
#define HOST_VF_H

#include <stdbool.h>

#include "codec.h"
#include "nl.h"

enum vf_proto { VF_8021Q, VF_8021AD };
enum vf_link_state { VF_LINK_AUTO, VF_LINK_ENABLE, VF_LINK_DISABLE };
extern const char *const vf_proto_names[];      /* "802.1q", "802.1ad", and once more in capitals */
extern const char *const vf_link_state_names[]; /* "auto", "enable", "disable" */

/* As a wish: absent members (CODEC_ABSENT, -1, NULL) are left alone. As a state: absent where the
 * driver does not report it. */
struct vf {
	int64_t vlan, qos; /* 0..4094, 0..7 */
	int proto;         /* enum vf_proto */
	char *mac;
	int spoofchk, trust;              /* 0, 1 */
	int link_state;                   /* enum vf_link_state */
	int64_t min_tx_rate, max_tx_rate; /* Mbit/s, 0: none */
};

extern const struct codec_field vf_fields[];

void vf_init(struct vf *v);
void vf_free(struct vf *v);
#define auto_vf auto_with(vf_free)
/* Is anything wished at all? */
bool vf_any(const struct vf *v);

/* -ENODEV: the PF has no VF of that index. */
int vf_get(struct nl_sock *s, int64_t pf_index, int64_t index, struct vf *ret, struct err *e);

/*
 * Sets what wish has and now has not, one message each, so that a refusal names its key. A driver
 * that is busy (many VFs of a PF at once) is asked again for a while, then it is ERR_AGAIN.
 * what names the VF in messages.
 */
int vf_set(struct nl_sock *s, int64_t pf_index, int64_t index, const struct vf *wish,
	const struct vf *now, const char *what, struct err *e);

/* The first key in which state is not as wished, NULL: none. A zero MAC is as good as any:
 * the PF shows it until the VF's driver has told its own. */
const char *vf_differs(const struct vf *wish, const struct vf *state);

#endif
