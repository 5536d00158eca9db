/* SPDX-License-Identifier: Apache-2.0 */
/* Does a network device join frames that it received into longer ones? */
#ifndef LIB_LINK_FRAMES_H
#define LIB_LINK_FRAMES_H

#include <stdbool.h>

/* By GRO, and no limit keeps it from that; by LRO. sock: any of AF_INET in its namespace. What the
 * kernel does not tell is no. */
bool link_joins_by_gro(int sock, const char *name);
bool link_joins_by_lro(int sock, const char *name);

#endif
