/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "codec.h"
#include "mem.h"

/* Where in the document we are, for messages: a linked list of keys and indices on the stack. */
struct place {
	const struct place *up;
	const char *key; /* NULL: index */
	size_t index;
	const char *what; /* root only */
	int code;
};

#define AT(type, obj, off) ((type *)(void *)((char *)(obj) + (off)))
#define AT_CONST(type, obj, off) ((const type *)(const void *)((const char *)(obj) + (off)))

static void place_print(const struct place *p, char *buf, size_t size)
{
	size_t n;

	if (!p->up) {
		(void)snprintf(buf, size, "%s: ", p->what);
		return;
	}
	place_print(p->up, buf, size);
	n = strlen(buf);
	if (p->key)
		(void)snprintf(buf + n, size - n, "%s%.64s", p->up->up ? "." : "", p->key);
	else
		(void)snprintf(buf + n, size - n, "[%zu]", p->index);
}

static int complain(const struct place *p, struct err *e, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static int complain(const struct place *p, struct err *e, const char *fmt, ...)
{
	const struct place *root = p;
	char where[256], why[256];
	va_list ap;

	while (root->up)
		root = root->up;
	place_print(p, where, sizeof(where));
	va_start(ap, fmt);
	(void)vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	return err_set(e, root->code, EINVAL, "%s%s%s", where, p->up ? ": " : "", why);
}

static const char *type_name(const json_t *j)
{
	static const char *const names[] = {"an object", "a list", "a string", "an integer",
		"a real number", "a boolean", "a boolean", "null"};

	return names[json_typeof(j)];
}

static int wrong_type(const struct place *p, const char *expected, const json_t *j, struct err *e)
{
	return complain(p, e, "expected %s, got %s", expected, type_name(j));
}

static int decode_object(const struct codec_field *t, void *obj, json_t *j, const struct place *p,
	struct err *e);
static int decode_member(const struct codec_field *t, void *obj, json_t *j, const struct place *p,
	struct err *e);
static json_t *encode_whole(const struct codec_field *t, const void *obj);
static json_t *encode_member(const struct codec_field *t, const void *obj, int *absent);
static json_t *encode_object(const struct codec_field *t, const void *obj, int *incomplete);

void codec_init(const struct codec_field *t, void *obj)
{
	for (; t->key; t++) {
		switch (t->kind) {
		case CODEC_STR:
		case CODEC_RAW:
			*AT(char *, obj, t->off) = NULL;
			break;
		case CODEC_INT:
			*AT(int64_t, obj, t->off) = CODEC_ABSENT;
			break;
		case CODEC_BOOL:
		case CODEC_ENUM:
			*AT(int, obj, t->off) = -1;
			break;
		case CODEC_OBJ:
			codec_init(t->sub, AT(void, obj, t->off));
			if (t->present_on)
				*AT(int, obj, (size_t)t->present_on - 1) = 0;
			break;
		case CODEC_STRS:
		case CODEC_INTS:
		case CODEC_OBJS:
		case CODEC_MAP:
			*AT(void *, obj, t->off) = NULL;
			*AT(size_t, obj, t->count_off) = 0;
			break;
		}
	}
}

static void free_list(const struct codec_field *t, void *obj)
{
	char *items = *AT(char *, obj, t->off);
	size_t n = *AT(size_t, obj, t->count_off);

	for (size_t i = 0; i < n; i++) {
		if (t->kind == CODEC_STRS)
			free(((char **)(void *)items)[i]);
		if (t->kind == CODEC_OBJS || t->kind == CODEC_MAP)
			codec_free(t->sub, items + i * t->size);
		if (t->kind == CODEC_MAP)
			free(*AT(char *, items + i * t->size, t->map_key));
	}
	free(items);
}

void codec_free(const struct codec_field *table, void *obj)
{
	for (const struct codec_field *t = table; t->key; t++) {
		switch (t->kind) {
		case CODEC_STR:
		case CODEC_RAW:
			free(*AT(char *, obj, t->off));
			break;
		case CODEC_OBJ:
			codec_free(t->sub, AT(void, obj, t->off));
			break;
		case CODEC_STRS:
		case CODEC_INTS:
		case CODEC_OBJS:
		case CODEC_MAP:
			free_list(t, obj);
			break;
		case CODEC_INT:
		case CODEC_BOOL:
		case CODEC_ENUM:
			break;
		}
	}
	codec_init(table, obj);
}

static int decode_string(const struct codec_field *t, char **ret, const json_t *j,
	const struct place *p, struct err *e)
{
	if (!json_is_string(j))
		return wrong_type(p, "a string", j, e);
	size_t len = json_string_length(j);

	if (t->max && len > (size_t)t->max)
		return complain(p, e, "%zu bytes are too long, at most %" PRId64 " are allowed",
			len, t->max);
	if (memchr(json_string_value(j), '\0', len))
		return complain(p, e, "a string may not hold a NUL character");
	*ret = strdup(json_string_value(j));
	return *ret ? 0 : err_sys(e, ERR_INTERNAL, ENOMEM, "%s", t->key);
}

static int decode_integer(const struct codec_field *t, int64_t *ret, const json_t *j,
	const struct place *p, struct err *e)
{
	if (!json_is_integer(j))
		return wrong_type(p, "an integer", j, e);
	int64_t v = json_integer_value(j);

	if (v < t->min || v > t->max)
		return complain(p, e, "%" PRId64 " is out of range %" PRId64 "..%" PRId64, v,
			t->min, t->max);
	*ret = v;
	return 0;
}

static int decode_enum(const struct codec_field *t, int *ret, const json_t *j,
	const struct place *p, struct err *e)
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
	return complain(p, e, "\"%.64s\" is none of %s", json_string_value(j), known);
}

