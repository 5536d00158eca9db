/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The NIC's link: into the pod by one message (link_undo.c: and back exactly as it was).
 *
 * That one RTM_SETLINK moves, renames, sets MTU and MAC and brings up, so that the link never has
 * a wrong name on either side. It is not atomic: refused, it may have done half. Undo therefore
 * asks the kernel where the link is and what it looks like, and makes that equal the image.
 */
#include <errno.h>
#include <string.h>

#include "displace.h"
#include "identify.h"
#include "link_undo.h"
#include "match.h"
#include "log.h"
#include "mem.h"
#include "offload.h"
#include "residue.h"
#include "steps.h"

#define GRO_NONE 1 /* bytes, which no two frames fit in */

/* In mode vfio there is no link in the pod; the driver step brings the host's back. */
static bool wanted(const struct attach *a)
{
	return a->rec.interface.mode != PODFILE_VFIO;
}

/* rec.link is the image already: prepare_nic filled it. */
static int capture(struct attach *a, struct err *e)
{
	auto_links struct link_list pod = {0};
	int r = link_dump(a->pod_nl, &pod, e);

	if (r < 0)
		return r;
	if (match_name(&pod, a->rec.ifname)) {
		r = err_set(e, ERR_EXISTS, EEXIST,
			"interface %s: the network namespace %s has one of this name already",
			a->rec.ifname, a->rec.netns.path);
		err_remedy(e,
			"choose another interface name, or delete the attachment that made it");
		return r;
	}
	a->rec.pod_index = match_free_index(&pod, a->rec.link.index);
	r = identify_capture(a, e);
	if (r == 0)
		r = residue_capture(a, e);
	return r < 0 ? r : displace_capture(a, e);
}

/* An altname of the NIC that is taken in the pod, or is the new name, would stop the move. */
static int drop_colliding_altnames(struct attach *a, struct err *e)
{
	auto_links struct link_list pod = {0};
	const struct link *image = &a->rec.link;
	int r = image->n_altnames ? link_dump(a->pod_nl, &pod, e) : 0;

	for (size_t i = 0; r == 0 && i < image->n_altnames; i++) {
		const char *name = image->altnames[i];
		struct nl_reply reply;

		if (strcmp(name, a->rec.ifname) != 0 && !match_name(&pod, name))
			continue;
		if (link_altname(a->m->nl, image->index, name, false, &reply) < 0)
			r = nl_refused(e, ERR_KERNEL, &reply, "link %s: remove altname %s",
				image->name, name);
	}
	return r;
}

static void add_flag(struct link_change *c, int wish, int flag)
{
	if (wish < 0)
		return;
	c->flags_mask |= flag;
	c->flags |= wish ? flag : 0;
}

static int verify_in_pod(struct attach *a, struct link *l, struct err *e)
{
	int r = link_get(a->pod_nl, a->rec.pod_index, NULL, l, e);

	if (r < 0)
		return r;
	if (strcmp(l->name, a->rec.ifname) != 0)
		return err_set(e, ERR_KERNEL, EIO, "link %s: in the pod it is called %s",
			a->rec.ifname, l->name);
	if (a->mac && !link_mac_equal(l->mac, a->mac))
		return err_set(e, ERR_KERNEL, EIO, "link %s: MAC %s was set, the driver says %s",
			a->rec.ifname, a->mac, l->mac ? l->mac : "none");
	if (a->conf.mtu != CODEC_ABSENT && a->conf.mtu && l->mtu != a->conf.mtu)
		return err_set(e, ERR_KERNEL, EIO, "link %s: MTU %d was set, the driver says %d",
			a->rec.ifname, (int)a->conf.mtu, (int)l->mtu);
	return 0;
}

/*
 * GRO makes frames longer than the MTU of those that came, and whoever reads frames from the kernel
 * has rings and mbufs for the MTU: they come cut off, and TCP stands still. The limit keeps GRO from
 * it even where the pod turns it on again; LRO and older kernels have the switch alone.
 */
static void refuse_long_frames(const struct attach *a, struct link_change *c)
{
	auto_offload struct offload_list l = {0};
	struct err why = ERR_INIT;
	const char *name = a->rec.link.name;

	if (a->rec.link.gro_size != CODEC_ABSENT)
		c->gro_size = GRO_NONE;
	if (a->rec.link.gro_ipv4_size != CODEC_ABSENT)
		c->gro_ipv4_size = GRO_NONE;
	if (offload_read(name, OFFLOAD_RECEIVE, &l, &why) < 0 ||
		offload_set(name, l.names, l.n, false, &why) < 0)
		log_warning("%s: a program that reads frames from the kernel gets some cut off",
			why.msg);
}

