/* SPDX-License-Identifier: Apache-2.0 */
/* From a parsed value to the struct that a table describes. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "codec_internal.h"

static int decode_object(const struct codec_field *t, void *obj, json_t *j,
	const struct codec_place *p, struct err *e);
static int decode_member(const struct codec_field *t, void *obj, json_t *j,
	const struct codec_place *p, struct err *e);

static const char *type_name(const json_t *j)
{
	static const char *const names[] = {"an object", "a list", "a string", "an integer",
		"a real number", "a boolean", "a boolean", "null"};

	return names[json_typeof(j)];
}

static int wrong_type(const struct codec_place *p, const char *expected, const json_t *j,
	struct err *e)
{
	return codec_complain(p, e, "expected %s, got %s", expected, type_name(j));
}

static int decode_string(const struct codec_field *t, char **ret, const json_t *j,
	const struct codec_place *p, struct err *e)
{
	if (!json_is_string(j))
		return wrong_type(p, "a string", j, e);
	size_t len = json_string_length(j);
	int r = codec_check_length(t, len, p, e);

	if (r < 0)
		return r;
	if (memchr(json_string_value(j), '\0', len))
		return codec_complain(p, e, "a string may not hold a NUL character");
	*ret = strdup(json_string_value(j));
	return *ret ? 0 : err_sys(e, ERR_INTERNAL, ENOMEM, "%s", t->key);
}

static int decode_integer(const struct codec_field *t, int64_t *ret, const json_t *j,
	const struct codec_place *p, struct err *e)
{
	if (!json_is_integer(j))
		return wrong_type(p, "an integer", j, e);
	int r = codec_check_range(t, json_integer_value(j), p, e);

	if (r == 0)
		*ret = json_integer_value(j);
	return r;
}

static int decode_enum(const struct codec_field *t, int *ret, const json_t *j,
	const struct codec_place *p, struct err *e)
{
	char known[160] = "";

	if (!json_is_string(j))
		return wrong_type(p, "a string", j, e);
	for (int i = 0; t->names[i]; i++) {
		size_t n = strlen(known);

		if (strcmp(t->names[i], json_string_value(j)) == 0) {
			*ret = i;
			return 0;
		}
		(void)snprintf(known + n, sizeof(known) - n, "%s\"%s\"", i ? ", " : "",
			t->names[i]);
	}
	return codec_complain(p, e, "\"%.64s\" is none of %s", json_string_value(j), known);
}

static int decode_element(const struct codec_field *t, void *item, json_t *j,
	const struct codec_place *p, struct err *e)
{
	switch (t->kind) {
	case CODEC_STRS:
		return decode_string(t, item, j, p, e);
	case CODEC_INTS:
		return decode_integer(t, item, j, p, e);
	default:
		return decode_object(t->sub, item, j, p, e);
	}
}

/* An empty string where that is none. */
static bool is_nothing(const json_t *v, const struct codec_place *p)
{
	return json_is_string(v) && json_string_length(v) == 0 &&
		codec_place_root(p)->empty_is_absent;
}

/* A list that fails half-way is freed with its object: the count says how far it got. */
static int decode_list(const struct codec_field *t, void *obj, json_t *j,
	const struct codec_place *p, struct err *e)
{
	size_t size = codec_element_size(t), n, i;
	json_t *v;

	if (!json_is_array(j))
		return wrong_type(p, "a list", j, e);
	n = json_array_size(j);
	if (codec_check_count(n, p, e) < 0)
		return -EINVAL;
	char *items = calloc(n ? n : 1, size);

	if (!items)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "%s", t->key);
	*AT(char *, obj, t->off) = items;
	json_array_foreach(j, i, v)
	{
		struct codec_place here = {.up = p, .index = i};
		size_t *count = AT(size_t, obj, t->count_off);
		char *item = items + *count * size;
		int r;

		if (t->kind == CODEC_STRS && is_nothing(v, p))
			continue;
		(*count)++;
		if (t->kind == CODEC_OBJS)
			codec_init(t->sub, item);
		r = decode_element(t, item, v, &here, e);
		if (r < 0)
			return r;
	}
	return 0;
}

