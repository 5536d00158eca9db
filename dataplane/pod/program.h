/* SPDX-License-Identifier: Apache-2.0 */
/* What the file of a program tells about the DPDK it was built with. */
#ifndef POD_PROGRAM_H
#define POD_PROGRAM_H

#include <stddef.h>

/*
 * "22.11" of a program, found as execvp(3) does, that is linked with librte_eal.so.23: the oldest
 * release with that library. NULL: nothing is known (DPDK linked in statically or loaded later, a
 * script, no such program). buf holds the text.
 */
const char *program_dpdk(const char *name, char *buf, size_t size);

#endif