static int apply(struct attach *a, struct err *e)
{
	struct link_change c = LINK_NO_CHANGE;
	auto_link struct link now;
	struct nl_reply reply;
	int r = drop_colliding_altnames(a, e);

	codec_init(link_fields, &now);
	if (r < 0)
		return r;
	c.netns_fd = a->pod.fd;
	c.new_index = a->rec.pod_index;
	c.name = a->rec.ifname;
	c.mac = a->mac;
	if (a->conf.mtu != CODEC_ABSENT && a->conf.mtu)
		c.mtu = a->conf.mtu;
	add_flag(&c, 1, IFF_UP);
	add_flag(&c, a->conf.promisc, IFF_PROMISC);
	add_flag(&c, a->conf.allmulti, IFF_ALLMULTI);
	refuse_long_frames(a, &c);
	if (link_set(a->m->nl, a->rec.link.index, &c, &reply) < 0) {
		char what[160] = "";

		if (c.mtu != CODEC_ABSENT)
			(void)snprintf(what, sizeof(what), " with MTU %d", (int)c.mtu);
		if (c.mac)
			(void)snprintf(what + strlen(what), sizeof(what) - strlen(what),
				" with MAC %s", c.mac);
		r = nl_refused(e, ERR_KERNEL, &reply, "link %s: move to the pod as %s%s",
			a->rec.link.name, a->rec.ifname, what);
		/* mac.c sees to it where the PF is in sight. */
		if (c.mac &&
			(reply.errnum == EADDRNOTAVAIL || reply.errnum == EPERM ||
				reply.errnum == EACCES))
			err_remedy(e,
				"an administrator has set the address of this NIC, perhaps on the "
				"hypervisor: leave out mac, or have it changed there");
		return r;
	}
	r = verify_in_pod(a, &now, e);
	if (r == 0)
		r = mem_set_text(&a->rec.interface.mac, now.mac, e);
	if (r < 0)
		return r;
	a->rec.interface.mtu = now.mtu;
	struct result_interface i = {.name = a->rec.ifname,
		.mac = now.mac,
		.mtu = now.mtu,
		.sandbox = a->rec.netns.path,
		.pci_id = a->rec.interface.pci_address};

	return result_add_interface(&a->result, &i, e);
}

/* The interface as the whole list left it: a plugin behind ours may have set another MAC or MTU. */
static const struct result_interface *last_word(const struct attach *a, struct result *last)
{
	result_init(last);
	if (!a->prev ||
		result_decode(a->prev, strlen(a->prev), "stdin: prevResult", last, NULL) < 0)
		return NULL;
	for (size_t i = 0; i < last->n_interfaces; i++) {
		const struct result_interface *p = &last->interfaces[i];

		if (p->name && p->sandbox && *p->sandbox && strcmp(p->name, a->rec.ifname) == 0)
			return p;
	}
	return NULL;
}

static int check_values(const struct attach *a, const struct link *now, struct err *e)
{
	auto_result struct result last;
	const struct result_interface *said = last_word(a, &last);
	const char *mac = said && said->mac && *said->mac ? said->mac : a->mac;

	/* Before 1.1.0 a result knows no MTU, and nothing tells a later plugin's from a wrong one. */
	if (a->conf.mtu != CODEC_ABSENT && a->conf.mtu && said && said->mtu != CODEC_ABSENT &&
		said->mtu != now->mtu)
		return err_set(e, ERR_MISMATCH, EINVAL, "interface %s: MTU is %d, %d was set",
			a->rec.ifname, (int)now->mtu, (int)said->mtu);
	if (a->mac && !link_mac_equal(now->mac, mac))
		return err_set(e, ERR_MISMATCH, EINVAL, "interface %s: MAC is %s, %s was set",
			a->rec.ifname, now->mac ? now->mac : "none", mac);
	return 0;
}

static int check(struct attach *a, struct err *e)
{
	auto_link struct link now;
	int r;

	codec_init(link_fields, &now);
	if (!a->pod_nl)
		return err_set(e, ERR_MISMATCH, ENOENT, "network namespace %s: it is gone",
			a->rec.netns.path);
	r = link_get(a->pod_nl, 0, a->rec.ifname, &now, e);
	if (r < 0) {
		e->code = ERR_MISMATCH;
		return r;
	}
	if (!match_record(a, &now, a->rec.pod_index))
		return err_set(e, ERR_MISMATCH, ENODEV,
			"interface %s: it is not the device that was given (%s)", a->rec.ifname,
			a->rec.link.parent ? a->rec.link.parent : a->rec.link.name);
	if (!(now.flags & IFF_UP))
		return err_set(e, ERR_MISMATCH, ENETDOWN, "interface %s: it is down",
			a->rec.ifname);
	return check_values(a, &now, e);
}

static void describe_flag(const struct attach *a, struct plan *p, const char *object, int flag,
	int wish)
{
	if (wish >= 0)
		plan_add(p, object, a->rec.link.flags & flag ? "on" : "off", wish ? "on" : "off");
}

static void describe(const struct attach *a, struct plan *p)
{
	const struct link *l = &a->rec.link;

	plan_add(p, "network namespace", "host", a->rec.netns.path);
	plan_add(p, "name", l->name, a->rec.ifname);
	plan_add_number(p, "ifindex", l->index, a->rec.pod_index);
	describe_flag(a, p, "up", IFF_UP, 1);
	if (a->mac)
		plan_add(p, "MAC", l->mac, a->mac);
	if (a->conf.mtu != CODEC_ABSENT && a->conf.mtu)
		plan_add_number(p, "MTU", l->mtu, a->conf.mtu);
	if (l->gro_size != CODEC_ABSENT)
		plan_add_number(p, "GRO limit", l->gro_size, GRO_NONE);
	describe_flag(a, p, "promiscuous", IFF_PROMISC, a->conf.promisc);
	describe_flag(a, p, "all multicast", IFF_ALLMULTI, a->conf.allmulti);
}

const struct step step_link = {"link", wanted, capture, apply, link_undo, check, describe};
