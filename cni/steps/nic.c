/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "bus.h"
#include "driver.h"
#include "displace.h"
#include "inet.h"
#include "match.h"
#include "mem.h"
#include "nic.h"
#include "upper.h"
#include "uppers.h"

/* A selector with its path or address resolved to what links carry. */
struct want {
	struct netconf_selector by;
	char address[PCIADDR_LEN]; /* PCI address; "" where something else counts */
	char auxiliary[BUS_DEVICE];
	char name[BUS_NETDEV];
};

static int resolve(const struct machine *m, const struct netconf *c, struct want *ret,
	struct err *e)
{
	struct want w = {0};
	struct pciaddr a;
	int r = netconf_selector(c, &w.by, e);

	if (r == 0 && w.by.by == SELECT_PCI && bus_is_auxiliary(w.by.value)) {
		(void)snprintf(w.auxiliary, sizeof(w.auxiliary), "%.63s", w.by.value);
		bus_netdev(m->root, BUS_AUXILIARY, w.auxiliary, w.name);
	} else if (r == 0 && w.by.by == SELECT_PCI) {
		r = pciaddr_parse(w.by.value, &a, e);
		if (r == 0)
			(void)pciaddr_format(&a, w.address);
	}
	if (r == 0 && w.by.by == SELECT_PATH)
		r = bus_resolve_path(m->root, w.by.value, w.address, w.name, e);
	if (r == 0)
		*ret = w;
	return r;
}

/* A representor has the PF's address too; it is not the PF. The kernel calls the PF's own port "p0",
 * and those that stand for functions "pf0vf1", "pf0sf2", "c1pf0" (devlink's port flavours). */
static bool is_representor(const struct link *l)
{
	return l->port_name && strstr(l->port_name, "pf");
}

static bool matches(const struct machine *m, const struct want *w, const struct link *l)
{
	if (w->address[0])
		return match_pci(m, l, w->address) && !is_representor(l);
	if (w->auxiliary[0] && l->parent)
		return strcmp(l->parent, w->auxiliary) == 0;
	if (w->auxiliary[0] || w->by.by == SELECT_PATH)
		return strcmp(l->name, w->name) == 0;
	if (w->by.by == SELECT_DEVICE)
		return strcmp(l->name, w->by.value) == 0 || match_altname(l, w->by.value);
	return link_mac_equal(l->mac, w->by.value) || link_mac_equal(l->permanent_mac, w->by.value);
}

bool nic_matches(const struct machine *m, const struct netconf *c, const struct record *rec)
{
	struct want w;

	if (resolve(m, c, &w, NULL) < 0)
		return false;
	if (w.address[0] && rec->interface.pci_address)
		return strcmp(rec->interface.pci_address, w.address) == 0;
	if (w.auxiliary[0])
		return MATCH_SAME(rec->interface.auxiliary, w.auxiliary);
	return rec->link.name && matches(m, &w, &rec->link);
}

void nic_init(struct nic *n)
{
	*n = (struct nic){.pci.address = ""};
	codec_init(link_fields, &n->link);
}

void nic_free(struct nic *n)
{
	link_free(&n->link);
}

static int no_such_link(const struct want *w, struct err *e)
{
	int r = err_set(e, ERR_DEVICE, ENODEV,
		"%s %s: there is no such network device on this host", w->by.key, w->by.value);

	err_remedy(e, "compare with ip -d link; dpdk-cni list shows the ones that pods have");
	return r;
}

static int not_a_nic(const struct pci_device *d, struct err *e)
{
	int r = err_set(e, ERR_REFUSED, EPERM, "PCI device %s: not a network device (class 0x%06x)",
		d->address, d->class);

	err_remedy(e, "name the PCI address of a NIC (class 0x02...., lspci -Dnn)");
	return r;
}

/* With a kernel driver and without a link here: it is somewhere else, or its driver makes none. */
static int elsewhere(const struct pci_device *d, struct err *e)
{
	int r = err_set(e, ERR_DEVICE, ENODEV,
		"PCI device %s: it has no network interface on the host (driver: %s)", d->address,
		d->driver);

	err_remedy(e,
		"it may be in another network namespace (dpdk-cni list), or its driver %s makes none",
		d->driver);
	return r;
}

