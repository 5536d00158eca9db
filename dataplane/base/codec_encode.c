/* SPDX-License-Identifier: Apache-2.0 */
/* From the struct that a table describes to text. What the reader would refuse is not written. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "codec_internal.h"

static json_t *encode_whole(const struct codec_field *t, const void *obj,
	const struct codec_place *p, struct err *e);
static json_t *encode_member(const struct codec_field *t, const void *obj,
	const struct codec_place *p, int *absent, struct err *e);

static json_t *encode_string(const struct codec_field *t, const char *s,
	const struct codec_place *p, struct err *e)
{
	if (codec_check_length(t, strlen(s), p, e) < 0)
		return NULL;
	json_t *j = json_string(s);

	if (!j)
		(void)codec_complain(p, e, "it is not UTF-8, or there is no memory");
	return j;
}

static json_t *encode_integer(const struct codec_field *t, int64_t v, const struct codec_place *p,
	struct err *e)
{
	return codec_check_range(t, v, p, e) < 0 ? NULL : json_integer(v);
}

static json_t *encode_enum(const struct codec_field *t, int v, const struct codec_place *p,
	struct err *e)
{
	int n = 0;

	while (t->names[n])
		n++;
	if (v < n)
		return json_string(t->names[v]);
	(void)codec_complain(p, e, "%d is not one of its %d values", v, n);
	return NULL;
}

static json_t *encode_raw(const char *text, const struct codec_place *p, struct err *e)
{
	json_error_t je;
	json_t *j = json_loads(text, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &je);

	if (!j)
		(void)codec_complain(p, e, "not JSON: %s", je.text);
	return j;
}

static int append(json_t *list, const struct codec_field *t, const char *item,
	const struct codec_place *p, struct err *e)
{
	int absent;

	switch (t->kind) {
	case CODEC_STRS:
		return json_array_append_new(list,
			encode_string(t, *AT_CONST(char *, item, 0), p, e));
	case CODEC_INTS:
		return json_array_append_new(list,
			encode_integer(t, *AT_CONST(int64_t, item, 0), p, e));
	case CODEC_OBJS:
		return json_array_append_new(list, encode_whole(t->sub, item, p, e));
	default:
		return json_object_set_new(list, *AT_CONST(char *, item, t->map_key),
			codec_plain_values(t) ? encode_member(t->sub, item, p, &absent, e)
					      : encode_whole(t->sub, item, p, e));
	}
}

static json_t *encode_list(const struct codec_field *t, const void *obj,
	const struct codec_place *p, struct err *e)
{
	const char *items = *AT_CONST(char *, obj, t->off);
	size_t n = *AT_CONST(size_t, obj, t->count_off);
	json_auto_t *list = t->kind == CODEC_MAP ? json_object() : json_array();
	int r = list ? codec_check_count(n, p, e) : -ENOMEM;

	for (size_t i = 0; r == 0 && i < n; i++) {
		const char *item = items + i * codec_element_size(t);
		const struct codec_place here = {.up = p,
			.index = i,
			.key = t->kind == CODEC_MAP ? *AT_CONST(char *, item, t->map_key) : NULL};

		r = append(list, t, item, &here, e);
	}
	return r == 0 ? steal_ptr(list) : NULL;
}

/* *missing is the key of an absent member that every reader demands. */
static json_t *encode_object(const struct codec_field *t, const void *obj,
	const struct codec_place *p, const char **missing, struct err *e)
{
	json_auto_t *j = json_object();

	for (; j && t->key; t++) {
		const struct codec_place here = {.up = p, .key = t->key};
		int absent;
		json_t *v = encode_member(t, obj, &here, &absent, e);

		if (absent && t->required)
			*missing = t->key;
		if (absent)
			continue;
		/* A NULL value makes the call fail. */
		if (json_object_set_new(j, t->key, v) < 0)
			return NULL;
	}
	return steal_ptr(j);
}

static json_t *complete(json_t *j, const char *missing, const struct codec_place *p, struct err *e)
{
	const struct codec_place here = {.up = p, .key = missing};

	if (!j || !missing)
		return j;
	json_decref(j);
	(void)codec_complain(&here, e, "missing");
	return NULL;
}

static json_t *encode_whole(const struct codec_field *t, const void *obj,
	const struct codec_place *p, struct err *e)
{
	const char *missing = NULL;
	json_t *j = encode_object(t, obj, p, &missing, e);

	return complete(j, missing, p, e);
}

static json_t *encode_inner(const struct codec_field *t, const void *obj,
	const struct codec_place *p, int *absent, struct err *e)
{
	const char *missing = NULL;
	json_t *j = encode_object(t->sub, AT_CONST(void, obj, t->off), p, &missing, e);

	/* An object nobody filled in is not there, whatever it would have to hold. */
	*absent = j && json_object_size(j) == 0 &&
		(!t->present_on || !*AT_CONST(int, obj, (size_t)t->present_on - 1));
	if (!*absent)
		return complete(j, missing, p, e);
	json_decref(j);
	return NULL;
}

/* NULL and *absent: nothing to write; NULL alone: failure. */
static json_t *encode_member(const struct codec_field *t, const void *obj,
	const struct codec_place *p, int *absent, struct err *e)
{
	const char *s;
	int64_t n;
	int v;

	*absent = 0;
	switch (t->kind) {
	case CODEC_STR:
	case CODEC_RAW:
		s = *AT_CONST(char *, obj, t->off);
		*absent = !s;
		if (!s)
			return NULL;
		return t->kind == CODEC_STR ? encode_string(t, s, p, e) : encode_raw(s, p, e);
	case CODEC_INT:
		n = *AT_CONST(int64_t, obj, t->off);
		*absent = n == CODEC_ABSENT;
		return *absent ? NULL : encode_integer(t, n, p, e);
	case CODEC_BOOL:
	case CODEC_ENUM:
		v = *AT_CONST(int, obj, t->off);
		*absent = v < 0;
		if (v < 0)
			return NULL;
		return t->kind == CODEC_BOOL ? json_boolean(v) : encode_enum(t, v, p, e);
	case CODEC_KNOWN:
		*absent = 1;
		return NULL;
	case CODEC_OBJ:
		return encode_inner(t, obj, p, absent, e);
	default:
		*absent = *AT_CONST(size_t, obj, t->count_off) == 0 && !t->required;
		return *absent ? NULL : encode_list(t, obj, p, e);
	}
}

int codec_encode(const struct codec_field *t, const void *obj, int indent, char **ret,
	struct err *e)
{
	const struct codec_place root = {.what = "cannot write JSON", .code = ERR_INTERNAL};
	json_auto_t *j = encode_whole(t, obj, &root, e);
	auto_free char *text = j
		? json_dumps(j, indent ? JSON_INDENT((size_t)indent) : JSON_COMPACT)
		: NULL;

	/* What was said on the way, if anything was. */
	if (!text)
		return err_set(e, ERR_INTERNAL, EINVAL, "cannot write JSON: out of memory");
	if (indent) {
		char *with_newline = realloc(text, strlen(text) + 2);

		if (!with_newline)
			return err_sys(e, ERR_INTERNAL, ENOMEM, "cannot write JSON");
		text = with_newline;
		memcpy(text + strlen(text), "\n", 2);
	}
	*ret = steal_ptr(text);
	return 0;
}
