/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "clock.h"
#include "link_undo.h"
#include "log.h"
#include "match.h"
#include "mem.h"
#include "pci.h"

#define RETURN_TIMEOUT_MS 5000

/* Altnames that the image has not: the pod's. Those could collide on the host. */
static void drop_foreign_altnames(const struct attach *a, struct nl_sock *s, const struct link *l)
{
	for (size_t i = 0; i < l->n_altnames; i++) {
		struct nl_reply reply;

		if (!match_altname(&a->rec.link, l->altnames[i]) &&
			link_altname(s, l->index, l->altnames[i], false, &reply) < 0)
			log_debug("link: altname %s stays: %s", l->altnames[i], strerror(reply.errnum));
	}
}

/* What it was, CODEC_ABSENT where it still is so. */
static int64_t changed(int64_t was, int64_t is)
{
	return was == is ? CODEC_ABSENT : was;
}

static struct link_change image_change(const struct link *image, const struct link *now)
{
	struct link_change c = LINK_NO_CHANGE;

	c.mtu = changed(image->mtu, now->mtu);
	c.mac = MATCH_SAME(image->mac, now->mac) ? NULL : image->mac;
	c.alias = MATCH_SAME(image->alias, now->alias) ? NULL : image->alias ? image->alias : "";
	c.txqlen = changed(image->txqlen, now->txqlen);
	c.group = changed(image->group, now->group);
	c.gso_size = changed(image->gso_size, now->gso_size);
	c.gso_segs = changed(image->gso_segs, now->gso_segs);
	c.gro_size = changed(image->gro_size, now->gro_size);
	c.gso_ipv4_size = changed(image->gso_ipv4_size, now->gso_ipv4_size);
	c.gro_ipv4_size = changed(image->gro_ipv4_size, now->gro_ipv4_size);
	c.flags = image->flags;
	c.flags_mask = (image->flags ^ now->flags) & LINK_FLAGS;
	c.detach_xdp = image->xdp == 0 && now->xdp != 0;
	c.xdp_generic = now->xdp_generic;
	return c;
}

static bool changes_limits(const struct link_change *c)
{
	return c->gso_size != CODEC_ABSENT || c->gso_segs != CODEC_ABSENT || c->gro_size != CODEC_ABSENT ||
	       c->gso_ipv4_size != CODEC_ABSENT || c->gro_ipv4_size != CODEC_ABSENT;
}

static bool is_change(const struct link_change *c)
{
	return c->name || c->mac || c->alias || c->mtu != CODEC_ABSENT || c->txqlen != CODEC_ABSENT ||
	       c->group != CODEC_ABSENT || c->flags_mask || c->detach_xdp || changes_limits(c);
}

/* A name for a NIC whose own was given away while the pod had it; the kernel would do the same. */
static void spare_name(const struct link_list *host, char buf[static IFNAMSIZ])
{
	for (int i = 0; i < 10000; i++) {
		(void)snprintf(buf, IFNAMSIZ, "dev%d", i);
		if (!match_name(host, buf))
			return;
	}
}

/* From the pod to the host, all that differs in the same message. */
static int bring_back(struct attach *a, const struct link *now, struct err *e)
{
	auto_links struct link_list host = {0};
	struct link_change c = image_change(&a->rec.link, now);
	char spare[IFNAMSIZ];
	struct nl_reply reply;
	int r = link_dump(a->m->nl, &host, e);

	if (r < 0)
		return r;
	drop_foreign_altnames(a, a->pod_nl, now);
	c.netns_fd = a->m->netns.fd;
	c.name = a->rec.link.name;
	if (match_name(&host, c.name)) {
		spare_name(&host, spare);
		log_warning("link %s: the host gave this name away meanwhile; the NIC returns as %s",
			c.name, spare);
		c.name = spare;
	}
	c.new_index = match_free_index(&host, a->rec.link.index);
	/* A moved link is down: what was up must be said again. */
	c.flags_mask |= IFF_UP;
	if (link_set(a->pod_nl, now->index, &c, &reply) == 0)
		return 0;
	/* Half done, perhaps: put_right sees what is left. If it is still in the pod, only move it. */
	log_debug("link %s: return: %s %s", c.name, strerror(reply.errnum), reply.text);
	struct link_change bare = LINK_NO_CHANGE;
	struct nl_reply second;

	bare.netns_fd = c.netns_fd;
	bare.name = c.name;
	if (link_set(a->pod_nl, now->index, &bare, &second) < 0 && second.errnum != ENODEV)
		return nl_refused(e, ERR_KERNEL, &second, "link %s: return to the host", c.name);
	return 0;
}

/* On the host: the members that differ, one message each so that one refusal spoils no other. */
static void set_each(struct attach *a, int64_t index, const struct link_change *all)
{
	struct link_change each[8];
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
	for (size_t i = 0; i < ARRAY_SIZE(each); i++)
		if (is_change(&each[i]) && link_set(a->m->nl, index, &each[i], &reply) < 0)
			log_debug("link %s: restore: %s %s", a->rec.link.name, strerror(reply.errnum),
				reply.text);
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
	drop_foreign_altnames(a, a->m->nl, now);
	for (size_t i = 0; i < a->rec.link.n_altnames; i++) {
		const char *name = a->rec.link.altnames[i];
		struct nl_reply reply;

		if (match_altname(now, name))
			continue;
		if (match_name(host, name) || link_altname(a->m->nl, now->index, name, true, &reply) < 0)
			log_warning("link %s: cannot have its altname %s back", now->name, name);
	}
}