/* Of a link that is not named by its address; "" in n->pci.address: it has no PCI device of its own. */
static int find_by_link(const struct machine *m, struct nic *n, struct err *e)
{
	struct bus_place p;

	if (!n->link.parent || !n->link.parent_bus)
		return 0;
	if (strcmp(n->link.parent_bus, "pci") == 0)
		return pci_read(m->root, n->link.parent, &n->pci, e);
	if (strcmp(n->link.parent_bus, BUS_AUXILIARY) == 0) {
		(void)snprintf(n->auxiliary, sizeof(n->auxiliary), "%.63s", n->link.parent);
		return bus_read_auxiliary(m->root, n->auxiliary, &n->pci, e);
	}
	/* A USB NIC hangs on the PCI bus as well: by a device that is no NIC. */
	if (bus_place(m->root, n->link.parent_bus, n->link.parent, &p) < 0 || !bus_is_own(&p) ||
		pci_read(m->root, p.pci, &n->pci, NULL) < 0 || !pci_is_network(&n->pci))
		n->pci = (struct pci_device){.address = ""};
	return 0;
}

/* The device behind what was found, where it has one. */
static int find_device(const struct machine *m, const struct want *w, struct nic *n, struct err *e)
{
	int r;

	(void)snprintf(n->auxiliary, sizeof(n->auxiliary), "%s", w->auxiliary);
	if (w->address[0])
		r = pci_read(m->root, w->address, &n->pci, e);
	else if (w->auxiliary[0])
		r = bus_read_auxiliary(m->root, w->auxiliary, &n->pci, e);
	else
		r = find_by_link(m, n, e);
	if (r == 0 && n->pci.address[0] && !pci_is_network(&n->pci))
		r = not_a_nic(&n->pci, e);
	if (r == 0 && !n->link.name && n->pci.driver[0] && !driver_is_userspace(n->pci.driver))
		r = elsewhere(&n->pci, e);
	if (r < 0 && w->by.key)
		err_prefix(e, "%s", w->by.key);
	return r;
}

/* NULL: it is not here. */
static const struct link *pick(const struct machine *m, const struct want *w,
	const struct link_list *list)
{
	const struct link *own = NULL;

	if (w->by.by == SELECT_DEVICE && displace_find(m, w->by.value, list, &own))
		return own;
	for (size_t i = 0; i < list->n; i++)
		if (matches(m, w, &list->items[i]))
			return &list->items[i];
	return NULL;
}

static int find(const struct machine *m, const struct want *w, struct nic *ret, struct err *e)
{
	auto_links struct link_list list = {0};
	auto_nic struct nic n;
	int r = link_dump(m->nl, &list, e);
	const struct link *picked = r == 0 ? pick(m, w, &list) : NULL;

	nic_init(&n);
	if (picked) {
		struct link *in_list = &list.items[picked - list.items];

		n.link = *in_list;
		codec_init(link_fields, in_list);
	}
	if (r == 0 && !w->address[0] && !n.link.name)
		r = no_such_link(w, e);
	if (r == 0)
		r = find_device(m, w, &n, e);
	if (r < 0)
		return r;
	*ret = n;
	nic_init(&n);
	return 0;
}

int nic_find(const struct machine *m, const struct netconf *c, struct nic *ret, struct err *e)
{
	struct want w;
	int r = resolve(m, c, &w, e);

	return r < 0 ? r : find(m, &w, ret, e);
}

int nic_find_pci(const struct machine *m, const char *address, struct nic *ret, struct err *e)
{
	struct want w = {.by = {SELECT_PCI, NULL, address}};

	(void)snprintf(w.address, sizeof(w.address), "%s", address);
	return find(m, &w, ret, e);
}

static void look_global(const struct inet_addr *a, void *arg)
{
	char *text = arg;

	if (a->scope == RT_SCOPE_UNIVERSE && !text[0])
		(void)inet_format(&a->prefix, text);
}

static int in_use(const struct machine *m, const struct link *l, char *why, size_t size,
	struct err *e)
{
	struct inet_routes routes;
	char upper[128], global[INET_TEXT] = "";
	int r = inet_routes_over(m->nl, l->index, &routes, e);

	if (r == 0)
		r = inet_each_addr(m->nl, l->index, look_global, global, e);
	if (r < 0)
		return r;
	if (routes.is_default)
		return snprintf(why, size, "it carries the host's default route") > 0;
	if (global[0])
		return snprintf(why, size, "the host uses it with address %s", global) > 0;
	if (l->master != CODEC_ABSENT)
		return snprintf(why, size,
			       "it belongs to a bridge, bond or other master (ifindex %d)",
			       (int)l->master) > 0;
	if (routes.text[0])
		return snprintf(why, size, "it carries the host's route to %s", routes.text) > 0;
	/* VLANs, tunnels and their like lose the NIC below them; some die of it. */
	r = upper_find(m->root, l->name, upper, sizeof(upper), e);
	if (r < 0)
		return r;
	if (upper[0])
		return snprintf(why, size, "the host has %s on top of it", upper) > 0;
	if (uppers_find(m, l->index, upper, sizeof(upper)))
		return snprintf(why, size, "%s is on top of it", upper) > 0;
	return 0;
}

