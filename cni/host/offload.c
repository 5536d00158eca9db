/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <linux/sockios.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ethtool_device.h"
#include "mem.h"
#include "offload.h"

#define NAMES_MAX (32 * ETHTOOL_BLOCKS)

static bool ends(const char *name, const char *end)
{
	const size_t n = strlen(name), m = strlen(end);

	return n >= m && strcmp(name + n - m, end) == 0;
}

/* tx-generic-segmentation stays: it is the sender's own, before the frames leave. */
static bool is_of(const char *name, enum offload_side side)
{
	static const char *const receive[] = {"rx-gro", "rx-gro-hw", "rx-gro-list", "rx-lro",
		"rx-udp-gro-forwarding"};

	if (side == OFFLOAD_SEND)
		return strncmp(name, "tx-checksum-", 12) == 0 ||
			(strncmp(name, "tx-", 3) == 0 && ends(name, "-segmentation") &&
				strcmp(name, "tx-generic-segmentation") != 0);
	for (size_t i = 0; i < ARRAY_SIZE(receive); i++)
		if (strcmp(name, receive[i]) == 0)
			return true;
	return false;
}

/* The kernel's names, one for each bit. */
static struct ethtool_gstrings *read_names(struct ethtool_device *d)
{
	struct ethtool_gstrings *s = calloc(1, sizeof(*s) + (size_t)NAMES_MAX * ETH_GSTRING_LEN);
	union {
		struct ethtool_sset_info head;
		char room[sizeof(struct ethtool_sset_info) + sizeof(uint32_t)];
	} count = {.room = {0}};

	count.head.cmd = ETHTOOL_GSSET_INFO;
	count.head.sset_mask = 1ull << ETH_SS_FEATURES;
	if (!s || ethtool_call(d, SIOCETHTOOL, &count) < 0 || !count.head.sset_mask ||
		count.head.data[0] > NAMES_MAX)
		goto none;
	s->cmd = ETHTOOL_GSTRINGS;
	s->string_set = ETH_SS_FEATURES;
	s->len = count.head.data[0];
	if (ethtool_call(d, SIOCETHTOOL, s) == 0)
		return s;
none:
	free(s);
	return NULL;
}

static const char *name_of(const struct ethtool_gstrings *s, uint32_t bit,
	char buf[static ETH_GSTRING_LEN + 1])
{
	(void)snprintf(buf, ETH_GSTRING_LEN + 1, "%.*s", ETH_GSTRING_LEN,
		(const char *)s->data + (size_t)bit * ETH_GSTRING_LEN);
	return buf;
}

static bool is_wished(const union ethtool_features *f, uint32_t bit)
{
	const struct ethtool_get_features_block *b = &f->head.features[bit / 32];

	return bit / 32 < f->head.size && b->available & b->requested & 1u << bit % 32;
}

void offload_free(struct offload_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->names[i]);
	free(l->names);
	*l = (struct offload_list){0};
}

static int append(struct offload_list *l, const char *name)
{
	char **more = mem_more(l->names, l->n);

	if (more)
		*more = strdup(name);
	if (!more || !*more)
		return -ENOMEM;
	l->n++;
	return 0;
}

int offload_read(const char *name, enum offload_side side, struct offload_list *ret, struct err *e)
{
	auto_with(ethtool_close) struct ethtool_device d;
	auto_free struct ethtool_gstrings *s = NULL;
	auto_offload struct offload_list l = {0};
	union ethtool_features f;
	int r = ethtool_open(&d, name, e);

	if (r < 0)
		return r;
	s = read_names(&d);
	for (uint32_t i = 0; s && ethtool_get_features(&d, &f) == 0 && i < s->len; i++) {
		char one[ETH_GSTRING_LEN + 1];

		if (is_wished(&f, i) && is_of(name_of(s, i, one), side) && append(&l, one) < 0)
			return err_sys(e, ERR_INTERNAL, ENOMEM, "features of %s", name);
	}
	*ret = l;
	l = (struct offload_list){0};
	return 0;
}

static bool is_among(char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

int offload_set(const char *name, char *const *names, size_t n, bool on, struct err *e)
{
	union {
		struct ethtool_sfeatures head;
		char room[sizeof(struct ethtool_sfeatures) +
			ETHTOOL_BLOCKS * sizeof(struct ethtool_set_features_block)];
	} set = {.room = {0}};
	auto_with(ethtool_close) struct ethtool_device d;
	auto_free struct ethtool_gstrings *s = NULL;
	union ethtool_features f;
	char one[ETH_GSTRING_LEN + 1];
	int r = ethtool_open(&d, name, e);

	if (r < 0 || n == 0)
		return r;
	s = read_names(&d);
	if (!s || ethtool_get_features(&d, &f) < 0)
		return err_set(e, ERR_KERNEL, EOPNOTSUPP, "link %s: its features cannot be read",
			name);
	set.head.cmd = ETHTOOL_SFEATURES;
	set.head.size = f.head.size;
	for (uint32_t i = 0; i < s->len && i / 32 < f.head.size; i++)
		if (f.head.features[i / 32].available & 1u << i % 32 &&
			is_among(names, n, name_of(s, i, one))) {
			set.head.features[i / 32].valid |= 1u << i % 32;
			set.head.features[i / 32].requested |= on ? 1u << i % 32 : 0;
		}
	r = ethtool_call(&d, SIOCETHTOOL, &set);
	if (r < 0)
		return err_sys(e, ERR_KERNEL, -r, "link %s: set features", name);
	if (ethtool_get_features(&d, &f) < 0)
		return 0;
	for (uint32_t i = 0; !on && i < s->len && i / 32 < f.head.size; i++)
		if (f.head.features[i / 32].active & set.head.features[i / 32].valid & 1u << i % 32)
			return err_set(e, ERR_KERNEL, EIO, "link %s: its driver keeps %s on", name,
				name_of(s, i, one));
	return 0;
}
