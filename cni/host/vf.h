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
#include "vf_table.h"

enum vf_proto { VF_8021Q, VF_8021AD };
enum vf_link_state { VF_LINK_AUTO, VF_LINK_ENABLE, VF_LINK_DISABLE };
extern const char *const vf_proto_names[];      /* "802.1q", "802.1ad", and once more in capitals */
extern const char *const vf_link_state_names[]; /* "auto", "enable", "disable" */

/* As a wish: absent members are left alone. As a state: absent where the driver does not report it. */
#define VF_MEMBER_NUMBER int64_t
#define VF_MEMBER_CHOICE int
#define VF_MEMBER_SWITCH int
#define VF_MEMBER_MAC char *
#define VF_MEMBER(member, key, kind, values, type) VF_MEMBER_##kind member;
struct vf {
	VF_TABLE(VF_MEMBER)
};

#define VF_ZERO_MAC "00:00:00:00:00:00" /* at the PF: it leaves the address to the VF */

/* The row of one member. */
struct vf_key {
	const char *key;
	enum vf_kind { VF_NUMBER, VF_CHOICE, VF_SWITCH, VF_MAC } kind;
	size_t off;
	const char *const *names; /* of a choice */
	int type;                 /* IFLA_VF_* */
};
extern const struct vf_key vf_keys[];
extern const size_t vf_n_keys;

extern const struct codec_field vf_fields[];         /* of the record */
extern const struct codec_field vf_network_fields[]; /* keys of the network, all but mac */

void vf_init(struct vf *v);
void vf_free(struct vf *v);
#define auto_vf auto_with(vf_free)
/* Is anything wished at all? */
bool vf_any(const struct vf *v);

/* The value of one row, whatever its kind: CODEC_ABSENT; a MAC address as a number. */
int64_t vf_value(const struct vf *v, const struct vf_key *k);
/* As a wish: a VLAN that is cleared takes its priority along. */
int64_t vf_wished(const struct vf *wish, const struct vf_key *k);
void vf_set_value(struct vf *v, const struct vf_key *k, int64_t value);
/* In words; "" where it is absent. */
#define VF_TEXT 32
const char *vf_text(const struct vf *v, const struct vf_key *k, char buf[static VF_TEXT]);
/* Does the row say something else in state than in wish? */
bool vf_key_differs(const struct vf_key *k, const struct vf *wish, const struct vf *state);
/* The first key in which state is not as wished, NULL: none. */
const char *vf_differs(const struct vf *wish, const struct vf *state);

/* What of image can never be touched for this wish becomes absent. */
void vf_keep_wished(struct vf *image, const struct vf *wish);
/* What is neither as wish made of image nor as it was in image was changed by somebody else: it
 * becomes absent in image, and told hears its key. */
void vf_leave_foreign(struct vf *image, const struct vf *wish, const struct vf *now,
	void (*told)(const char *key));

/* -ENODEV: the PF has no VF of that index. */
int vf_get(struct nl_sock *s, int64_t pf_index, int64_t index, struct vf *ret, struct err *e);

/*
 * Sets what wish has and now has not, one message each, so that a refusal names its key. A driver
 * that is busy (many VFs of a PF at once) is asked again for a while, then it is ERR_AGAIN.
 * what names the VF in messages.
 */
int vf_set(struct nl_sock *s, int64_t pf_index, int64_t index, const struct vf *wish,
	const struct vf *now, const char *what, struct err *e);

#endif
