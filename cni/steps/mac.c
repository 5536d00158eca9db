/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The MAC address of a VF, which has two masters. Its driver sets it, and the PF takes that over; or
 * an administrator sets it at the PF (the admin MAC), and the driver's word counts no more unless the
 * VF is trusted. What the PF lists does not tell the two apart: igb, i40e and ice list the address
 * that the driver set as well.
 *
 * So it is tried. Where the driver may, the PF is left alone, and there is nothing to give back
 * there. Where it may not, three things happen in an order that all of them take:
 *
 *	zero at the PF		ends an admin MAC (igb, i40e, ice; mlx5 has none then)
 *	the link's address	(link.c) which the driver may set now
 *	the address at the PF	igb leaves the VF as it is, which has it already; i40e and ice reset
 *				the VF, which comes up with it; mlx5 lets no other frames pass then
 *
 * In mode vfio there is no link to set it on, and the PF is always asked. On the way back it is the
 * same: zero, the link as it was, the old admin MAC if there was one. A VF without one is as free as
 * it was. For this there are two steps, one on either side of all that moves the link:
 *
 *	admin_mac	ADD: tries; ends an admin MAC		DEL: the old admin MAC
 *	mac		ADD: the address at the PF		DEL: zero at the PF
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "devnode.h"
#include "log.h"
#include "match.h"
#include "mem.h"
#include "pf.h"
#include "steps.h"

static bool is_zero(const char *mac)
{
	return link_mac_equal(mac, VF_ZERO_MAC);
}

static bool is_vfio(const struct attach *a)
{
	return a->rec.interface.mode == PODFILE_VFIO;
}

/* In mode vfio it is an error where no PF is known, which capture says. */
static bool wanted(const struct attach *a)
{
	return pf_known(a) || (a->mac && is_vfio(a));
}

/* What the PF lists for it. */
static int listed(const struct attach *a, int64_t *ret_pf, char **ret_mac, struct err *e)
{
	auto_vf struct vf now;

	vf_init(&now);
	int r = pf_look(a, ret_pf, &now, e);

	return r < 0 ? r : mem_set_text(ret_mac, now.mac ? now.mac : VF_ZERO_MAC, e);
}

/* Sets it there and reads back. */
static int set_at_pf(const struct attach *a, int64_t pf, char *mac, struct err *e)
{
	struct vf wish, unknown;
	auto_free char *after = NULL;

	vf_init(&wish);
	vf_init(&unknown);
	wish.mac = mac;
	int r = vf_set(a->m->nl, pf, a->rec.interface.vf, &wish, &unknown,
		a->rec.interface.pci_address, e);

	/* With zero the VF's driver has the word, and may have said it already. */
	if (r < 0 || is_zero(mac))
		return r;
	r = listed(a, &pf, &after, e);
	if (r == 0 && !link_mac_equal(after, mac))
		r = err_set(e, ERR_KERNEL, EIO,
			"%s: set mac %s at its PF: the driver took it, but "
			"reads back %s",
			a->rec.interface.pci_address, mac, after);
	return r;
}

/* ------------------------------------------------------------- before the link is touched */

static int capture(struct attach *a, struct err *e)
{
	struct err why = ERR_INIT;
	int64_t pf;

	if (!a->mac)
		return 0;
	int r = listed(a, &pf, &a->pf_mac, &why);

	if (r < 0 && is_vfio(a)) {
		*e = why;
		return r;
	}
	/* Its driver may be allowed to all the same. */
	if (r < 0)
		log_debug("mac: its PF says nothing: %s", why.msg);
	return 0;
}

static bool pf_is_up(const struct attach *a, int64_t pf)
{
	auto_link struct link l;

	codec_init(link_fields, &l);
	return link_get(a->m->nl, pf, NULL, &l, NULL) == 0 && l.flags & IFF_UP;
}

/* It answers nobody then, and a VF's driver takes silence for consent. */
static int pf_is_down(const struct attach *a, struct err *e)
{
	int r = err_set(e, ERR_AGAIN, ENETDOWN,
		"VF %s: set mac: its PF %s is down, and who may set that cannot be told",
		a->rec.interface.pci_address, a->rec.interface.pf);

	err_remedy(e, "take the PF up, which gives the VF its carrier too; or leave out mac");
	return r;
}

/* Lets the VF's driver set the address, on the host still. *ret_admin: it may not, there is an admin
 * MAC. */
