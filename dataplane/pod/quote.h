/* SPDX-License-Identifier: Apache-2.0 */
/* A word as a POSIX shell must read it. */
#ifndef POD_QUOTE_H
#define POD_QUOTE_H

#include <stdio.h>

void quote_print(FILE *out, const char *word);

#endif
