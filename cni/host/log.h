/* SPDX-License-Identifier: Apache-2.0 */
/* Lines for people on stderr, or in a file. stdout is protocol and never touched here. */
#ifndef HOST_LOG_H
#define HOST_LOG_H

#include "err.h"

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR };
extern const char *const log_level_names[];

/* level -1: info. file, strictly below dir; NULL: stderr. It must be new or a log of ours.
 * One that cannot be opened is an error of the caller's; lines go to stderr then. */
int log_setup(int level, int dir, const char *file, struct err *e);
/* Who speaks: "ADD net1 of 3f2a…"; kept by reference. */
void log_context(const char *context);

void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
