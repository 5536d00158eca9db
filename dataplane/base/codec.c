/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "codec_internal.h"

static void place_print(const struct codec_place *p, char *buf, size_t size)
{
	size_t n;

	if (!p->up) {
		(void)snprintf(buf, size, "%s: ", p->what);
		return;
	}
	place_print(p->up, buf, size);
	n = strlen(buf);
	if (p->key && p->up->lines_of) {
		int line = codec_line_of(p->up->lines_of, p->key);

		if (line)
			(void)snprintf(buf + n, size - n, "line %d: ", line);
		n = strlen(buf);
	}
	if (p->key)
		(void)snprintf(buf + n, size - n, "%s%.64s", p->up->up ? "." : "", p->key);
	else
		(void)snprintf(buf + n, size - n, "[%zu]", p->index);
}

const struct codec_place *codec_place_root(const struct codec_place *p)
{
	while (p->up)
		p = p->up;
	return p;
}

int codec_complain(const struct codec_place *p, struct err *e, const char *fmt, ...)
{
	char where[256], why[256];
	va_list ap;

	place_print(p, where, sizeof(where));
	va_start(ap, fmt);
	(void)vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	return err_set(e, codec_place_root(p)->code, EINVAL, "%s%s%s", where, p->up ? ": " : "",
		why);
}

int codec_check_length(const struct codec_field *t, size_t len, const struct codec_place *p,
	struct err *e)
{
	if (t->max && len > (size_t)t->max)
		return codec_complain(p, e,
			"%zu bytes are too long, at most %" PRId64 " are allowed", len, t->max);
	return 0;
}

int codec_check_range(const struct codec_field *t, int64_t v, const struct codec_place *p,
	struct err *e)
{
	if (v < t->min || v > t->max)
		return codec_complain(p, e, "%" PRId64 " is out of range %" PRId64 "..%" PRId64, v,
			t->min, t->max);
	return 0;
}

int codec_check_count(size_t n, const struct codec_place *p, struct err *e)
{
	if (n > CODEC_MAX_ELEMENTS)
		return codec_complain(p, e, "%zu elements, at most %d are allowed", n,
			CODEC_MAX_ELEMENTS);
	return 0;
}

size_t codec_element_size(const struct codec_field *t)
{
	return t->kind == CODEC_STRS    ? sizeof(char *)
		: t->kind == CODEC_INTS ? sizeof(int64_t)
					: t->size;
}

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
		case CODEC_KNOWN:
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
		case CODEC_KNOWN:
			break;
		}
	}
	codec_init(table, obj);
}
