/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be written can be read, and what cannot be read is not written: every member of every
 * format of ours is driven to its limits and over them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "devinfo.h"
#include "podfile.h"
#include "record.h"
#include "result.h"
#include "test.h"

#define LONG_TEXT (300 << 10) /* where a table has no limit */

/* The format under test: its table, the same without limits, and an object of it. */
static const struct codec_field *strict, *relaxed;
static void *object;
static int members;

#define AT(type, obj, off) ((type *)(void *)((char *)(obj) + (off)))

static char *text_of(size_t n)
{
	char *text = malloc(n + 1);

	assert_non_null(text);
	memset(text, 'x', n);
	text[n] = '\0';
	return text;
}

/* The table with every limit lifted; it lives as long as the test. */
static struct codec_field *relax(const struct codec_field *t)
{
	static const char *const three[] = {"a", "b", "c", "d", "e", "f", NULL};
	struct codec_field *all;
	size_t n = 0;

	while (t[n].key)
		n++;
	all = test_calloc(n + 1, sizeof(*all));
	for (size_t i = 0; i < n; i++) {
		all[i] = t[i];
		if (t[i].kind == CODEC_STR || t[i].kind == CODEC_STRS)
			all[i].max = 0;
		if (t[i].kind == CODEC_INT || t[i].kind == CODEC_INTS) {
			all[i].min = INT64_MIN;
			all[i].max = INT64_MAX;
		}
		if (t[i].kind == CODEC_ENUM)
			all[i].names = three;
		if (t[i].sub)
			all[i].sub = relax(t[i].sub);
	}
	return all;
}

static void drop(const struct codec_field *t)
{
	for (const struct codec_field *f = t; f->key; f++)
		if (f->sub)
			drop(f->sub);
	test_free((void *)(uintptr_t)t);
}

static void good(const char *path)
{
	char *one = NULL, *two = NULL;
	struct err e = ERR_INIT;
	unsigned char again[sizeof(struct record)];

	members++;
	if (codec_encode(strict, object, 0, &one, &e) < 0)
		fail_msg("%s: at its limit it cannot be written: %s", path, e.msg);
	if (codec_decode(strict, again, one, strlen(one), "again", ERR_STATE, &e) < 0)
		fail_msg("%s: at its limit it cannot be read: %s", path, e.msg);
	assert_int_equal(codec_encode(strict, again, 0, &two, &e), 0);
	if (strcmp(one, two) != 0)
		fail_msg("%s: written %.300s, read %.300s", path, one, two);
	codec_free(strict, again);
	free(one);
	free(two);
}

static void bad(const char *path, const char *why)
{
	unsigned char again[sizeof(struct record)];
	struct err e = ERR_INIT, d = ERR_INIT;
	char *text = NULL;

	members++;
	if (codec_encode(strict, object, 0, &text, &e) == 0)
		fail_msg("%s: beyond its limit it is written", path);
	if (!strstr(e.msg, why) || !strstr(e.msg, path))
		fail_msg("%s: %s: said is: %s", path, why, e.msg);
	if (codec_encode(relaxed, object, 0, &text, NULL) < 0)
		return; /* a limit of the codec itself: the number of elements */
	if (codec_decode(strict, again, text, strlen(text), "again", ERR_STATE, &d) == 0)
		fail_msg("%s: beyond its limit it is read", path);
	free(text);
}

static void walk(const struct codec_field *t, void *at, const char *up);

static void drive_string(const struct codec_field *f, char **at, const char *path)
{
	char *before = *at;

	*at = text_of(f->max ? (size_t)f->max : LONG_TEXT);
	good(path);
	free(*at);
	if (f->max) {
		*at = text_of((size_t)f->max + 1);
		bad(path, "too long");
		free(*at);
	}
	*at = before;
}

static void drive_integer(const struct codec_field *f, int64_t *at, const char *path)
{
	int64_t before = *at;

	*at = f->min;
	good(path);
	*at = f->max;
	good(path);
	if (f->max < INT64_MAX) {
		*at = f->max + 1;
		bad(path, "out of range");
	}
	if (f->min - 1 != CODEC_ABSENT) {
		*at = f->min - 1;
		bad(path, "out of range");
	}
	*at = before;
}

static void drive_enum(const struct codec_field *f, int *at, const char *path)
{
	int before = *at;

	for (*at = 0; f->names[*at]; (*at)++)
		good(path);
	bad(path, "not one of");
	*at = before;
}

