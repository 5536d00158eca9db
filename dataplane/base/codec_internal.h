/* SPDX-License-Identifier: Apache-2.0 */
/* What the codec's own files share; jansson is known to them alone. */
#ifndef BASE_CODEC_INTERNAL_H
#define BASE_CODEC_INTERNAL_H

#include <stdbool.h>

#include <jansson.h>

#include "codec.h"

struct codec_tree {
	json_t *root;
	const char *what;
	const char *text; /* the caller's */
	size_t len;
};

/* What a salvage had to leave out. */
struct lost {
	char *text;
	size_t size;
};

/* Where in the document we are, for messages: a linked list of keys and indices on the stack. */
struct codec_place {
	const struct codec_place *up;
	const char *key; /* NULL: index */
	size_t index;
	const char *what;                  /* root only */
	int code;                          /* root only */
	const struct codec_tree *lines_of; /* root only: messages have the line; NULL: not */
	bool empty_is_absent;              /* root only */
	const struct lost *lost;           /* a member that is wrong is left out; NULL: an error */
};

const struct codec_place *codec_place_root(const struct codec_place *p);
int codec_complain(const struct codec_place *p, struct err *e, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The limits of a table: the same for whoever reads and whoever writes. */
int codec_check_length(const struct codec_field *t, size_t len, const struct codec_place *p,
	struct err *e);
int codec_check_range(const struct codec_field *t, int64_t v, const struct codec_place *p,
	struct err *e);
int codec_check_count(size_t n, const struct codec_place *p, struct err *e);

/* 0 where it is not found. */
int codec_line_of(const struct codec_tree *d, const char *key);

#define AT(type, obj, off) ((type *)(void *)((char *)(obj) + (off)))
#define AT_CONST(type, obj, off) ((const type *)(const void *)((const char *)(obj) + (off)))

size_t codec_element_size(const struct codec_field *t);

/* A map whose values are not objects. */
static inline bool codec_plain_values(const struct codec_field *map)
{
	return map->sub->key[0] == '\0';
}

int codec_decode_root(const struct codec_field *t, void *obj, json_t *j,
	const struct codec_place *root, struct err *e);

#endif
