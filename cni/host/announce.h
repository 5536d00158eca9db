/* SPDX-License-Identifier: Apache-2.0 */
/* Tells the neighbours who has an address now: gratuitous ARP, unsolicited neighbour advertisement. */
#ifndef HOST_ANNOUNCE_H
#define HOST_ANNOUNCE_H

#include "inet.h"

/* In the caller's network namespace. mac: 6 bytes. Returns -errno; sets no error, for nobody
 * fails over it: neighbours find out by asking as well. */
int announce(int64_t index, const uint8_t *mac, const struct inet_prefix *address);

#endif
