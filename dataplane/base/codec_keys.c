/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys of a document, held against a table before it is read.
 *
 * Go's decoders, which most of what reads the same text is written with, take a key for another one
 * that differs from it in case alone, where they know that: as encoding/json does, for ASCII letters
 * and for the two characters beyond it that fold into them.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "codec_internal.h"

/* The next character of a key in lower case; *p goes on. */
static int folded(const char **p)
{
	static const char long_s[] = "\xc5\xbf", kelvin[] = "\xe2\x84\xaa";

	if (strncmp(*p, long_s, strlen(long_s)) == 0) {
		*p += strlen(long_s);
		return 's';
	}
	if (strncmp(*p, kelvin, strlen(kelvin)) == 0) {
		*p += strlen(kelvin);
		return 'k';
	}
	return tolower((unsigned char)*(*p)++);
}

static bool same_but_for_case(const char *a, const char *b)
{
	while (*a && *b)
		if (folded(&a) != folded(&b))
			return false;
	return !*a && !*b;
}

/* The table's key that is the given one, or is it but for its case; NULL: none. */
static const char *find(const struct codec_field *t, const char *key, bool exact)
{
	for (; t->key; t++) {
		const char *inner = !*t->key && t->sub ? find(t->sub, key, exact) : NULL;

		if (inner)
			return inner;
		if (*t->key && (exact ? strcmp(t->key, key) == 0 : same_but_for_case(t->key, key)))
			return t->key;
	}
	return NULL;
}

static void list_keys(const struct codec_field *t, char *buf, size_t size)
{
	for (; t->key; t++) {
		const size_t n = strlen(buf);

		(void)snprintf(buf + n, size - n, "%s%s", n ? ", " : "", t->key);
	}
}

static int check_key(const struct codec_field *t, const char *key, json_t *v, bool closed,
	const struct codec_place *p, struct err *e)
{
	const struct codec_place here = {.up = p, .key = key};
	char known[400] = "";

	if (find(t, key, true))
		return closed && json_is_null(v)
			? codec_complain(&here, e, "null is not a value; leave the key out")
			: 0;
	const char *meant = find(t, key, false);

	if (meant)
		return codec_complain(&here, e,
			"it differs from the key \"%s\" in case alone, and some programs take one "
			"for the other",
			meant);
	if (!closed)
		return 0;
	list_keys(t, known, sizeof(known));
	return codec_complain(&here, e, "unknown key; known are: %s", known);
}

static int check_object(const struct codec_field *t, json_t *j, bool closed,
	const struct codec_place *p, struct err *e);

/* What lies below: objects alone; the keys of a map are data. */
static int check_below(const struct codec_field *f, json_t *j, bool closed,
	const struct codec_place *p, struct err *e)
{
	json_t *v = *f->key ? json_object_get(j, f->key) : NULL, *element;
	const struct codec_place here = {.up = p, .key = f->key};
	size_t i;

	if (f->kind == CODEC_OBJ && json_is_object(v))
		return check_object(f->sub, v, closed || f->closed, &here, e);
	if (f->kind != CODEC_OBJS || !json_is_array(v))
		return 0;
	json_array_foreach(v, i, element)
	{
		const struct codec_place at = {.up = &here, .index = i};
		int r = json_is_object(element) ? check_object(f->sub, element, closed, &at, e) : 0;

		if (r < 0)
			return r;
	}
	return 0;
}

static int check_object(const struct codec_field *t, json_t *j, bool closed,
	const struct codec_place *p, struct err *e)
{
	const char *key;
	json_t *v;
	int r = 0;

	json_object_foreach(j, key, v)
	{
		r = check_key(t, key, v, closed, p, e);
		if (r < 0)
			return r;
	}
	for (; r == 0 && t->key; t++)
		r = check_below(t, j, closed, p, e);
	return r;
}

int codec_check_keys(const struct codec_field *t, const struct codec_tree *d, bool closed, int code,
	struct err *e)
{
	const struct codec_place root = {.what = d->what,
		.code = code,
		.lines_of = closed ? d : NULL};

	return json_is_object(d->root) ? check_object(t, d->root, closed, &root, e) : 0;
}

int codec_excerpt(const struct codec_tree *d, const struct codec_field *t,
	const char *const *without, char **ret, struct err *e)
{
	json_auto_t *copy = json_object();
	const char *key;
	json_t *v;

	json_object_foreach(d->root, key, v)
	{
		bool left_out = t && !find(t, key, true);

		for (size_t i = 0; without[i] && !left_out; i++)
			left_out = strcmp(without[i], key) == 0;
		if (!left_out && json_object_set(copy, key, v) < 0)
			return err_sys(e, ERR_INTERNAL, ENOMEM, "%s", d->what);
	}
	*ret = json_dumps(copy, JSON_COMPACT);
	return *ret ? 0 : err_sys(e, ERR_INTERNAL, ENOMEM, "%s", d->what);
}
