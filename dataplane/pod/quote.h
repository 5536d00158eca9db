/* SPDX-License-Identifier: Apache-2.0 */
/* Words as a POSIX shell must read them. */
#ifndef POD_QUOTE_H
#define POD_QUOTE_H

#include <stdio.h>

void quote_print(FILE *out, const char *word);
/* Several, with blanks between; words is NULL-terminated. */
void quote_words(FILE *out, char *const *words);
/* The same as owned text; NULL where there is no memory. */
char *quote_join(char *const *words);

#endif
