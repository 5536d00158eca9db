/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "bind.h"
#include "clock.h"
#include "identify.h"
#include "link_image.h"
#include "link_undo.h"
#include "log.h"
#include "match.h"
#include "mem.h"
#include "pci.h"
#include "residue.h"
#include "upper.h"

#define RETURN_TIMEOUT_MS 5000

/* A name for a NIC whose own was given away while the pod had it; the kernel would do the same. */
static void spare_name(const struct link_list *host, char buf[static IFNAMSIZ])
{
	for (int i = 0; i < 10000; i++) {
		(void)snprintf(buf, IFNAMSIZ, "dev%d", i);
		if (!match_name(host, buf))
			return;
	}
}

/* From where it is (nl) to the host, all that differs in the same message. */
static int bring_back(struct attach *a, struct nl_sock *nl, const struct link *now, struct err *e)
{
	auto_links struct link_list host = {0};
	struct link_change c = link_image_change(&a->rec.link, now);
	char spare[IFNAMSIZ];
	struct nl_reply reply;
	int r = link_dump(a->m->nl, &host, e);

	if (r < 0)
		return r;
	link_image_drop_altnames(a, nl, now);
	c.netns_fd = a->m->netns.fd;
	c.name = a->rec.link.name;
	if (match_name(&host, c.name)) {
		spare_name(&host, spare);
		log_warning(
			"link %s: the host gave this name away meanwhile; the NIC returns as %s",
			c.name, spare);
		c.name = spare;
	}
	c.new_index = match_free_index(&host, a->rec.link.index);
	/* A moved link is down: what was up must be said again. */
	c.flags_mask |= IFF_UP;
	if (link_set(nl, now->index, &c, &reply) == 0)
		return 0;
	/* Half done, perhaps: link_image_restore sees what is left. If it is still there, only move it. */
	log_debug("link %s: return: %s %s", c.name, strerror(reply.errnum), reply.text);
	struct link_change bare = LINK_NO_CHANGE;
	struct nl_reply second;

	bare.netns_fd = c.netns_fd;
	bare.name = c.name;
	if (link_set(nl, now->index, &bare, &second) < 0 && second.errnum != ENODEV)
		return nl_refused(e, ERR_KERNEL, &second, "link %s: return to the host", c.name);
	return 0;
}

/* On the host under its own index, or, where that was taken, under its name. */
static int find_on_host(const struct attach *a, const struct link_list *host,
	const struct link **ret, struct err *e)
{
	const struct link *named = match_name(host, a->rec.link.name);
	int r = identify(a, &a->m->netns, host, a->rec.link.index, ret, e);

	if (r == 0 && !*ret && a->rec.link_id == CODEC_ABSENT && named &&
		match_record(a, named, named->index))
		*ret = named;
	return r;
}

/* A VLAN or macvlan of the pod's survives the move of the NIC below it: the pod would go on to use
 * the NIC of the next. The two ends of a veth name each other; those are no such thing. */
static void drop_uppers(const struct attach *a, const struct link_list *pod, const struct link *now)
{
	for (size_t i = 0; i < pod->n; i++) {
		const struct link *upper = &pod->items[i];
		struct nl_reply reply;

		if (upper->peer != now->index || upper->peer_netns != CODEC_ABSENT ||
			!upper->kind || upper_is_pair(upper))
			continue;
		log_info("link %s: removing the pod's %s (%s) on top of it", now->name, upper->name,
			upper->kind);
		if (link_delete(a->pod_nl, upper->index, &reply) < 0 && reply.errnum != ENODEV)
			log_warning("link %s: remove %s: %s", now->name, upper->name,
				strerror(reply.errnum));
	}
}

/* Moves it out of the pod, if it is there and the pod is. */
static int leave_pod(struct attach *a, bool *ret_done, struct err *e)
{
	auto_links struct link_list pod = {0};
	const struct link *now = NULL;

	if (!a->pod_nl)
		return 0;
	int r = link_dump(a->pod_nl, &pod, e);

	if (r == 0)
		r = identify(a, &a->pod, &pod, a->rec.pod_index, &now, e);
	if (r < 0 || !now)
		return r;
	*ret_done = true;
	drop_uppers(a, &pod, now);
	return bring_back(a, a->pod_nl, now, e);
}

