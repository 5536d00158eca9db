/* SPDX-License-Identifier: Apache-2.0 */
/* Tells the neighbours who has an address now: gratuitous ARP, unsolicited neighbour advertisement. */
#ifndef HOST_ANNOUNCE_H
#define HOST_ANNOUNCE_H

#include "inet.h"

/* In the caller's network namespace, which nl is of as well. mac: 6 bytes. is_first: of the link's
 * addresses in its subnet. Returns -errno; sets no error, for nobody fails over it: neighbours find
 * out by asking as well. */
int announce(struct nl_sock *nl, int64_t index, const uint8_t *mac,
	const struct inet_prefix *address, bool is_first);

#endif