static int try_driver(struct attach *a, bool *ret_admin, struct err *e)
{
	struct link_change c = LINK_NO_CHANGE;
	struct nl_reply reply;
	auto_free char *after = NULL;
	int64_t pf;

	*ret_admin = true;
	/* Without a link its driver cannot have told the PF; and what it told is its link's. */
	if (!a->rec.link.name || !link_mac_equal(a->pf_mac, a->rec.link.mac))
		return 0;
	int r = pf_link(a, &pf, e);

	if (r == 0 && !pf_is_up(a, pf))
		r = pf_is_down(a, e);
	if (r < 0)
		return r;
	c.mac = a->mac;
	if (link_set(a->m->nl, a->rec.link.index, &c, &reply) < 0) {
		log_debug("link %s: MAC %s: %s", a->rec.link.name, a->mac, strerror(reply.errnum));
		return 0;
	}
	r = listed(a, &pf, &after, e);
	if (r == 0)
		*ret_admin = !is_zero(after) && !link_mac_equal(after, a->mac);
	return r;
}

/* In the record before it is done: only now is it known what there is to give back. */
static int remember(struct attach *a, const char *admin_mac, struct err *e)
{
	int r = mem_set_text(&a->rec.admin_mac, admin_mac, e);

	return r < 0 || !a->sandbox ? r : sandbox_write(a->sandbox, &a->rec, e);
}

static int admin_apply(struct attach *a, struct err *e)
{
	bool is_admin = false;
	char zero[] = VF_ZERO_MAC;
	int64_t pf;
	int r = 0;

	if (!a->mac || !a->pf_mac)
		return 0;
	if (!is_zero(a->pf_mac))
		r = try_driver(a, &is_admin, e);
	if (r < 0 || (!is_admin && !is_vfio(a)))
		return r;
	r = remember(a, is_admin ? a->pf_mac : VF_ZERO_MAC, e);
	if (r < 0 || is_vfio(a))
		return r;
	log_debug("%s: its PF has MAC %s for it: set there too", a->rec.interface.pci_address,
		a->pf_mac);
	r = pf_link(a, &pf, e);
	return r < 0 ? r : set_at_pf(a, pf, zero, e);
}

/* The address that try_driver left on the host, where nothing moved the link after it. */
static void put_back(struct attach *a)
{
	struct link_change c = LINK_NO_CHANGE;
	auto_link struct link now;
	struct nl_reply reply;

	codec_init(link_fields, &now);
	if (!a->mac || !a->rec.link.name ||
		link_get(a->m->nl, a->rec.link.index, NULL, &now, NULL) < 0 ||
		!match_record(a, &now, a->rec.link.index) ||
		link_mac_equal(now.mac, a->rec.link.mac))
		return;
	c.mac = a->rec.link.mac;
	if (link_set(a->m->nl, now.index, &c, &reply) < 0)
		log_warning("link %s: cannot have its MAC %s back: %s", now.name, c.mac,
			strerror(reply.errnum));
}

/* The last thing of all: the link is as it was. */
static int admin_undo(struct attach *a, struct err *e)
{
	auto_vf struct vf now;
	int64_t pf;

	vf_init(&now);
	if (!a->owns)
		return 0;
	put_back(a);
	if (!a->rec.admin_mac || is_zero(a->rec.admin_mac))
		return 0;
	int r = pf_look_again(a, &pf, &now, e);

	return r <= 0 ? r : set_at_pf(a, pf, a->rec.admin_mac, e);
}

/* Through a PF that is down none of its VFs reaches anybody. */
static int admin_check(struct attach *a, struct err *e)
{
	int64_t pf;

	if (pf_link(a, &pf, NULL) < 0 || pf_is_up(a, pf))
		return 0;
	return err_set(e, ERR_MISMATCH, ENETDOWN, "PF %s: it is down, and with it the VF %s",
		a->rec.interface.pf, a->rec.interface.pci_address);
}

static void describe_nothing(const struct attach *a, struct plan *p)
{
	(void)a;
	(void)p;
}

const struct step step_admin_mac = {"admin_mac", wanted, capture, admin_apply, admin_undo,
	admin_check, describe_nothing};

/* ------------------------------------------------------------- after it */

static int no_capture(struct attach *a, struct err *e)
{
	(void)a;
	(void)e;
	return 0;
}

