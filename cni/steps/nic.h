/* SPDX-License-Identifier: Apache-2.0 */
/* Which NIC a network means, and whether it may be taken. */
#ifndef STEPS_NIC_H
#define STEPS_NIC_H

#include "attach.h"
#include "bus.h"
#include "pci.h"

/* A NIC on the host: its link, its PCI device, or both. */
struct nic {
	struct link link;      /* name NULL: none here (with a userspace driver, or unbound) */
	struct pci_device pci; /* address "": none, or one that is not its own: see auxiliary */
	char auxiliary[BUS_DEVICE]; /* a scalable function, say; pci is as of bus_read_auxiliary */
};
void nic_init(struct nic *n);
void nic_free(struct nic *n);
#define auto_nic auto_with(nic_free)
/* What a device plugin calls it: PCI address or name on the auxiliary bus; "": neither. */
static inline const char *nic_id(const struct nic *n)
{
	return n->pci.address[0] ? n->pci.address : n->auxiliary;
}
/* For messages: the name of the link, or of the device. */
static inline const char *nic_name(const struct nic *n)
{
	return n->link.name ? n->link.name : nic_id(n);
}

/* Looks for the one that the network names on the host. -ENODEV: it is not there (perhaps in some
 * pod). Not for networks that name PFs: see pool.h. */
int nic_find(const struct machine *m, const struct netconf *c, struct nic *ret, struct err *e);
/* The same for an address. */
int nic_find_pci(const struct machine *m, const char *address, struct nic *ret, struct err *e);

/* Would nic_find have meant the device of this record, were it on the host? */
bool nic_matches(const struct machine *m, const struct netconf *c, const struct record *rec);

/* Refuses loopback, what policy does not allow, and the machine's lifeline: a NIC that carries
 * a default route, a global address, a master or VFs. tenant: a kubelet's pod asks, whose network
 * somebody else than the node's owner may have written; links that software made (another pod's
 * veth, the cluster's tunnel) are not for it unless policy names them. */
int nic_allowed(const struct machine *m, const struct nic *n, bool tenant, struct err *e);

/* What the pod file says of it: names, PCI identity, place. */
int nic_describe(const struct nic *n, const char *ifname, const char *network,
	struct podfile_interface *ret, struct err *e);

#endif
