/* SPDX-License-Identifier: Apache-2.0 */
/* What the host has put on top of a link: a VLAN, a tunnel, a macvlan. */
#ifndef HOST_UPPER_H
#define HOST_UPPER_H

#include <stdbool.h>
#include <stddef.h>

/* The name of one such device, as sysfs below rootfd says. */
bool upper_find(int rootfd, const char *link, char *buf, size_t size);

#endif
