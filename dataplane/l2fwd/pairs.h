/* SPDX-License-Identifier: Apache-2.0 */
/* Which port forwards to which. peer[i] is where frames from port i leave; always symmetric. */
#ifndef L2FWD_PAIRS_H
#define L2FWD_PAIRS_H

#include <stdint.h>

#include "err.h"

#define PAIR_NONE UINT16_MAX /* the port takes no part */

/* 0 with 1, 2 with 3, a last odd one with itself. */
void pairs_neighbours(unsigned int n, uint16_t peer[]);

/* "(a,b)(c,d)": names, or numbers where no port has that name. -EINVAL with peer untouched where
 * a port is unknown or occurs twice. */
int pairs_parse(const char *map, const char *const names[], unsigned int n, uint16_t peer[],
	struct err *e);

#endif
