/* SPDX-License-Identifier: Apache-2.0 */
/* From the struct that a table describes to text. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "codec_internal.h"

static json_t *encode_whole(const struct codec_field *t, const void *obj);
static json_t *encode_member(const struct codec_field *t, const void *obj, int *absent);
static json_t *encode_object(const struct codec_field *t, const void *obj, int *incomplete);

static json_t *encode_list(const struct codec_field *t, const void *obj)
{
	const char *items = *AT_CONST(char *, obj, t->off);
	size_t n = *AT_CONST(size_t, obj, t->count_off);
	json_auto_t *list = t->kind == CODEC_MAP ? json_object() : json_array();
	int absent, r = list ? 0 : -1;

	for (size_t i = 0; r == 0 && i < n; i++) {
		const char *item = items + i * codec_element_size(t);

		if (t->kind == CODEC_STRS)
			r = json_array_append_new(list, json_string(*AT_CONST(char *, item, 0)));
		else if (t->kind == CODEC_INTS)
			r = json_array_append_new(list, json_integer(*AT_CONST(int64_t, item, 0)));
		else if (t->kind == CODEC_OBJS)
			r = json_array_append_new(list, encode_whole(t->sub, item));
		else
			r = json_object_set_new(list, *AT_CONST(char *, item, t->map_key),
				codec_plain_values(t) ? encode_member(t->sub, item, &absent)
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