static int decode_element(const struct codec_field *t, void *item, json_t *j, const struct place *p,
	struct err *e)
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

static size_t element_size(const struct codec_field *t)
{
	return t->kind == CODEC_STRS    ? sizeof(char *)
		: t->kind == CODEC_INTS ? sizeof(int64_t)
					: t->size;
}

/* A list that fails half-way is freed with its object: the count says how far it got. */
static int decode_list(const struct codec_field *t, void *obj, json_t *j, const struct place *p,
	struct err *e)
{
	size_t size = element_size(t), n, i;
	json_t *v;

	if (!json_is_array(j))
		return wrong_type(p, "a list", j, e);
	n = json_array_size(j);
	if (n > CODEC_MAX_ELEMENTS)
		return complain(p, e, "%zu elements, at most %d are allowed", n,
			CODEC_MAX_ELEMENTS);
	char *items = calloc(n ? n : 1, size);

	if (!items)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "%s", t->key);
	*AT(char *, obj, t->off) = items;
	json_array_foreach(j, i, v)
	{
		struct place here = {.up = p, .index = i};
		int r;

		*AT(size_t, obj, t->count_off) = i + 1;
		if (t->kind == CODEC_OBJS)
			codec_init(t->sub, items + i * size);
		r = decode_element(t, items + i * size, v, &here, e);
		if (r < 0)
			return r;
	}
	return 0;
}

static bool plain_values(const struct codec_field *map)
{
	return map->sub->key[0] == '\0';
}

static int decode_map(const struct codec_field *t, void *obj, json_t *j, const struct place *p,
	struct err *e)
{
	size_t i = 0;
	const char *key;
	json_t *v;

	if (!json_is_object(j))
		return wrong_type(p, "an object", j, e);
	if (json_object_size(j) > CODEC_MAX_ELEMENTS)
		return complain(p, e, "too many members, at most %d are allowed",
			CODEC_MAX_ELEMENTS);
	char *items = calloc(json_object_size(j) + 1, t->size);

	if (!items)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "%s", t->key);
	*AT(char *, obj, t->off) = items;
	json_object_foreach(j, key, v)
	{
		char *item = items + i++ * t->size;
		struct place here = {.up = p, .key = key};

		codec_init(t->sub, item);
		*AT(size_t, obj, t->count_off) = i;
		*AT(char *, item, t->map_key) = strdup(key);
		if (!*AT(char *, item, t->map_key))
			return err_sys(e, ERR_INTERNAL, ENOMEM, "%s", t->key);
		int r = plain_values(t) ? decode_member(t->sub, item, v, &here, e)
					: decode_object(t->sub, item, v, &here, e);

		if (r < 0)
			return r;
	}
	return 0;
}

static int decode_member(const struct codec_field *t, void *obj, json_t *j, const struct place *p,
	struct err *e)
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

static int decode_object(const struct codec_field *t, void *obj, json_t *j, const struct place *p,
	struct err *e)
{
	if (!json_is_object(j))
		return wrong_type(p, "an object", j, e);
	for (; t->key; t++) {
		json_t *v = *t->key ? json_object_get(j, t->key) : j;
		struct place here = {.up = p, .key = t->key};

		if (!v || json_is_null(v)) {
			if (t->required)
				return complain(&here, e, "missing");
			continue;
		}
		int r = decode_member(t, obj, v, &here, e);

		if (r < 0)
			return r;
	}
	return 0;
}

static int decode(const struct codec_field *t, void *obj, const char *text, size_t len,
	const struct place *root, size_t flags, size_t *ret_used, struct err *e)
{
	const char *what = root->what;
	json_error_t je;
	size_t blank = 0;

	codec_init(t, obj);
	while (blank < len && memchr(" \t\r\n", text[blank], 4))
		blank++;
	if (blank == len)
		return err_set(e, ERR_DECODE, EINVAL, "%s: it is empty, JSON was expected", what);
	json_auto_t *j = json_loadb(text, len, JSON_REJECT_DUPLICATES | flags, &je);

	if (!j)
		return err_set(e, ERR_DECODE, EINVAL, "%s: line %d, column %d: not JSON: %s", what,
			je.line, je.column, je.text);
	*ret_used = (size_t)je.position;
	int r = decode_object(t, obj, j, root, e);

	if (r < 0)
		codec_free(t, obj);
	return r;
}

