/* SPDX-License-Identifier: Apache-2.0 */
/* Text for people. Names and messages come from outside: they move no cursor, begin no line of their
 * own and turn no reading direction round. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>

/* Control characters of C0, DEL and C1, Unicode's line separators and bidirectional controls, and what
 * is not UTF-8 become '?', in place. lines: a newline may stay. */
void text_visible(char *text, bool lines);

#endif
