/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/net_tstamp.h>
#include <linux/sockios.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ethtool.h"
#include "ethtool_device.h"
#include "mem.h"

#define I struct ethtool_image
#define TEXT_MAX 1024
const struct codec_field ethtool_fields[] = {
	CODEC_STRING(I, features, "features", TEXT_MAX),
	CODEC_STRING(I, coalesce, "coalesce", TEXT_MAX),
	CODEC_STRING(I, rings, "rings", TEXT_MAX),
	CODEC_STRING(I, channels, "channels", TEXT_MAX),
	CODEC_STRING(I, pause, "pause", TEXT_MAX),
	CODEC_STRING(I, eee, "eee", TEXT_MAX),
	CODEC_STRING(I, fec, "fec", TEXT_MAX),
	CODEC_STRING(I, wol, "wakeOnLan", TEXT_MAX),
	CODEC_STRING(I, messages, "messages", TEXT_MAX),
	CODEC_STRING(I, private_flags, "privateFlags", TEXT_MAX),
	CODEC_STRING(I, timestamps, "timestamps", TEXT_MAX),
	CODEC_STRING(I, link, "link", TEXT_MAX),
	CODEC_END,
};

#define WORDS 64
#define WORD(type, member) (1ull << (offsetof(type, member) / 4))
#define ALL_BUT_COMMAND (~1ull)

/* A setting of a fixed form: read, and written back with the words of the mask exchanged. */
struct item {
	const char *name;
	size_t off; /* in struct ethtool_image */
	uint32_t get, set;
	size_t size;
	uint64_t mask;
};

#define ITEM(n, m, g, s, type, words) \
	{ \
		(n), offsetof(I, m), (g), (s), sizeof(type), (words) \
	}
#define RING struct ethtool_ringparam
#define CHANNELS struct ethtool_channels
#define EEE struct ethtool_eee
#define WOL struct ethtool_wolinfo

/* Channels before rings and coalescing: these are per channel with some drivers. */
static const struct item items[] = {
	ITEM("channels", channels, ETHTOOL_GCHANNELS, ETHTOOL_SCHANNELS, CHANNELS,
		WORD(CHANNELS, rx_count) | WORD(CHANNELS, tx_count) | WORD(CHANNELS, other_count) |
			WORD(CHANNELS, combined_count)),
	ITEM("rings", rings, ETHTOOL_GRINGPARAM, ETHTOOL_SRINGPARAM, RING,
		WORD(RING, rx_pending) | WORD(RING, rx_mini_pending) |
			WORD(RING, rx_jumbo_pending) | WORD(RING, tx_pending)),
	ITEM("coalescing", coalesce, ETHTOOL_GCOALESCE, ETHTOOL_SCOALESCE, struct ethtool_coalesce,
		ALL_BUT_COMMAND),
	ITEM("pause frames", pause, ETHTOOL_GPAUSEPARAM, ETHTOOL_SPAUSEPARAM,
		struct ethtool_pauseparam, ALL_BUT_COMMAND),
	ITEM("EEE", eee, ETHTOOL_GEEE, ETHTOOL_SEEE, EEE,
		WORD(EEE, advertised) | WORD(EEE, eee_enabled) | WORD(EEE, tx_lpi_enabled) |
			WORD(EEE, tx_lpi_timer)),
	ITEM("FEC", fec, ETHTOOL_GFECPARAM, ETHTOOL_SFECPARAM, struct ethtool_fecparam,
		WORD(struct ethtool_fecparam, fec)),
	ITEM("Wake-on-LAN", wol, ETHTOOL_GWOL, ETHTOOL_SWOL, WOL,
		WORD(WOL, wolopts) | WORD(WOL, sopass) | WORD(WOL, sopass) << 1),
	ITEM("message level", messages, ETHTOOL_GMSGLVL, ETHTOOL_SMSGLVL, struct ethtool_value,
		ALL_BUT_COMMAND),
	ITEM("private flags", private_flags, ETHTOOL_GPFLAGS, ETHTOOL_SPFLAGS, struct ethtool_value,
		ALL_BUT_COMMAND),
};

/* "1:3e8 2:0": words by their numbers, in hexadecimal. */
static char *to_text(const uint32_t *words, size_t n, uint64_t mask)
{
	char buf[TEXT_MAX + 1];
	size_t len = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < n; i++)
		if (mask & (1ull << i))
			len += (size_t)snprintf(buf + len, sizeof(buf) - len, "%s%zx:%x",
				len ? " " : "", i, words[i]);
	return strdup(buf);
}