struct nested_search {
	struct attach *a;
	struct err *e;
	bool done;
	int r;
};

static bool leave(const struct netns *ns, const char *known_as, void *arg)
{
	struct nested_search *s = arg;
	auto_links struct link_list list = {0};
	auto_nl struct nl_sock *nl = NULL;
	const struct link *now = NULL;

	if (netns_nl_open(ns, &nl, NULL) < 0 || link_dump(nl, &list, NULL) < 0 ||
		identify(s->a, ns, &list, s->a->rec.pod_index, &now, NULL) < 0 || !now)
		return false;
	log_warning("link %s: found in the network namespace of %s, where the pod put it",
		s->a->rec.link.name, known_as);
	s->done = true;
	s->r = bring_back(s->a, nl, now, s->e);
	return true;
}

/* Neither in the pod nor on the host: the pod may have put it into a namespace of its own. */
static int leave_elsewhere(struct attach *a, bool *ret_done, struct err *e)
{
	auto_links struct link_list host = {0};
	struct nested_search s = {.a = a, .e = e};
	const struct link *now = NULL;
	int r = link_dump(a->m->nl, &host, e);

	if (r == 0)
		r = find_on_host(a, &host, &now, e);
	if (r < 0 || now)
		return r;
	(void)netns_each(true, leave, &s); /* uppers_remove warns where it sees too little */
	*ret_done = s.done;
	return s.r;
}

/* A workload, or somebody on the host, unbound its driver: it has no link anywhere then. */
static int bind_again(struct attach *a, bool *ret_done, struct err *e)
{
	const char *address = a->rec.interface.pci_address, *driver = a->rec.pci.driver;
	char override[PCI_DRIVER];
	struct pci_device d;

	*ret_done = false;
	if (!address || !driver || !*driver || a->rec.pci.target ||
		pci_read(a->m->root, address, &d, NULL) < 0 || d.driver[0])
		return 0;
	log_info("device %s: somebody unbound its driver: binding %s again", address, driver);
	int r = bind_override(a->m->root, address, override, e);

	if (r == 0)
		r = bind_probe(a->m->root, address, driver, e);
	if (r == 0)
		r = bind_set_override(a->m->root, address, override, e);
	*ret_done = r == 0;
	return r;
}

/*
 * The link on the host, or NULL in *ret_now. A device with a bus address comes back by itself when
 * the pod's namespace dies, a moment after its last process, and when it is bound to its driver:
 * that is waited for. So is the end of a link that dies with that namespace.
 */
static int arrive(struct attach *a, bool bound, struct link_list *host, const struct link **ret_now,
	struct err *e)
{
	const bool expected = a->rec.link.parent && (!a->pod_nl || bound),
		   dies = !a->rec.link.parent && !a->pod_nl;
	const int64_t end = clock_ms() + RETURN_TIMEOUT_MS;
	auto_nl struct nl_sock *events = NULL;
	int r = expected || dies ? nl_open_link_events(&events, e) : 0;

	while (r == 0) {
		link_list_free(host);
		r = link_dump(a->m->nl, host, e);
		*ret_now = NULL;
		if (r == 0)
			r = find_on_host(a, host, ret_now, e);
		if (r < 0 || *ret_now || clock_ms() >= end ||
			!(expected || (dies && identify_lives_unseen(a, host))))
			break;
		nl_wait_link_event(events, (int)(end - clock_ms()));
	}
	return r;
}