static void drive_raw(char **at, const char *path)
{
	char whole[] = "{\"a\":[1,{}]}", half[] = "{\"a\":", twice[] = "{\"a\":1,\"a\":2}";

	*at = whole;
	good(path);
	*at = half;
	bad(path, "not JSON");
	*at = twice;
	bad(path, "not JSON");
	*at = NULL;
}

/* Whatever a reader demands. */
static void fill(const struct codec_field *t, void *at)
{
	codec_init(t, at);
	for (; t->key; t++) {
		if (t->kind == CODEC_STR && t->required)
			*AT(char *, at, t->off) = text_of(1);
		if (t->kind == CODEC_INT && t->required)
			*AT(int64_t, at, t->off) = t->min;
		if (t->kind == CODEC_ENUM && t->required)
			*AT(int, at, t->off) = 0;
	}
}

static void drive_list(const struct codec_field *f, void *at, const char *path)
{
	const size_t size = f->kind == CODEC_STRS ? sizeof(char *)
		: f->kind == CODEC_INTS           ? sizeof(int64_t)
						  : f->size;
	char *items = test_calloc(CODEC_MAX_ELEMENTS + 1, size);
	size_t *n = AT(size_t, at, f->count_off);

	*AT(char *, at, f->off) = items;
	for (size_t i = 0; i <= CODEC_MAX_ELEMENTS; i++) {
		char *item = items + i * size;

		if (f->sub)
			fill(f->sub, item);
		if (f->kind == CODEC_STRS)
			*AT(char *, item, 0) = text_of(1);
		if (f->kind == CODEC_INTS)
			*AT(int64_t, item, 0) = f->min;
		if (f->kind == CODEC_MAP && asprintf(AT(char *, item, f->map_key), "k%zu", i) < 0)
			fail_msg("no memory");
	}
	*n = 1;
	if (f->kind == CODEC_STRS)
		drive_string(f, AT(char *, items, 0), path);
	else if (f->kind == CODEC_INTS)
		drive_integer(f, AT(int64_t, items, 0), path);
	else
		walk(f->sub, items, path);
	*n = CODEC_MAX_ELEMENTS;
	good(path);
	*n = CODEC_MAX_ELEMENTS + 1;
	bad(path, "at most 4096");
	for (size_t i = 0; i <= CODEC_MAX_ELEMENTS; i++) {
		if (f->sub)
			codec_free(f->sub, items + i * size);
		if (f->kind == CODEC_STRS)
			free(*AT(char *, items + i * size, 0));
		if (f->kind == CODEC_MAP)
			free(*AT(char *, items + i * size, f->map_key));
	}
	test_free(items);
	*AT(char *, at, f->off) = NULL;
	*n = 0;
}

static void drive(const struct codec_field *f, void *at, const char *path)
{
	switch (f->kind) {
	case CODEC_STR:
		drive_string(f, AT(char *, at, f->off), path);
		break;
	case CODEC_INT:
		drive_integer(f, AT(int64_t, at, f->off), path);
		break;
	case CODEC_BOOL:
		for (int v = 1; v >= -1; v--) {
			*AT(int, at, f->off) = v;
			good(path);
		}
		break;
	case CODEC_ENUM:
		drive_enum(f, AT(int, at, f->off), path);
		break;
	case CODEC_RAW:
		drive_raw(AT(char *, at, f->off), path);
		break;
	case CODEC_OBJ:
		if (f->off)
			fill(f->sub, AT(void, at, f->off));
		walk(f->sub, AT(void, at, f->off), path);
		codec_free(f->sub, AT(void, at, f->off));
		break;
	default:
		drive_list(f, at, path);
	}
}

static void walk(const struct codec_field *t, void *at, const char *up)
{
	for (; t->key; t++)
		drive(t, at, t->key[0] ? t->key : up);
}

static void format(const struct codec_field *t, void *obj, int at_least)
{
	strict = t;
	relaxed = relax(t);
	object = obj;
	members = 0;
	fill(t, obj);
	good("the least there can be");
	walk(t, obj, "");
	codec_free(t, obj);
	drop(relaxed);
	if (members < at_least)
		fail_msg("%d of at least %d values were tried", members, at_least);
}

static void records(void **state)
{
	struct record r;

	(void)state;
	format(record_fields, &r, 200);
}

static void pod_files(void **state)
{
	struct podfile p;

	(void)state;
	format(podfile_fields, &p, 80);
}

static void results(void **state)
{
	struct result r;

	(void)state;
	format(result_fields, &r, 60);
}

static void device_information(void **state)
{
	struct devinfo d;

	(void)state;
	format(devinfo_fields, &d, 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records),
		cmocka_unit_test(pod_files),
		cmocka_unit_test(results),
		cmocka_unit_test(device_information),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