/* What still differs from the image, in words; "" where nothing does. */
static void differences(const struct link *image, const struct link *now, char *buf, size_t size)
{
	const struct link_change c = image_change(image, now);

	(void)snprintf(buf, size, "%s%s%s%s%s%s%s%s", c.mac ? " MAC" : "",
		c.mtu != CODEC_ABSENT ? " MTU" : "", c.alias ? " alias" : "",
		c.txqlen != CODEC_ABSENT ? " txqueuelen" : "", c.group != CODEC_ABSENT ? " group" : "",
		c.flags_mask ? " flags" : "", c.detach_xdp ? " XDP" : "",
		changes_limits(&c) ? " GSO limits" : "");
}

/* The link is on the host: make it equal the image, then look. */
static int put_right(struct attach *a, const struct link_list *host, const struct link *now,
	struct err *e)
{
	struct link_change c = image_change(&a->rec.link, now);
	auto_link struct link after;
	char left[128];
	int r;

	codec_init(link_fields, &after);
	restore_name(a, host, now);
	restore_altnames(a, host, now);
	if (is_change(&c))
		set_each(a, now->index, &c);
	r = link_get(a->m->nl, now->index, NULL, &after, e);
	if (r < 0)
		return r;
	differences(&a->rec.link, &after, left, sizeof(left));
	if (left[0])
		log_warning("link %s: back on the host, but the driver does not take its old%s",
			after.name, left);
	log_debug("link %s: back on the host as it was", after.name);
	return 0;
}

/* On the host under its own index, or, where that was taken, under its name. */
static const struct link *find_on_host(const struct attach *a, const struct link_list *host)
{
	const struct link *l = match_find(a, host, a->rec.link.index), *named;

	if (l)
		return l;
	named = match_name(host, a->rec.link.name);
	return named && match_record(a, named, named->index) ? named : NULL;
}

/* A VLAN or macvlan of the pod's survives the move of the NIC below it: the pod would go on to use
 * the NIC of the next. The two ends of a veth name each other; those are no such thing. */
static void drop_uppers(const struct attach *a, const struct link_list *pod, const struct link *now)
{
	for (size_t i = 0; i < pod->n; i++) {
		const struct link *upper = &pod->items[i];
		struct nl_reply reply;

		if (upper->peer != now->index || upper->peer_elsewhere || !upper->kind ||
			strcmp(upper->kind, "veth") == 0)
			continue;
		log_info("link %s: removing the pod's %s (%s) on top of it", now->name, upper->name, upper->kind);
		if (link_delete(a->pod_nl, upper->index, &reply) < 0 && reply.errnum != ENODEV)
			log_warning("link %s: remove %s: %s", now->name, upper->name, strerror(reply.errnum));
	}
}

/* Moves it out of the pod, if it is there and the pod is. */
static int leave_pod(struct attach *a, struct err *e)
{
	auto_links struct link_list pod = {0};
	const struct link *now;

	if (!a->pod_nl || a->rec.pod_index == CODEC_ABSENT)
		return 0;
	int r = link_dump(a->pod_nl, &pod, e);

	if (r < 0)
		return r;
	now = match_find(a, &pod, a->rec.pod_index);
	if (!now)
		return 0;
	drop_uppers(a, &pod, now);
	return bring_back(a, now, e);
}

/*
 * The link on the host, or NULL in *ret_now. A device with a bus address comes back by itself when
 * the pod's namespace dies, a moment after its last process: that is waited for.
 */
static int arrive(struct attach *a, struct link_list *host, const struct link **ret_now, struct err *e)
{
	const bool expected = a->rec.link.parent && !a->pod_nl;
	const int64_t end = clock_ms() + RETURN_TIMEOUT_MS;
	auto_nl struct nl_sock *events = NULL;
	int r = expected ? nl_open_link_events(&events, e) : 0;

	while (r == 0) {
		link_list_free(host);
		r = link_dump(a->m->nl, host, e);
		*ret_now = r == 0 ? find_on_host(a, host) : NULL;
		if (*ret_now || !expected || clock_ms() >= end)
			break;
		nl_wait_link_event(events, (int)(end - clock_ms()));
	}
	return r;
}

/* Neither in the pod nor on the host. */
static int vanished(struct attach *a, struct err *e)
{
	const struct link *image = &a->rec.link;
	struct pci_device d;
	int r;

	if (!image->parent) {
		/* veth, tap and their like die with the pod's namespace, or by the pod's own hand. */
		log_info("link %s: it is neither in the pod nor on the host: destroyed with the pod",
			image->name);
		a->device_back = true;
		return 0;
	}
	if (a->rec.interface.pci_address && pci_read(a->m->root, a->rec.interface.pci_address, &d, NULL) < 0) {
		log_warning("link %s: its device %s is not on this machine any more", image->name,
			a->rec.interface.pci_address);
		a->device_back = true;
		return 0;
	}
	r = err_set(e, ERR_DEVICE, ENODEV,
		"link %s (%s): it is neither in the pod's network namespace nor on the host",
		image->name, image->parent);
	err_remedy(e, "find the namespace that has it (lsns -t net, ip link in each) and move it back; "
		"dpdk-cni release then completes the rest");
	return r;
}

int link_undo(struct attach *a, struct err *e)
{
	auto_links struct link_list host = {0};
	const struct link *now = NULL;

	if (!a->owns)
		return 0;
	a->device_back = false;
	int r = leave_pod(a, e);

	if (r == 0)
		r = arrive(a, &host, &now, e);
	if (r < 0)
		return r;
	if (!now)
		return vanished(a, e);
	r = put_right(a, &host, now, e);
	a->device_back = r == 0;
	return r;
}