/* The VF's driver has it still: a reset may have been the consequence. */
static int verify_link(const struct attach *a, struct err *e)
{
	auto_link struct link now;

	codec_init(link_fields, &now);
	int r = link_get(a->pod_nl, a->rec.pod_index, NULL, &now, e);

	if (r == 0 && !link_mac_equal(now.mac, a->mac))
		r = err_set(e, ERR_KERNEL, EIO,
			"link %s: MAC %s was set here and at its PF, the driver says %s",
			a->rec.ifname, a->mac, now.mac ? now.mac : "none");
	return r;
}

static int apply(struct attach *a, struct err *e)
{
	auto_free char *mac = NULL;
	int64_t pf;
	int r;

	if (!a->mac || !a->pf_mac)
		return 0;
	if (a->rec.admin_mac) {
		r = mem_set_text(&mac, a->mac, e);
		if (r == 0)
			r = pf_link(a, &pf, e);
		if (r == 0)
			r = set_at_pf(a, pf, mac, e);
		return r < 0 || is_vfio(a) ? r : verify_link(a, e);
	}
	r = listed(a, &pf, &mac, e);
	if (r == 0 && !is_zero(mac) && !link_mac_equal(mac, a->mac))
		r = err_set(e, ERR_KERNEL, EIO,
			"link %s: MAC %s was set, but its PF has %s for the VF", a->rec.ifname,
			a->mac, mac);
	return r;
}

static void say_foreign(const char *key)
{
	log_warning("%s of the VF was changed at its PF by somebody else meanwhile: left", key);
}

/* A trusted VF may change it itself, which is the pod's word and not an administrator's. */
static bool is_left(struct attach *a, const struct vf *now)
{
	struct vf image, wish;

	vf_init(&image);
	vf_init(&wish);
	if (is_zero(now->mac) || now->trust == 1 ||
		mem_set_text(&image.mac, a->rec.admin_mac, NULL) < 0)
		return false;
	wish.mac = (char *)(uintptr_t)a->mac;
	vf_leave_foreign(&image, &wish, now, say_foreign);
	const bool left = !image.mac;

	vf_free(&image);
	return left;
}

static int undo(struct attach *a, struct err *e)
{
	auto_vf struct vf now;
	char zero[] = VF_ZERO_MAC;
	int64_t pf;

	vf_init(&now);
	if (!a->owns || !a->rec.admin_mac)
		return 0;
	/* A program at work keeps everything as it is. */
	int r = devnode_free(a->m->root, a->rec.interface.pci_address, e);

	if (r == 0)
		r = pf_look_again(a, &pf, &now, e);
	if (r <= 0)
		return r;
	if (is_left(a, &now))
		return mem_set_text(&a->rec.admin_mac, NULL, e);
	return set_at_pf(a, pf, zero, e);
}

/* What the pod's link says now, and not only what was set: a pod may change it where it may. */
static bool is_links(const struct attach *a, const char *mac)
{
	auto_link struct link now;

	codec_init(link_fields, &now);
	return a->pod_nl && link_get(a->pod_nl, 0, a->rec.ifname, &now, NULL) == 0 &&
		link_mac_equal(now.mac, mac);
}

static int check(struct attach *a, struct err *e)
{
	const char *set = a->mac ? a->mac : a->rec.interface.mac;
	auto_free char *mac = NULL;
	struct err why = ERR_INIT;
	int64_t pf;

	/* A program with a random one is its own master. */
	if (!set || (is_vfio(a) && !a->rec.admin_mac))
		return 0;
	int r = listed(a, &pf, &mac, &why);

	if (r < 0 && a->rec.admin_mac)
		*e = why;
	if (r < 0)
		return a->rec.admin_mac ? r : 0;
	if (link_mac_equal(mac, set) || (!a->rec.admin_mac && (is_zero(mac) || is_links(a, mac))))
		return 0;
	return err_set(e, ERR_MISMATCH, EINVAL, "VF %s: its MAC at its PF is %s, %s was set",
		a->rec.interface.pci_address, mac, set);
}

static void describe(const struct attach *a, struct plan *p)
{
	if (a->mac && a->pf_mac)
		plan_add(p, "MAC at the PF", is_zero(a->pf_mac) ? "none" : a->pf_mac, a->mac);
}

const struct step step_mac = {"mac", wanted, no_capture, apply, undo, check, describe};
