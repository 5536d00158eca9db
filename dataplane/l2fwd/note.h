/* SPDX-License-Identifier: Apache-2.0 */
/* A line for a person, on stderr: stdout belongs to the statistics. */
#ifndef L2FWD_NOTE_H
#define L2FWD_NOTE_H

/* Without its newline; what a reader of stderr does not take is lost (output.h). */
void note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
