/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the pod gets the NIC's network device or, through VFIO, the NIC itself. */
#ifndef VERBS_MODE_H
#define VERBS_MODE_H

#include "nic.h"

/*
 * Decides by the network's "mode" and the driver that the NIC has; fills rec.pci, whose target is
 * set in mode vfio. Refuses, before anything is touched, what could not work. An unbound device that
 * is to be a network device is repaired: bound to its kernel driver (repair), and n->link filled.
 */
int prepare_mode(struct attach *a, struct nic *n, bool repair, struct err *e);

#endif
