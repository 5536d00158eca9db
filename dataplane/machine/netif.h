/* SPDX-License-Identifier: Apache-2.0 */
/* A network interface as sysfs shows it, below a root directory fd: of the namespace that sysfs was
 * mounted in. */
#ifndef MACHINE_NETIF_H
#define MACHINE_NETIF_H

#include <stddef.h>
#include <stdint.h>

/* "up", "down", "lowerlayerdown", "unknown" (IF_OPER_*). */
int netif_operstate(int rootfd, const char *name, char *buf, size_t size);
/* IFF_*. */
int netif_flags(int rootfd, const char *name, int64_t *ret);

#endif