int codec_decode(const struct codec_field *t, void *obj, const char *text, size_t len,
	const char *what, int code, struct err *e)
{
	struct place root = {.what = what, .code = code};
	size_t used;

	return decode(t, obj, text, len, &root, 0, &used, e);
}

int codec_decode_next(const struct codec_field *t, void *obj, const char *text, size_t len,
	const char *what, int code, size_t *ret_used, struct err *e)
{
	struct place root = {.what = what, .code = code};

	*ret_used = 0;
	return decode(t, obj, text, len, &root, JSON_DISABLE_EOF_CHECK, ret_used, e);
}

static json_t *encode_list(const struct codec_field *t, const void *obj)
{
	const char *items = *AT_CONST(char *, obj, t->off);
	size_t n = *AT_CONST(size_t, obj, t->count_off);
	json_auto_t *list = t->kind == CODEC_MAP ? json_object() : json_array();
	int absent, r = list ? 0 : -1;

	for (size_t i = 0; r == 0 && i < n; i++) {
		const char *item = items + i * element_size(t);

		if (t->kind == CODEC_STRS)
			r = json_array_append_new(list, json_string(*AT_CONST(char *, item, 0)));
		else if (t->kind == CODEC_INTS)
			r = json_array_append_new(list, json_integer(*AT_CONST(int64_t, item, 0)));
		else if (t->kind == CODEC_OBJS)
			r = json_array_append_new(list, encode_whole(t->sub, item));
		else
			r = json_object_set_new(list, *AT_CONST(char *, item, t->map_key),
				plain_values(t) ? encode_member(t->sub, item, &absent)
						: encode_whole(t->sub, item));
	}
	return r == 0 ? steal_ptr(list) : NULL;
}

/* NULL and *absent: nothing to write; NULL alone: failure. */
static json_t *encode_member(const struct codec_field *t, const void *obj, int *absent)
{
	const char *s;
	int v;

	*absent = 0;
	switch (t->kind) {
	case CODEC_STR:
		s = *AT_CONST(char *, obj, t->off);
		*absent = !s;
		return s ? json_string(s) : NULL;
	case CODEC_RAW:
		s = *AT_CONST(char *, obj, t->off);
		*absent = !s;
		return s ? json_loads(s, JSON_DECODE_ANY, NULL) : NULL;
	case CODEC_INT:
		*absent = *AT_CONST(int64_t, obj, t->off) == CODEC_ABSENT;
		return *absent ? NULL : json_integer(*AT_CONST(int64_t, obj, t->off));
	case CODEC_BOOL:
		v = *AT_CONST(int, obj, t->off);
		*absent = v < 0;
		return *absent ? NULL : json_boolean(v);
	case CODEC_ENUM:
		v = *AT_CONST(int, obj, t->off);
		*absent = v < 0;
		return *absent ? NULL : json_string(t->names[v]);
	case CODEC_OBJ: {
		int incomplete = 0;
		json_auto_t *j = encode_object(t->sub, AT_CONST(void, obj, t->off), &incomplete);

		/* An object nobody filled in is not there, whatever it would have to hold. */
		*absent = j && json_object_size(j) == 0 &&
			(!t->present_on || !*AT_CONST(int, obj, (size_t)t->present_on - 1));
		return *absent || incomplete ? NULL : steal_ptr(j);
	}
	default:
		*absent = *AT_CONST(size_t, obj, t->count_off) == 0 && !t->required;
		return *absent ? NULL : encode_list(t, obj);
	}
}

/* *incomplete is set where a member is absent that every reader demands. */
static json_t *encode_object(const struct codec_field *t, const void *obj, int *incomplete)
{
	json_auto_t *j = json_object();

	for (; j && t->key; t++) {
		int absent;
		json_t *v = encode_member(t, obj, &absent);

		if (absent) {
			*incomplete |= t->required;
			continue;
		}
		/* A NULL value (no memory, invalid UTF-8) makes the call fail. */
		if (json_object_set_new(j, t->key, v) < 0)
			return NULL;
	}
	return steal_ptr(j);
}

static json_t *encode_whole(const struct codec_field *t, const void *obj)
{
	int incomplete = 0;
	json_auto_t *j = encode_object(t, obj, &incomplete);

	return incomplete ? NULL : steal_ptr(j);
}

int codec_encode(const struct codec_field *t, const void *obj, int indent, char **ret,
	struct err *e)
{
	json_auto_t *j = encode_whole(t, obj);
	auto_free char *text = j
		? json_dumps(j, indent ? JSON_INDENT((size_t)indent) : JSON_COMPACT)
		: NULL;

	if (!text)
		return err_set(e, ERR_INTERNAL, EINVAL,
			"cannot encode JSON: no memory, a string is not UTF-8, or a required value is absent");
	if (indent) {
		char *with_newline = realloc(text, strlen(text) + 2);

		if (!with_newline)
			return err_sys(e, ERR_INTERNAL, ENOMEM, "cannot encode JSON");
		text = with_newline;
		memcpy(text + strlen(text), "\n", 2);
	}
	*ret = steal_ptr(text);
	return 0;
}