/* Puts them into place; nothing of a text that is not one. */
static int from_text(const char *text, uint32_t *words, size_t n, uint64_t mask)
{
	while (*text) {
		unsigned int i, word;
		int len = 0;

		if (sscanf(text, "%x:%x%n", &i, &word, &len) != 2 || i >= n ||
			!(mask & (1ull << i)))
			return -EINVAL;
		words[i] = word;
		text += len;
		text += *text == ' ';
	}
	return 0;
}

/* ---------------------------------------------------------------- of a fixed form */

static int get_item(struct ethtool_device *d, const struct item *it, uint32_t words[static WORDS])
{
	memset(words, 0, WORDS * sizeof(*words));
	words[0] = it->get;
	return ethtool_call(d, SIOCETHTOOL, words);
}

static char *read_item(struct ethtool_device *d, const struct item *it)
{
	uint32_t words[WORDS];

	return get_item(d, it, words) < 0 ? NULL : to_text(words, it->size / 4, it->mask);
}

static int write_item(struct ethtool_device *d, const struct item *it, const char *text)
{
	uint32_t words[WORDS];
	int r = get_item(d, it, words);

	if (r == 0)
		r = from_text(text, words, it->size / 4, it->mask);
	words[0] = it->set;
	return r < 0 ? r : ethtool_call(d, SIOCETHTOOL, words);
}

/* ---------------------------------------------------------------- features */

/* What is wished for, of what can be wished. */
static char *read_features(struct ethtool_device *d)
{
	union ethtool_features f;
	uint32_t wanted[ETHTOOL_BLOCKS];

	if (ethtool_get_features(d, &f) < 0)
		return NULL;
	for (uint32_t i = 0; i < f.head.size; i++)
		wanted[i] = f.head.features[i].requested & f.head.features[i].available;
	return to_text(wanted, f.head.size, UINT64_MAX);
}

static int write_features(struct ethtool_device *d, const char *text)
{
	union {
		struct ethtool_sfeatures head;
		char room[sizeof(struct ethtool_sfeatures) +
			ETHTOOL_BLOCKS * sizeof(struct ethtool_set_features_block)];
	} set = {.room = {0}};
	union ethtool_features f;
	uint32_t wanted[ETHTOOL_BLOCKS] = {0};
	int r = ethtool_get_features(d, &f);

	if (r == 0)
		r = from_text(text, wanted, f.head.size, UINT64_MAX);
	if (r < 0)
		return r;
	set.head.cmd = ETHTOOL_SFEATURES;
	set.head.size = f.head.size;
	for (uint32_t i = 0; i < f.head.size; i++) {
		set.head.features[i].valid = f.head.features[i].available;
		set.head.features[i].requested = wanted[i];
	}
	return ethtool_call(d, SIOCETHTOOL, &set);
}

/* ---------------------------------------------------------------- hardware time stamps */

static char *read_timestamps(struct ethtool_device *d)
{
	struct hwtstamp_config c = {0};

	return ethtool_call(d, SIOCGHWTSTAMP, &c) < 0
		? NULL
		: to_text((const uint32_t[]){(uint32_t)c.flags, (uint32_t)c.tx_type,
				  (uint32_t)c.rx_filter},
			  3, UINT64_MAX);
}

static int write_timestamps(struct ethtool_device *d, const char *text)
{
	uint32_t words[3] = {0};
	int r = from_text(text, words, ARRAY_SIZE(words), UINT64_MAX);
	struct hwtstamp_config c = {(int)words[0], (int)words[1], (int)words[2]};

	return r < 0 ? r : ethtool_call(d, SIOCSHWTSTAMP, &c);
}

/* ---------------------------------------------------------------- speed, duplex, autonegotiation */

#define MASK_WORDS 8

union link_settings {
	struct ethtool_link_settings head;
	/* with the masks: supported, advertised, the partner's */
	char room[sizeof(struct ethtool_link_settings) + 3 * MASK_WORDS * sizeof(uint32_t)];
};

static int get_link(struct ethtool_device *d, union link_settings *s)
{
	memset(s, 0, sizeof(*s));
	s->head.cmd = ETHTOOL_GLINKSETTINGS;
	int r = ethtool_call(d, SIOCETHTOOL, s);

	/* The first call asks how many words the kernel has for a mask, and is told so: negative. */
	if (r < 0 || s->head.link_mode_masks_nwords >= 0 ||
		s->head.link_mode_masks_nwords < -MASK_WORDS)
		return r < 0 ? r : -EOPNOTSUPP;
	const int n = -s->head.link_mode_masks_nwords;

	memset(s, 0, sizeof(*s));
	s->head.cmd = ETHTOOL_GLINKSETTINGS;
	s->head.link_mode_masks_nwords = (int8_t)n;
	return ethtool_call(d, SIOCETHTOOL, s);
}