static int decode_map(const struct codec_field *t, void *obj, json_t *j,
	const struct codec_place *p, struct err *e)
{
	size_t i = 0;
	const char *key;
	json_t *v;

	if (!json_is_object(j))
		return wrong_type(p, "an object", j, e);
	if (codec_check_count(json_object_size(j), p, e) < 0)
		return -EINVAL;
	char *items = calloc(json_object_size(j) + 1, t->size);

	if (!items)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "%s", t->key);
	*AT(char *, obj, t->off) = items;
	json_object_foreach(j, key, v)
	{
		char *item = items + i++ * t->size;
		struct codec_place here = {.up = p, .key = key};

		codec_init(t->sub, item);
		*AT(size_t, obj, t->count_off) = i;
		*AT(char *, item, t->map_key) = strdup(key);
		if (!*AT(char *, item, t->map_key))
			return err_sys(e, ERR_INTERNAL, ENOMEM, "%s", t->key);
		int r = codec_plain_values(t) ? decode_member(t->sub, item, v, &here, e)
					      : decode_object(t->sub, item, v, &here, e);

		if (r < 0)
			return r;
	}
	return 0;
}

static int decode_member(const struct codec_field *t, void *obj, json_t *j,
	const struct codec_place *p, struct err *e)
{
	switch (t->kind) {
	case CODEC_STR:
		return decode_string(t, AT(char *, obj, t->off), j, p, e);
	case CODEC_INT:
		return decode_integer(t, AT(int64_t, obj, t->off), j, p, e);
	case CODEC_BOOL:
		if (!json_is_boolean(j))
			return wrong_type(p, "a boolean", j, e);
		*AT(int, obj, t->off) = json_is_true(j);
		return 0;
	case CODEC_ENUM:
		return decode_enum(t, AT(int, obj, t->off), j, p, e);
	case CODEC_OBJ:
		if (t->present_on)
			*AT(int, obj, (size_t)t->present_on - 1) = 1;
		return decode_object(t->sub, AT(void, obj, t->off), j, p, e);
	case CODEC_RAW:
		*AT(char *, obj, t->off) = json_dumps(j, JSON_COMPACT | JSON_ENCODE_ANY);
		return *AT(char *, obj, t->off) ? 0
						: err_sys(e, ERR_INTERNAL, ENOMEM, "%s", t->key);
	case CODEC_MAP:
		return decode_map(t, obj, j, p, e);
	default:
		return decode_list(t, obj, j, p, e);
	}
}

/* The complaint goes to the list, the member is as if it had never been there. */
static void leave_out(const struct codec_field *t, void *obj, const struct lost *l,
	const struct err *why)
{
	const struct codec_field alone[] = {*t, CODEC_END};
	const size_t n = strlen(l->text);

	codec_free(alone, obj);
	(void)snprintf(l->text + n, l->size - n, "%s%s", n ? "; " : "", why->msg);
}

static bool is_absent(const struct codec_field *t, const json_t *v, const struct codec_place *p)
{
	const bool text = t->kind == CODEC_STR || t->kind == CODEC_ENUM || t->kind == CODEC_RAW;

	return json_is_null(v) || (text && is_nothing(v, p));
}

static int decode_field(const struct codec_field *t, void *obj, json_t *j,
	const struct codec_place *p, struct err *e)
{
	const struct codec_place here = {.up = p, .key = t->key, .lost = p->lost};
	json_t *v = *t->key ? json_object_get(j, t->key) : j;

	if (t->kind == CODEC_KNOWN)
		return 0;
	if (v && !is_absent(t, v, p))
		return decode_member(t, obj, v, *t->key ? &here : p, e);
	return t->required ? codec_complain(&here, e, "missing") : 0;
}

static int decode_object(const struct codec_field *t, void *obj, json_t *j,
	const struct codec_place *p, struct err *e)
{
	if (!json_is_object(j))
		return wrong_type(p, "an object", j, e);
	for (; t->key; t++) {
		struct err why = ERR_INIT;
		int r = decode_field(t, obj, j, p, p->lost ? &why : e);

		if (r < 0 && !p->lost)
			return r;
		if (r < 0)
			leave_out(t, obj, p->lost, &why);
	}
	return 0;
}

int codec_decode_root(const struct codec_field *t, void *obj, json_t *j,
	const struct codec_place *root, struct err *e)
{
	codec_init(t, obj);
	int r = decode_object(t, obj, j, root, e);

	if (r < 0)
		codec_free(t, obj);
	return r;
}