/* Of such a link nobody can tell whether it is in use: routes and masters are not all that needs it. */
static int made_by_software(const struct link *l, struct err *e)
{
	int r = err_set(e, ERR_REFUSED, EPERM,
		"link %s: refused: it has no hardware (%s), so that it may be another pod's or the cluster's",
		l->name, l->kind ? l->kind : "virtual");

	err_remedy(e,
		"name a real NIC; or let the node's owner list this one in \"devices\" in "
		"/etc/dpdk-cni/policy.json");
	return r;
}

int nic_allowed(const struct machine *m, const struct nic *n, bool tenant, struct err *e)
{
	/* What policy looks at where there is no link: the address. */
	struct link shown = n->link, by_address = n->link;
	char why[224];
	int r;

	if (!n->link.name)
		shown.name = shown.parent = (char *)(uintptr_t)n->pci.address;
	/* A pattern may name the PCI address where another bus lies between, or the device on that. */
	by_address.name = shown.name;
	if (n->pci.address[0])
		by_address.parent = (char *)(uintptr_t)n->pci.address;
	if (n->link.loopback)
		return err_set(e, ERR_REFUSED, EPERM, "link %s: the loopback stays where it is",
			shown.name);
	if (!policy_allows_device(&m->policy, &shown) &&
		!policy_allows_device(&m->policy, &by_address)) {
		r = err_set(e, ERR_REFUSED, EPERM, "link %s: the node's policy does not allow it",
			shown.name);
		err_remedy(e,
			"the node's owner can add it to \"devices\" in /etc/dpdk-cni/policy.json");
		return r;
	}
	if (tenant && !m->policy.devices && n->link.name && !n->link.parent && !n->auxiliary[0])
		return made_by_software(&n->link, e);
	if (policy_allows_in_use(&m->policy, &shown) ||
		policy_allows_in_use(&m->policy, &by_address))
		return 0;
	/* Of sysfs: netlink counts them only for who asks for all that it knows of each. */
	if (n->pci.num_vfs > 0)
		r = snprintf(why, sizeof(why), "it is a PF with %d VFs", (int)n->pci.num_vfs) > 0;
	else
		r = n->link.name ? in_use(m, &n->link, why, sizeof(why), e) : 0;
	if (r <= 0)
		return r;
	r = err_set(e, ERR_REFUSED, EBUSY, "link %s: refused: %s", shown.name, why);
	err_remedy(e,
		"name a free NIC; or, if the host can do without this one, add it to "
		"\"allowInUse\" in /etc/dpdk-cni/policy.json");
	return r;
}

static int describe_device(const struct pci_device *d, struct podfile_interface *i, struct err *e)
{
	i->pci_address = d->address[0] ? strdup(d->address) : NULL;
	i->driver = d->driver[0] ? strdup(d->driver) : NULL;
	i->pf = d->pf[0] ? strdup(d->pf) : NULL;
	i->vf = d->vf;
	i->numa_node = d->numa_node;
	if (d->vendor &&
		(asprintf(&i->vendor, "0x%04x", d->vendor) < 0 ||
			asprintf(&i->device, "0x%04x", d->device) < 0))
		return err_sys(e, ERR_INTERNAL, ENOMEM, "device %s", d->address);
	return 0;
}

int nic_describe(const struct nic *n, const char *ifname, const char *network,
	struct podfile_interface *ret, struct err *e)
{
	struct podfile_interface i;
	int r = 0;

	codec_init(podfile_interface_fields, &i);
	i.name = strdup(ifname);
	i.network = strdup(network);
	i.mode = PODFILE_NETDEV;
	i.mac = n->link.mac ? strdup(n->link.mac) : NULL;
	i.mtu = n->link.mtu;
	i.auxiliary = n->auxiliary[0] ? strdup(n->auxiliary) : NULL;
	if (n->pci.address[0] || n->auxiliary[0])
		r = describe_device(&n->pci, &i, e);
	else if (n->link.kind)
		i.driver = strdup(n->link.kind);
	if (r == 0 && (!i.name || !i.network))
		r = err_sys(e, ERR_INTERNAL, ENOMEM, "NIC %s", nic_name(n));
	if (r < 0) {
		codec_free(podfile_interface_fields, &i);
		return r;
	}
	codec_free(podfile_interface_fields, ret);
	*ret = i;
	return 0;
}
