/* SPDX-License-Identifier: Apache-2.0 */
/* Which NIC a network means, and whether it may be taken. */
#ifndef STEPS_NIC_H
#define STEPS_NIC_H

#include "attach.h"

/* Looks for it among the host's links. -ENODEV: it is not there (perhaps in some pod). */
int nic_find(const struct machine *m, const struct netconf *c, struct link *ret, struct err *e);

/* Would nic_find have meant the link of this record, were it on the host? */
bool nic_matches(const struct machine *m, const struct netconf *c, const struct link *image);

/* Refuses loopback, what policy does not allow, and the machine's lifeline: a NIC that carries
 * a default route, a global address, a master or VFs. */
int nic_allowed(const struct machine *m, const struct link *l, struct err *e);

/* What the pod file says of it: names, PCI identity, place. */
int nic_describe(const struct machine *m, const struct link *l, const char *ifname,
	const char *network, struct podfile_interface *ret, struct err *e);

#endif