/* What was negotiated is the partner's doing; only what was said counts. */
static char *read_link(struct ethtool_device *d)
{
	union link_settings s;
	uint32_t words[3 + MASK_WORDS];

	if (get_link(d, &s) < 0)
		return NULL;
	const size_t n = (size_t)s.head.link_mode_masks_nwords;

	words[0] = s.head.autoneg;
	words[1] = s.head.autoneg ? 0 : s.head.speed;
	words[2] = s.head.autoneg ? 0 : s.head.duplex;
	memcpy(words + 3, s.head.link_mode_masks + n, n * 4);
	return to_text(words, 3 + n, UINT64_MAX);
}

static int write_link(struct ethtool_device *d, const char *text)
{
	union link_settings s;
	uint32_t words[3 + MASK_WORDS] = {0};
	int r = get_link(d, &s);
	const size_t n = r == 0 ? (size_t)s.head.link_mode_masks_nwords : 0;

	if (r == 0)
		r = from_text(text, words, 3 + n, UINT64_MAX);
	if (r < 0)
		return r;
	s.head.cmd = ETHTOOL_SLINKSETTINGS;
	s.head.autoneg = (uint8_t)words[0];
	if (!s.head.autoneg) {
		s.head.speed = words[1];
		s.head.duplex = (uint8_t)words[2];
	}
	memcpy(s.head.link_mode_masks + n, words + 3, n * 4);
	return ethtool_call(d, SIOCETHTOOL, &s);
}

/* ---------------------------------------------------------------- all of them */

static const struct {
	const char *name;
	size_t off;
	char *(*read)(struct ethtool_device *d);
	int (*write)(struct ethtool_device *d, const char *text);
} others[] = {
	{"features", offsetof(I, features), read_features, write_features},
	{"time stamps", offsetof(I, timestamps), read_timestamps, write_timestamps},
	{"speed and duplex", offsetof(I, link), read_link, write_link},
};

static char **member(struct ethtool_image *i, size_t off)
{
	return (char **)(void *)((char *)i + off);
}

void ethtool_free(struct ethtool_image *i)
{
	codec_free(ethtool_fields, i);
}

static void read_all(struct ethtool_device *d, struct ethtool_image *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(items); i++)
		*member(ret, items[i].off) = read_item(d, &items[i]);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		*member(ret, others[i].off) = others[i].read(d);
}

int ethtool_read(const char *name, struct ethtool_image *ret, struct err *e)
{
	auto_with(ethtool_close) struct ethtool_device d;
	int r = ethtool_open(&d, name, e);

	if (r < 0)
		return r;
	codec_init(ethtool_fields, ret);
	read_all(&d, ret);
	return 0;
}

static bool differs(const char *was, const char *is)
{
	return was && is && strcmp(was, is) != 0;
}

/* One item after the other, in this order. */
static size_t count(void)
{
	return ARRAY_SIZE(items) + ARRAY_SIZE(others);
}

static size_t offset(size_t i)
{
	return i < ARRAY_SIZE(items) ? items[i].off : others[i - ARRAY_SIZE(items)].off;
}

static const char *name_of(size_t i)
{
	return i < ARRAY_SIZE(items) ? items[i].name : others[i - ARRAY_SIZE(items)].name;
}

static void write_one(struct ethtool_device *d, size_t i, const char *text)
{
	/* What comes of it is read back. */
	if (i < ARRAY_SIZE(items))
		(void)write_item(d, &items[i], text);
	else
		(void)others[i - ARRAY_SIZE(items)].write(d, text);
}

int ethtool_restore(const char *name, const struct ethtool_image *image, char *left, size_t size,
	struct err *e)
{
	struct ethtool_image was = *image;
	auto_ethtool struct ethtool_image now, after;
	auto_with(ethtool_close) struct ethtool_device d;
	bool changed = false;
	int r = ethtool_open(&d, name, e);

	codec_init(ethtool_fields, &now);
	codec_init(ethtool_fields, &after);
	left[0] = '\0';
	if (r < 0)
		return r;
	read_all(&d, &now);
	for (size_t i = 0; i < count(); i++)
		if (differs(*member(&was, offset(i)), *member(&now, offset(i)))) {
			write_one(&d, i, *member(&was, offset(i)));
			changed = true;
		}
	if (!changed)
		return 0;
	read_all(&d, &after);
	for (size_t i = 0; i < count(); i++) {
		size_t n = strlen(left);

		if (differs(*member(&was, offset(i)), *member(&after, offset(i))))
			(void)snprintf(left + n, size - n, "%s%s", n ? ", " : "", name_of(i));
	}
	return 0;
}