/* Neither in the pod nor on the host. */
static int vanished(struct attach *a, const struct link_list *host, struct err *e)
{
	const struct link *image = &a->rec.link;
	struct pci_device d;
	int r;

	if (!image->parent && !identify_lives_unseen(a, host)) {
		/* veth, tap and their like die with the pod's namespace, or by the pod's own hand. */
		log_info(
			"link %s: it is neither in the pod nor on the host: destroyed with the pod",
			image->name);
		a->device_back = true;
		return 0;
	}
	if (a->rec.interface.pci_address &&
		pci_read(a->m->root, a->rec.interface.pci_address, &d, NULL) < 0) {
		log_warning("link %s: its device %s is not on this machine any more", image->name,
			a->rec.interface.pci_address);
		a->device_back = true;
		return 0;
	}
	if (a->rec.interface.pci_address && a->rec.pci.driver &&
		strcmp(d.driver, a->rec.pci.driver) != 0) {
		r = err_set(e, ERR_DEVICE, ENODEV,
			"link %s (%s): somebody bound its device to %s meanwhile", image->name,
			image->parent, d.driver[0] ? d.driver : "no driver");
		err_remedy(e,
			"bind it to %s again; DEL or dpdk-cni release then completes the rest",
			a->rec.pci.driver);
		return r;
	}
	r = err_set(e, ERR_DEVICE, ENODEV,
		"link %s (%s): it is neither in the pod's network namespace nor on the host, nor in "
		"any that can be seen from here",
		image->name, image->parent ? image->parent : image->kind);
	err_remedy(e,
		"find the namespace that has it (lsns -t net, ip link in each) and move it back; "
		"dpdk-cni release then completes the rest");
	return r;
}

/* What cannot be taken off the NIC goes when its driver lets go of it: the link is made anew. */
static int renew(struct attach *a, const struct link *now, struct link_list *host,
	const struct link **ret_now, const struct err *why, struct err *e)
{
	const char *address = a->rec.interface.pci_address, *driver = a->rec.pci.driver;
	const int64_t begin = clock_ms();

	if (!address || !driver || !*driver) {
		*e = *why;
		e->code = ERR_AGAIN;
		err_prefix(e, "link %s: the pod has left something on it, and it is not given out",
			now->name);
		err_remedy(e,
			"it is tried again with the next DEL, GC or ADD; removing and making the device "
			"anew ends it too");
		return -EAGAIN;
	}
	int r = bind_release(a->m->root, address, e);

	if (r == 0)
		r = bind_probe(a->m->root, address, driver, e);
	if (r == 0)
		r = bind_set_override(a->m->root, address,
			a->rec.pci.override ? a->rec.pci.override : "", e);
	if (r == 0)
		r = arrive(a, true, host, ret_now, e);
	if (r == 0 && !*ret_now)
		r = err_set(e, ERR_AGAIN, EAGAIN, "device %s: its driver %s makes no link", address,
			driver);
	if (r == 0)
		log_warning(
			"device %s: the pod had left something on it that could not be taken off (%s): "
			"its driver %s was unbound and bound again, in %d ms",
			address, why->msg, driver, (int)(clock_ms() - begin));
	return r;
}

static int restore(struct attach *a, struct link_list *host, const struct link *now, struct err *e)
{
	struct err why = ERR_INIT;
	int r = a->rec.pci.target ? 0 : residue_remove(a, now, &why);

	if (r < 0)
		r = renew(a, now, host, &now, &why, e);
	return r < 0 ? r : link_image_restore(a, host, now, e);
}

int link_undo(struct attach *a, struct err *e)
{
	auto_links struct link_list host = {0};
	/* In mode vfio there was no link to be given away; the step before has bound its driver. */
	const bool given = !a->rec.pci.target && a->rec.pod_index != CODEC_ABSENT;
	const struct link *now = NULL;
	bool left = false, bound = false;
	int r = 0;

	if (!a->owns)
		return 0;
	a->device_back = false;
	if (given)
		r = leave_pod(a, &left, e);
	if (r == 0 && given && !left)
		r = leave_elsewhere(a, &left, e);
	if (r == 0)
		r = bind_again(a, &bound, e);
	if (r == 0)
		r = arrive(a, bound || a->rec.pci.target, &host, &now, e);
	if (r < 0)
		return r;
	if (!now)
		return vanished(a, &host, e);
	r = restore(a, &host, now, e);
	a->device_back = r == 0;
	return r;
}
