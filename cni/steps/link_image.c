/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "displace.h"
#include "link_image.h"
#include "log.h"
#include "match.h"
#include "mem.h"
#include "residue.h"

void link_image_drop_altnames(const struct attach *a, struct nl_sock *s, const struct link *l)
{
	for (size_t i = 0; i < l->n_altnames; i++) {
		struct nl_reply reply;

		if (!match_altname(&a->rec.link, l->altnames[i]) &&
			link_altname(s, l->index, l->altnames[i], false, &reply) < 0)
			log_debug("link: altname %s stays: %s", l->altnames[i],
				strerror(reply.errnum));
	}
}

/* What it was, CODEC_ABSENT where it still is so. */
static int64_t changed(int64_t was, int64_t is)
{
	return was == is ? CODEC_ABSENT : was;
}

struct link_change link_image_change(const struct link *image, const struct link *now)
{
	struct link_change c = LINK_NO_CHANGE;

	c.mtu = changed(image->mtu, now->mtu);
	c.mac = MATCH_SAME(image->mac, now->mac) ? NULL : image->mac;
	c.broadcast = MATCH_SAME(image->broadcast, now->broadcast) ? NULL : image->broadcast;
	c.alias = MATCH_SAME(image->alias, now->alias) ? NULL : image->alias ? image->alias : "";
	c.txqlen = changed(image->txqlen, now->txqlen);
	c.group = changed(image->group, now->group);
	c.link_mode = changed(image->link_mode, now->link_mode);
	c.proto_down = changed(image->proto_down, now->proto_down);
	c.gso_size = changed(image->gso_size, now->gso_size);
	c.gso_segs = changed(image->gso_segs, now->gso_segs);
	c.gro_size = changed(image->gro_size, now->gro_size);
	c.gso_ipv4_size = changed(image->gso_ipv4_size, now->gso_ipv4_size);
	c.gro_ipv4_size = changed(image->gro_ipv4_size, now->gro_ipv4_size);
	c.flags = image->flags;
	c.flags_mask = (image->flags ^ now->flags) & LINK_FLAGS;
	c.detach_xdp = now->xdp != 0 && now->xdp != image->xdp;
	c.xdp_generic = now->xdp_generic;
	return c;
}

static bool changes_limits(const struct link_change *c)
{
	return c->gso_size != CODEC_ABSENT || c->gso_segs != CODEC_ABSENT ||
		c->gro_size != CODEC_ABSENT || c->gso_ipv4_size != CODEC_ABSENT ||
		c->gro_ipv4_size != CODEC_ABSENT;
}

static bool is_change(const struct link_change *c)
{
	return c->name || c->mac || c->broadcast || c->alias || c->link_mode != CODEC_ABSENT ||
		c->proto_down != CODEC_ABSENT || c->mtu != CODEC_ABSENT ||
		c->txqlen != CODEC_ABSENT || c->group != CODEC_ABSENT || c->flags_mask ||
		c->detach_xdp || changes_limits(c);
}

/* On the host: the members that differ, one message each so that one refusal spoils no other. */
static void set_each(struct attach *a, int64_t index, const struct link_change *all)
{
	struct link_change each[11];
	struct nl_reply reply;

	for (size_t i = 0; i < ARRAY_SIZE(each); i++)
		each[i] = (struct link_change)LINK_NO_CHANGE;
	each[0].detach_xdp = all->detach_xdp;
	each[0].xdp_generic = all->xdp_generic;
	each[1].mac = all->mac;
	each[2].mtu = all->mtu;
	each[3].alias = all->alias;
	each[4].txqlen = all->txqlen;
	each[5].group = all->group;
	each[6].flags = all->flags;
	each[6].flags_mask = all->flags_mask;
	each[7].gso_size = all->gso_size;
	each[7].gso_segs = all->gso_segs;
	each[7].gro_size = all->gro_size;
	each[7].gso_ipv4_size = all->gso_ipv4_size;
	each[7].gro_ipv4_size = all->gro_ipv4_size;
	each[8].broadcast = all->broadcast;
	each[9].link_mode = all->link_mode;
	each[10].proto_down = all->proto_down;
	for (size_t i = 0; i < ARRAY_SIZE(each); i++)
		if (is_change(&each[i]) && link_set(a->m->nl, index, &each[i], &reply) < 0)
			log_debug("link %s: restore: %s %s", a->rec.link.name,
				strerror(reply.errnum), reply.text);
}

static void restore_name(struct attach *a, const struct link_list *host, const struct link *now)
{
	struct link_change c = LINK_NO_CHANGE;
	const struct link *other = match_name(host, a->rec.link.name);
	struct nl_reply reply;

	if (strcmp(now->name, a->rec.link.name) == 0 || (other && other->index != now->index))
		return;
	c.name = a->rec.link.name;
	if (link_set(a->m->nl, now->index, &c, &reply) < 0)
		log_warning("link %s: cannot have its name %s back: %s", now->name, c.name,
			strerror(reply.errnum));
}

static void restore_altnames(struct attach *a, const struct link_list *host, const struct link *now)
{
	link_image_drop_altnames(a, a->m->nl, now);
	for (size_t i = 0; i < a->rec.link.n_altnames; i++) {
		const char *name = a->rec.link.altnames[i];
		struct nl_reply reply;

		if (match_altname(now, name))
			continue;
		if (match_name(host, name) ||
			link_altname(a->m->nl, now->index, name, true, &reply) < 0)
			log_warning("link %s: cannot have its altname %s back", now->name, name);
	}
}

/* What still differs from the image, in words; "" where nothing does. */
static void differences(const struct link *image, const struct link *now, char *buf, size_t size)
{
	const struct link_change c = link_image_change(image, now);

	(void)snprintf(buf, size, "%s%s%s%s%s%s%s%s%s%s%s", c.mac ? " MAC" : "",
		c.broadcast ? " broadcast address" : "",
		c.link_mode != CODEC_ABSENT ? " link mode" : "",
		c.proto_down != CODEC_ABSENT ? " protodown" : "",
		c.mtu != CODEC_ABSENT ? " MTU" : "", c.alias ? " alias" : "",
		c.txqlen != CODEC_ABSENT ? " txqueuelen" : "",
		c.group != CODEC_ABSENT ? " group" : "", c.flags_mask ? " flags" : "",
		c.detach_xdp ? " XDP" : "", changes_limits(&c) ? " GSO limits" : "");
}

int link_image_restore(struct attach *a, const struct link_list *host, const struct link *now,
	struct err *e)
{
	struct link_change c = link_image_change(&a->rec.link, now);
	auto_link struct link after;
	char left[128];
	int r;

	codec_init(link_fields, &after);
	restore_name(a, host, now);
	restore_altnames(a, host, now);
	if (is_change(&c))
		set_each(a, now->index, &c);
	r = link_get(a->m->nl, now->index, NULL, &after, e);
	if (r == 0)
		r = residue_restore(a, &after, e);
	if (r == 0)
		r = displace_settle(a, after.name, e);
	if (r < 0)
		return r;
	differences(&a->rec.link, &after, left, sizeof(left));
	if (left[0])
		log_warning("link %s: back on the host, but the driver does not take its old%s",
			after.name, left);
	log_debug("link %s: back on the host as it was", after.name);
	return 0;
}
