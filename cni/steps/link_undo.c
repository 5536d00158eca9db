/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "bind.h"
#include "clock.h"
#include "link_image.h"
#include "link_undo.h"
#include "log.h"
#include "match.h"
#include "mem.h"
#include "pci.h"

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

/* From the pod to the host, all that differs in the same message. */
static int bring_back(struct attach *a, const struct link *now, struct err *e)
{
	auto_links struct link_list host = {0};
	struct link_change c = link_image_change(&a->rec.link, now);
	char spare[IFNAMSIZ];
	struct nl_reply reply;
	int r = link_dump(a->m->nl, &host, e);

	if (r < 0)
		return r;
	link_image_drop_altnames(a, a->pod_nl, now);
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
	if (link_set(a->pod_nl, now->index, &c, &reply) == 0)
		return 0;
	/* Half done, perhaps: link_image_restore sees what is left. If it is still in the pod, only move it. */
	log_debug("link %s: return: %s %s", c.name, strerror(reply.errnum), reply.text);
	struct link_change bare = LINK_NO_CHANGE;
	struct nl_reply second;

	bare.netns_fd = c.netns_fd;
	bare.name = c.name;
	if (link_set(a->pod_nl, now->index, &bare, &second) < 0 && second.errnum != ENODEV)
		return nl_refused(e, ERR_KERNEL, &second, "link %s: return to the host", c.name);
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
		log_info("link %s: removing the pod's %s (%s) on top of it", now->name, upper->name,
			upper->kind);
		if (link_delete(a->pod_nl, upper->index, &reply) < 0 && reply.errnum != ENODEV)
			log_warning("link %s: remove %s: %s", now->name, upper->name,
				strerror(reply.errnum));
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
 * that is waited for.
 */
static int arrive(struct attach *a, bool bound, struct link_list *host, const struct link **ret_now,
	struct err *e)
{
	const bool expected = a->rec.link.parent && (!a->pod_nl || bound);
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
		"link %s (%s): it is neither in the pod's network namespace nor on the host",
		image->name, image->parent);
	err_remedy(e,
		"find the namespace that has it (lsns -t net, ip link in each) and move it back; "
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
	bool bound = false;
	int r = leave_pod(a, e);

	if (r == 0)
		r = bind_again(a, &bound, e);
	/* In mode vfio the step before has bound it. */
	if (r == 0)
		r = arrive(a, bound || a->rec.pci.target, &host, &now, e);
	if (r < 0)
		return r;
	if (!now)
		return vanished(a, e);
	r = link_image_restore(a, &host, now, e);
	a->device_back = r == 0;
	return r;
}
