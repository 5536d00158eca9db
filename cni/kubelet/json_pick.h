/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Out of a JSON file of any size, the values at some paths, each by itself and within bounds: the
 * file is read as a stream, and what is not asked for is never held. A full node's checkpoint has
 * megabytes, of which a pod's part is a few hundred bytes.
 */
#ifndef KUBELET_JSON_PICK_H
#define KUBELET_JSON_PICK_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

#define JSON_PICK_DEPTH 4
#define JSON_PICK_MAX (768u << 10) /* bytes of one value */

struct json_pick {
	const char *path[JSON_PICK_DEPTH]; /* keys from the top; "*": each member or element */
	bool plain;                        /* a string's own text is taken, and nothing else */
	char expect; /* '{' or '"': what begins another value than that (or null) is an error */
	/* The value as compact JSON; there may be no NUL after it. NULL: it is looked at only. */
	int (*take)(const char *text, size_t len, void *arg, struct err *e);
	void *arg;
};

/* From fd to its end, at most max bytes; what names the file in messages. */
int json_pick_file(int fd, size_t max, const struct json_pick *picks, size_t n, const char *what,
	struct err *e);
/* The same of a text. */
int json_pick_text(const char *text, size_t len, const struct json_pick *picks, size_t n,
	const char *what, struct err *e);

#endif
