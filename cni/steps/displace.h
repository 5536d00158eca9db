/* SPDX-License-Identifier: Apache-2.0 */
/* A NIC whose name the host gave away while a pod had it keeps the right to it. */
#ifndef STEPS_DISPLACE_H
#define STEPS_DISPLACE_H

#include "attach.h"

/* Is there a NIC of this name that is called otherwise now? 1: yes; *ret is the one, NULL where it is
 * not on the host. Links of that name are strangers then. */
int displace_find(const struct machine *m, const char *name, const struct link_list *host,
	const struct link **ret);

/* ADD: the image gets the NIC's own name, which it comes back under when that is free. */
int displace_capture(struct attach *a, struct err *e);

/* The link is on the host, under the name now: remembered, or forgotten if it is its own. */
int displace_settle(const struct attach *a, const char *now, struct err *e);

#endif
