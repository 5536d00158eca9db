/* SPDX-License-Identifier: Apache-2.0 */
/* What the rows of vf_table.h mean, without netlink. */
#include <linux/if_link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "link.h"
#include "mem.h"
#include "vf.h"

const char *const vf_proto_names[] = {"802.1q", "802.1ad", "802.1Q", "802.1AD", NULL};
const char *const vf_link_state_names[] = {"auto", "enable", "disable", NULL};
static const char *const switch_names[] = {"off", "on", NULL};

#define NAMES_NUMBER(values) NULL
#define NAMES_CHOICE(values) (values)
#define NAMES_SWITCH(values) switch_names
#define NAMES_MAC(values) NULL
#define KEY(member, key, kind, values, type) \
	{key, VF_##kind, offsetof(struct vf, member), NAMES_##kind(values), type},
const struct vf_key vf_keys[] = {VF_TABLE(KEY)};
const size_t vf_n_keys = ARRAY_SIZE(vf_keys);

#define FIELD_NUMBER(m, k, values) CODEC_INTEGER(struct vf, m, k, 0, values),
#define FIELD_CHOICE(m, k, values) CODEC_ENUMERATION(struct vf, m, k, values),
#define FIELD_SWITCH(m, k, values) CODEC_BOOLEAN(struct vf, m, k),
#define FIELD_MAC(m, k, values) CODEC_STRING(struct vf, m, k, values),
#define FIELD(member, key, kind, values, type) FIELD_##kind(member, key, values)
const struct codec_field vf_fields[] = {VF_TABLE(FIELD) CODEC_END};

#define NETWORK_NUMBER(m, k, values) CODEC_INTEGER(struct vf, m, k, 0, values),
#define NETWORK_CHOICE(m, k, values) CODEC_ENUMERATION(struct vf, m, k, values),
#define NETWORK_SWITCH(m, k, values) CODEC_ENUMERATION(struct vf, m, k, switch_names),
#define NETWORK_MAC(m, k, values)
#define NETWORK(member, key, kind, values, type) NETWORK_##kind(member, key, values)
const struct codec_field vf_network_fields[] = {VF_TABLE(NETWORK) CODEC_END};

void vf_init(struct vf *v)
{
	codec_init(vf_fields, v);
}

void vf_free(struct vf *v)
{
	codec_free(vf_fields, v);
}

static void *at(const struct vf *v, const struct vf_key *k)
{
	return (char *)(uintptr_t)v + k->off;
}

static int64_t mac_value(const char *text)
{
	uint8_t mac[32];
	int64_t v = 0;

	if (!text || link_mac_parse(text, mac, sizeof(mac)) != 6)
		return CODEC_ABSENT;
	for (int i = 0; i < 6; i++)
		v = v << 8 | mac[i];
	return v;
}

static char *mac_text(int64_t v)
{
	char *text;

	if (v == CODEC_ABSENT ||
		asprintf(&text, "%02x:%02x:%02x:%02x:%02x:%02x", (int)(v >> 40 & 255),
			(int)(v >> 32 & 255), (int)(v >> 24 & 255), (int)(v >> 16 & 255),
			(int)(v >> 8 & 255), (int)(v & 255)) < 0)
		return NULL;
	return text;
}

int64_t vf_value(const struct vf *v, const struct vf_key *k)
{
	if (k->kind == VF_NUMBER)
		return *(const int64_t *)at(v, k);
	if (k->kind == VF_MAC)
		return mac_value(*(char *const *)at(v, k));
	const int i = *(const int *)at(v, k);

	return i < 0 ? CODEC_ABSENT : i;
}

void vf_set_value(struct vf *v, const struct vf_key *k, int64_t value)
{
	char **text = at(v, k);

	if (k->kind == VF_NUMBER) {
		*(int64_t *)at(v, k) = value;
	} else if (k->kind == VF_MAC) {
		free(*text);
		*text = mac_text(value);
	} else {
		*(int *)at(v, k) = value == CODEC_ABSENT ? -1 : (int)value;
	}
}

const char *vf_text(const struct vf *v, const struct vf_key *k, char buf[static VF_TEXT])
{
	const int64_t value = vf_value(v, k);

	buf[0] = '\0';
	if (k->kind == VF_MAC)
		(void)snprintf(buf, VF_TEXT, "%s", *(char *const *)at(v, k) ?: "");
	else if (k->names && value != CODEC_ABSENT)
		(void)snprintf(buf, VF_TEXT, "%s", k->names[value]);
	else if (value != CODEC_ABSENT)
		(void)snprintf(buf, VF_TEXT, "%lld", (long long)value);
	return buf;
}

bool vf_any(const struct vf *v)
{
	for (size_t i = 0; i < vf_n_keys; i++)
		if (vf_value(v, &vf_keys[i]) != CODEC_ABSENT)
			return true;
	return false;
}

int64_t vf_wished(const struct vf *wish, const struct vf_key *k)
{
	const int64_t v = vf_value(wish, k);

	if (v == CODEC_ABSENT && k->off == offsetof(struct vf, qos) && wish->vlan == 0)
		return 0;
	/* Of no VLAN, or of whichever there is, the protocol says nothing. */
	if (k->off == offsetof(struct vf, proto) && wish->vlan <= 0)
		return CODEC_ABSENT;
	return v;
}

bool vf_key_differs(const struct vf_key *k, const struct vf *wish, const struct vf *state)
{
	const int64_t w = vf_wished(wish, k);

	return w != CODEC_ABSENT && w != vf_value(state, k);
}

const char *vf_differs(const struct vf *wish, const struct vf *state)
{
	for (size_t i = 0; i < vf_n_keys; i++)
		if (vf_key_differs(&vf_keys[i], wish, state))
			return vf_keys[i].key;
	return NULL;
}

void vf_keep_wished(struct vf *image, const struct vf *wish)
{
	for (size_t i = 0; i < vf_n_keys; i++) {
		bool wished = false;

		for (size_t j = 0; j < vf_n_keys; j++)
			wished |= vf_keys[j].type == vf_keys[i].type &&
				vf_value(wish, &vf_keys[j]) != CODEC_ABSENT;
		if (!wished)
			vf_set_value(image, &vf_keys[i], CODEC_ABSENT);
	}
}

/* VLAN, priority and protocol are one value; the two rates only share a message. */
static bool one_value(const struct vf_key *a, const struct vf_key *b)
{
	return a == b || (a->type == b->type && a->type == IFLA_VF_VLAN);
}

/* Is now neither what wish made of image nor image itself, in all that is one value with k? */
static bool is_foreign(const struct vf_key *k, const struct vf *image, const struct vf *wish,
	const struct vf *now)
{
	bool not_mine = false, not_image = false;

	for (size_t i = 0; i < vf_n_keys; i++) {
		const struct vf_key *o = &vf_keys[i];
		const int64_t was = vf_value(image, o), is = vf_value(now, o);
		const int64_t wished = vf_wished(wish, o);

		if (!one_value(k, o) || was == CODEC_ABSENT || is == CODEC_ABSENT)
			continue;
		not_mine |= is != (wished == CODEC_ABSENT ? was : wished);
		not_image |= is != was;
	}
	return not_mine && not_image;
}

void vf_leave_foreign(struct vf *image, const struct vf *wish, const struct vf *now,
	void (*told)(const char *key))
{
	for (size_t i = 0; i < vf_n_keys; i++) {
		const struct vf_key *k = &vf_keys[i];

		if (vf_value(image, k) == CODEC_ABSENT || !is_foreign(k, image, wish, now))
			continue;
		told(k->key);
		for (size_t j = 0; j < vf_n_keys; j++)
			if (one_value(k, &vf_keys[j]))
				vf_set_value(image, &vf_keys[j], CODEC_ABSENT);
	}
}
