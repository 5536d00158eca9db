/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The other end of a veth. Its kernel leaves checksums and segmentation to a device that does
 * neither, as long as both ends are kernels: what a DPDK program on our end gets is up to 64 KiB long
 * and has no checksum. Only the other end can be told, and all that it sends comes to the pod.
 *
 * It is another's interface: what cannot be changed there is a warning, and only what ADD turned off
 * is turned on again.
 */
#include <errno.h>
#include <string.h>

#include "identify.h"
#include "log.h"
#include "mem.h"
#include "offload.h"
#include "steps.h"
#include "upper.h"

struct visit {
	struct record *rec;
	const char *name; /* of the other end, where it is */
	int (*f)(struct visit *v, struct err *e);
	bool done;
	int r;
	struct err why;
};

static bool wanted(const struct attach *a)
{
	return a->rec.interface.mode != PODFILE_VFIO;
}

static int run(void *arg, struct err *e)
{
	struct visit *v = arg;

	return v->f(v, e);
}

static bool elsewhere(const struct upper *u, void *arg)
{
	struct visit *v = arg;

	v->name = u->link->name;
	v->done = true;
	v->r = netns_run(u->netns, run, v, &v->why);
	return true;
}

/* Calls f in the namespace of the other end of nic, which is in ns; no pair has none. */
static void go_from(const struct attach *a, const struct netns *ns, struct nl_sock *nl,
	const struct link *nic, struct visit *v)
{
	auto_link struct link peer;

	codec_init(link_fields, &peer);
	v->rec = (struct record *)(uintptr_t)&a->rec;
	v->done = !upper_is_pair(nic);
	if (v->done)
		return;
	if (nic->peer_netns != CODEC_ABSENT) {
		(void)upper_other_end(ns, nic->index, elsewhere, v);
	} else if (link_get(nl, nic->peer, NULL, &peer, &v->why) == 0) {
		v->name = peer.name;
		v->done = true;
		v->r = netns_run(ns, run, v, &v->why);
	}
}

static void go(const struct attach *a, const struct link *nic, struct visit *v)
{
	go_from(a, &a->m->netns, a->m->nl, nic, v);
}

static int look(struct visit *v, struct err *e)
{
	struct offload_list l = {0};
	int r = offload_read(v->name, OFFLOAD_SEND, &l, e);

	v->rec->peer_offloads = l.names;
	v->rec->n_peer_offloads = l.n;
	return r;
}

static int capture(struct attach *a, struct err *e)
{
	struct visit v = {.f = look};

	(void)e;
	go(a, &a->rec.link, &v);
	if (!v.done)
		log_warning(
			"link %s: its other end is in a network namespace that is not seen from here: "
			"frames from there may come without checksums and longer than the MTU, until "
			"somebody turns that off there: ethtool -K NAME tx off tso off gso off",
			a->rec.link.name);
	return 0;
}

static int turn_off(struct visit *v, struct err *e)
{
	return offload_set(v->name, v->rec->peer_offloads, v->rec->n_peer_offloads, false, e);
}

static int turn_on(struct visit *v, struct err *e)
{
	return offload_set(v->name, v->rec->peer_offloads, v->rec->n_peer_offloads, true, e);
}

static int apply(struct attach *a, struct err *e)
{
	struct visit v = {.f = turn_off};

	(void)e;
	if (a->rec.n_peer_offloads == 0)
		return 0;
	go(a, &a->rec.link, &v);
	if (v.r < 0)
		log_warning(
			"%s: the other end of %s: a program that reads frames from the kernel gets "
			"some without checksums, or cut off",
			v.why.msg, a->rec.link.name);
	return 0;
}

/* After the link's: it is on the host, or has died, and its other end with it. */
static int undo(struct attach *a, struct err *e)
{
	auto_links struct link_list host = {0};
	const struct link *now = NULL;
	struct visit v = {.f = turn_on};

	if (!a->owns || a->rec.n_peer_offloads == 0)
		return 0;
	int r = link_dump(a->m->nl, &host, e);

	if (r == 0)
		r = identify(a, &a->m->netns, &host, a->rec.link.index, &now, e);
	if (r < 0 || !now)
		return r;
	go(a, now, &v);
	if (v.r < 0 || !v.done)
		log_warning("link %s: its other end does not have its offloads back: %s", now->name,
			v.done ? v.why.msg : "it is in a network namespace that is not seen");
	return 0;
}

static int compare(struct visit *v, struct err *e)
{
	auto_offload struct offload_list on = {0};
	const struct record *rec = v->rec;
	int r = offload_read(v->name, OFFLOAD_SEND, &on, e);

	for (size_t i = 0; r == 0 && i < rec->n_peer_offloads; i++)
		for (size_t j = 0; r == 0 && j < on.n; j++)
			if (strcmp(rec->peer_offloads[i], on.names[j]) == 0)
				r = err_set(e, ERR_MISMATCH, EINVAL,
					"interface %s: its other end %s has %s on again: frames "
					"without checksums, or cut off",
					rec->ifname, v->name, on.names[j]);
	if (r < 0)
		err_remedy(e, "where %s is: ethtool -K %s tx off tso off gso off", v->name,
			v->name);
	return r;
}

static int check(struct attach *a, struct err *e)
{
	struct visit v = {.f = compare};
	auto_link struct link now;

	codec_init(link_fields, &now);
	/* What is wrong with our own end is the link's to say. */
	if (a->rec.n_peer_offloads == 0 || !a->pod_nl ||
		link_get(a->pod_nl, a->rec.pod_index, NULL, &now, NULL) < 0)
		return 0;
	go_from(a, &a->pod, a->pod_nl, &now, &v);
	if (v.r < 0)
		*e = v.why;
	return v.r;
}

static void describe(const struct attach *a, struct plan *p)
{
	if (a->rec.n_peer_offloads)
		plan_add(p, "checksums and segmentation by the other end", "left to us", "its own");
}

const struct step step_peer = {"peer", wanted, capture, apply, undo, check, describe};
