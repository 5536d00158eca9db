/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "codec.h"
#include "test.h"

/* One member of every kind. */
static const char *const colours[] = {"red", "green", NULL};

struct leaf {
	char *key;
	char *s;
	int64_t i;
};

static const struct codec_field leaf_fields[] = {
	CODEC_STRING(struct leaf, s, "s", 8),
	CODEC_REQUIRED_INTEGER(struct leaf, i, "i", -5, 5),
	CODEC_END,
};

struct inner {
	char *s;
	int flag;
	struct leaf *leaves;
	size_t n_leaves;
};

static const struct codec_field inner_fields[] = {
	CODEC_STRING(struct inner, s, "s", 0),
	CODEC_BOOLEAN(struct inner, flag, "flag"),
	CODEC_OBJECTS(struct inner, leaves, n_leaves, "leaves", struct leaf, leaf_fields),
	CODEC_END,
};

struct outer {
	struct leaf leaf; /* has a member that is required */
	struct leaf marked;
	int is_marked;
};

static const struct codec_field outer_fields[] = {
	CODEC_OBJECT(struct outer, leaf, "leaf", leaf_fields),
	CODEC_OBJECT_MARKED(struct outer, marked, is_marked, "marked", leaf_fields),
	CODEC_END,
};

struct all {
	char *s;
	int64_t i, big;
	int b, e;
	struct inner o;
	struct inner p;
	int p_present;
	char *raw;
	char **strs;
	size_t n_strs;
	int64_t *ints;
	size_t n_ints;
	struct leaf *objs;
	size_t n_objs;
	struct leaf *map;
	size_t n_map;
};

#define A struct all
static const struct codec_field fields[] = {
	CODEC_STRING(A, s, "s", 8),
	CODEC_INTEGER(A, i, "i", -10, 10),
	CODEC_INTEGER(A, big, "big", INT64_MIN + 1, INT64_MAX),
	CODEC_BOOLEAN(A, b, "b"),
	CODEC_ENUMERATION(A, e, "e", colours),
	CODEC_OBJECT(A, o, "o", inner_fields),
	CODEC_OBJECT_MARKED(A, p, p_present, "p", inner_fields),
	CODEC_RAWJSON(A, raw, "raw"),
	CODEC_STRINGS(A, strs, n_strs, "strs", 8),
	CODEC_INTEGERS(A, ints, n_ints, "ints", 0, 9),
	CODEC_OBJECTS(A, objs, n_objs, "objs", struct leaf, leaf_fields),
	CODEC_OBJMAP(A, map, n_map, "map", struct leaf, key, leaf_fields),
	CODEC_END,
};
#undef A

static void decode(const char *text, struct all *a)
{
	struct err e = ERR_INIT;

	memset(a, 0xa5, sizeof(*a));
	if (codec_decode(fields, a, text, strlen(text), "stdin", ERR_CONFIG, &e) != 0)
		fail_msg("%s: %s", text, e.msg);
	assert_int_equal(e.code, ERR_NONE);
}

static struct err refuse_n(const char *text, size_t len)
{
	struct err e = ERR_INIT;
	struct all a, empty;

	memset(&a, 0xa5, sizeof(a));
	memset(&empty, 0xa5, sizeof(empty));
	if (codec_decode(fields, &a, text, len, "stdin", ERR_CONFIG, &e) == 0)
		fail_msg("taken: %.200s", text);
	assert_int_equal(e.errnum, EINVAL);
	/* It holds nothing: what was decoded before the fault is freed (see the sanitizers). */
	codec_init(fields, &empty);
	assert_memory_equal(&a, &empty, sizeof(a));
	return e;
}

static struct err refuse(const char *text)
{
	return refuse_n(text, strlen(text));
}

static void assert_encodes(const struct all *a, int indent, const char *expected)
{
	struct err e = ERR_INIT;
	char *text;

	assert_int_equal(codec_encode(fields, a, indent, &text, &e), 0);
	assert_string_equal(text, expected);
	free(text);
}

static void absent_is_not_zero(void **state)
{
	struct all a;

	(void)state;
	decode("{}", &a);
	assert_null(a.s);
	assert_true(a.i == CODEC_ABSENT);
	assert_int_equal(a.b, -1);
	assert_int_equal(a.e, -1);
	assert_null(a.o.s);
	assert_int_equal(a.o.flag, -1);
	assert_int_equal(a.p_present, 0);
	assert_null(a.raw);
	assert_int_equal(a.n_strs, 0);
	assert_int_equal(a.n_ints, 0);
	assert_int_equal(a.n_objs, 0);
	assert_int_equal(a.n_map, 0);
	assert_encodes(&a, 0, "{}");
	codec_free(fields, &a);

	decode("{\"s\":\"\",\"i\":0,\"b\":false,\"e\":\"red\",\"p\":{},\"raw\":0}", &a);
	assert_string_equal(a.s, "");
	assert_true(a.i == 0);
	assert_int_equal(a.b, 0);
	assert_int_equal(a.e, 0);
	assert_int_equal(a.p_present, 1);
	assert_string_equal(a.raw, "0");
	assert_encodes(&a, 0, "{\"s\":\"\",\"i\":0,\"b\":false,\"e\":\"red\",\"p\":{},\"raw\":0}");
	codec_free(fields, &a);
}

static void null_is_absent(void **state)
{
	struct all a;

	(void)state;
	decode("{\"s\":null,\"i\":null,\"b\":null,\"e\":null,\"o\":null,\"p\":null,\"raw\":null,"
	       "\"strs\":null,\"ints\":null,\"objs\":null,\"map\":null}",
		&a);
	assert_int_equal(a.p_present, 0);
	assert_encodes(&a, 0, "{}");
	codec_free(fields, &a);
}

static const char everything[] =
	"{\"s\":\"12345678\",\"i\":-10,\"big\":9223372036854775807,\"b\":true,\"e\":\"green\","
	"\"o\":{\"s\":\"x\",\"flag\":false,\"leaves\":[{\"s\":\"l\",\"i\":5},{\"i\":-5}]},"
	"\"p\":{\"flag\":true},\"raw\":{\"a\":[1,2.5,null,\"\\u00e4\"]},\"strs\":[\"\",\"b\"],"
	"\"ints\":[0,9],\"objs\":[{\"i\":1}],\"map\":{\"z\":{\"i\":2},\"a\":{\"s\":\"q\",\"i\":3}}}";

static void every_kind_round_trips(void **state)
{
	struct err e = ERR_INIT;
	struct all a, b;
	char *one, *two;

	(void)state;
	decode(everything, &a);
	assert_string_equal(a.s, "12345678");
	assert_true(a.i == -10);
	assert_true(a.big == INT64_MAX);
	assert_int_equal(a.b, 1);
	assert_int_equal(a.e, 1);
	assert_int_equal(a.o.n_leaves, 2);
	assert_true(a.o.leaves[1].i == -5);
	assert_null(a.o.leaves[1].s);
	assert_int_equal(a.p_present, 1);
	assert_int_equal(a.n_strs, 2);
	assert_string_equal(a.strs[1], "b");
	assert_int_equal(a.n_ints, 2);
	assert_true(a.ints[1] == 9);
	assert_int_equal(a.n_map, 2);
	/* in the document's order */
	assert_string_equal(a.map[0].key, "z");
	assert_string_equal(a.map[1].key, "a");
	assert_string_equal(a.map[1].s, "q");
	assert_string_equal(a.raw, "{\"a\":[1,2.5,null,\"\xc3\xa4\"]}");

	assert_int_equal(codec_encode(fields, &a, 3, &one, &e), 0);
	decode(one, &b);
	assert_int_equal(codec_encode(fields, &b, 3, &two, &e), 0);
	assert_string_equal(one, two);
	assert_non_null(strstr(one, "\"e\": \"green\""));
	assert_int_equal(one[strlen(one) - 1], '\n');
	assert_non_null(strstr(one, "\n   \"s\": "));
	free(one);
	free(two);
	codec_free(fields, &a);
	codec_free(fields, &b);
	/* Freed is absent, and may be freed again. */
	assert_encodes(&a, 0, "{}");
	codec_free(fields, &a);
}

static void unknown_keys_are_ignored(void **state)
{
	struct all a;

	(void)state;
	decode("{\"S\":1,\"s \":2,\"\":3,\"x\":{\"s\":[]},\"o\":{\"y\":[[]],\"s\":\"k\"},\"i\":1}",
		&a);
	assert_encodes(&a, 0, "{\"i\":1,\"o\":{\"s\":\"k\"}}");
	codec_free(fields, &a);
}

/* The fault has its path, what was expected and what was there, and the caller's code. */
static void wrong_types_say_where(void **state)
{
	static const struct {
		const char *text, *message;
	} bad[] = {
		{"[]", "stdin: expected an object, got a list"},
		{"{\"s\":1}", "stdin: s: expected a string, got an integer"},
		{"{\"s\":[]}", "stdin: s: expected a string, got a list"},
		{"{\"s\":true}", "stdin: s: expected a string, got a boolean"},
		{"{\"i\":\"1\"}", "stdin: i: expected an integer, got a string"},
		{"{\"i\":1.0}", "stdin: i: expected an integer, got a real number"},
		{"{\"i\":1e1}", "stdin: i: expected an integer, got a real number"},
		{"{\"b\":1}", "stdin: b: expected a boolean, got an integer"},
		{"{\"b\":\"true\"}", "stdin: b: expected a boolean, got a string"},
		{"{\"e\":0}", "stdin: e: expected a string, got an integer"},
		{"{\"e\":\"blue\"}", "stdin: e: \"blue\" is none of \"red\", \"green\""},
		{"{\"e\":\"Red\"}", "stdin: e: \"Red\" is none of \"red\", \"green\""},
		{"{\"e\":\"\"}", "stdin: e: \"\" is none of \"red\", \"green\""},
		{"{\"o\":[]}", "stdin: o: expected an object, got a list"},
		{"{\"o\":{\"s\":{}}}", "stdin: o.s: expected a string, got an object"},
		{"{\"o\":{\"leaves\":[{\"i\":1},{\"i\":{}}]}}",
			"stdin: o.leaves[1].i: expected an integer, got an object"},
		{"{\"o\":{\"leaves\":[3]}}",
			"stdin: o.leaves[0]: expected an object, got an integer"},
		{"{\"p\":{\"leaves\":[{\"s\":\"x\"}]}}", "stdin: p.leaves[0].i: missing"},
		{"{\"p\":{\"leaves\":[{\"i\":null}]}}", "stdin: p.leaves[0].i: missing"},
		{"{\"strs\":\"x\"}", "stdin: strs: expected a list, got a string"},
		{"{\"strs\":{}}", "stdin: strs: expected a list, got an object"},
		{"{\"strs\":[\"a\",null]}", "stdin: strs[1]: expected a string, got null"},
		{"{\"ints\":[1,2,10]}", "stdin: ints[2]: 10 is out of range 0..9"},
		{"{\"ints\":[\"1\"]}", "stdin: ints[0]: expected an integer, got a string"},
		{"{\"objs\":[{\"i\":1},null]}", "stdin: objs[1]: expected an object, got null"},
		{"{\"map\":[]}", "stdin: map: expected an object, got a list"},
		{"{\"map\":{\"k\":1}}", "stdin: map.k: expected an object, got an integer"},
		{"{\"map\":{\"k\":{\"i\":1},\"l\":{\"i\":6}}}",
			"stdin: map.l.i: 6 is out of range -5..5"},
		{"{\"s\":\"123456789\"}", "stdin: s: 9 bytes are too long, at most 8 are allowed"},
		/* bytes, not characters */
		{"{\"s\":\"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\"}",
			"stdin: s: 10 bytes are too long, at most 8 are allowed"},
		{"{\"strs\":[\"123456789\"]}", "stdin: strs[0]: 9 bytes are too long"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err e = refuse(bad[i].text);

		assert_says(e, bad[i].message);
		assert_int_equal(e.code, ERR_CONFIG);
	}
}

static void integers_have_limits(void **state)
{
	static const char *const bad[] = {"{\"i\":11}", "{\"i\":-11}",
		"{\"i\":9223372036854775807}", "{\"i\":-9223372036854775808}",
		"{\"big\":-9223372036854775808}"};
	static const char *const too_big[] = {"{\"big\":9223372036854775808}",
		"{\"big\":-9223372036854775809}", "{\"big\":18446744073709551617}",
		"{\"x\":99999999999999999999999999}"};
	struct all a;

	(void)state;
	decode("{\"i\":10,\"big\":-9223372036854775807}", &a);
	assert_true(a.i == 10 && a.big == -INT64_MAX);
	codec_free(fields, &a);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err e = refuse(bad[i]);

		assert_says(e, "out of range");
		assert_int_equal(e.code, ERR_CONFIG);
	}
	/* No wrap-around, even where the key is unknown. */
	for (size_t i = 0; i < sizeof(too_big) / sizeof(too_big[0]); i++) {
		struct err e = refuse(too_big[i]);

		assert_int_equal(e.code, ERR_DECODE);
		assert_says(e, "too big");
	}
}

static void syntax_errors_say_line_and_column(void **state)
{
	static const struct {
		const char *text, *message;
	} bad[] = {
		{" \n", "stdin: it is empty"},
		{"x", "line 1, column 1: not JSON"},
		{"{", "line 1, column 1: not JSON"},
		{"{\n \"s\": \"a\",\n}", "line 3, column 1: not JSON"},
		{"{\n\n  \"s\" \"a\"}", "line 3, column 9: not JSON"},
		{"{'s':1}", "line 1, column 2: not JSON"},
		{"{\"s\":\"a\"", "line 1, column 8: not JSON"},
		{"{} x", "line 1, column 4: not JSON"},
		{"{}{}", "line 1, column 3: not JSON"},
		{"{\"i\":01}", "line 1"},
		{"{\"i\":+1}", "line 1"},
		{"{\"i\":NaN}", "line 1"},
		{"{\"i\":1e999}", "line 1"},
		{"{\"s\":\"a\nb\"}", "line 1"},
		{"{\"s\":\"a\tb\"}", "line 1"},
		{"// {}\n{}", "line 1"},
		{"\xef\xbb\xbf{}", "line 1"},
		{"3", "line 1"},
		{"null", "line 1"},
		{"\"s\"", "line 1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err e = refuse(bad[i].text);

		assert_says(e, bad[i].message);
		assert_says(e, "stdin: ");
		assert_int_equal(e.code, ERR_DECODE);
	}
	struct err e = refuse("");

	assert_says(e, "stdin: it is empty");
}

static void duplicate_keys_are_refused(void **state)
{
	struct err e = refuse("{\"i\":1,\n\"i\":2}");

	(void)state;
	assert_int_equal(e.code, ERR_DECODE);
	assert_says(e, "line 2");
	assert_says(e, "duplicate");
	(void)refuse("{\"o\":{\"s\":\"a\",\"s\":\"a\"}}");
	(void)refuse("{\"map\":{\"k\":{\"i\":1},\"k\":{\"i\":1}}}");
	(void)refuse("{\"unknown\":{\"k\":1,\"k\":1}}");
	/* the same key, spelled otherwise */
	(void)refuse("{\"i\":1,\"\\u0069\":2}");
}

static void nul_and_bad_utf8_are_refused(void **state)
{
	static const char *const bad[] = {
		"{\"s\":\"\x80\"}",
		"{\"s\":\"\xff\"}",
		"{\"s\":\"\xc3\"}",
		"{\"s\":\"\xc0\xaf\"}",
		"{\"s\":\"\xed\xa0\x80\"}",
		"{\"s\":\"\xf4\x90\x80\x80\"}",
		"{\"\xff\":1}",
		"{\"s\":\"\\ud800\"}",
		"{\"s\":\"\\udc00\\ud800\"}",
		"{\"s\":\"\\u12g4\"}",
		"{\"s\":\"\\u0000\"}",
		"{\"s\":\"a\\u0000b\"}",
		"{\"a\\u0000b\":1}",
		"{\"raw\":\"a\\u0000b\"}",
	};
	static const char nul[] = "{\"s\":\"a\0b\"}", after[] = "{}\0{}";

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(refuse(bad[i]).code, ERR_DECODE);
	assert_int_equal(refuse_n(nul, sizeof(nul) - 1).code, ERR_DECODE);
	assert_int_equal(refuse_n(after, sizeof(after) - 1).code, ERR_DECODE);
	assert_int_equal(refuse_n("\0", 1).code, ERR_DECODE);

	struct all a;

	decode("{\"s\":\"\\ud83d\\ude00\\u00e4\"}", &a);
	assert_string_equal(a.s, "\xf0\x9f\x98\x80\xc3\xa4");
	codec_free(fields, &a);
}

/* Every prefix of a document is an error that leaks nothing and reads nothing behind it. */
static void truncation(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof(everything) - 1; n++) {
		char *text = test_malloc(n + 1);
		struct err e;

		memcpy(text, everything, n);
		e = refuse_n(text, n);
		assert_int_equal(e.code, ERR_DECODE);
		test_free(text);
	}
}

static char *repeated(const char *head, const char *body, size_t n, const char *tail)
{
	size_t len = strlen(body);
	char *text = test_malloc(strlen(head) + n * len + strlen(tail) + 1), *p = text;

	p = mempcpy(p, head, strlen(head));
	for (size_t i = 0; i < n; i++)
		p = mempcpy(p, body, len);
	memcpy(p, tail, strlen(tail) + 1);
	return text;
}

static void deep_nesting_is_an_error(void **state)
{
	static const char *const bodies[] = {"[", "{\"a\":", "[[{\"a\":"};

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		char *text = repeated("{\"raw\":", bodies[i], 5000, "");

		assert_int_equal(refuse(text).code, ERR_DECODE);
		test_free(text);
	}
}

/* A stream: one value after the other, the wrong ones stepped over, until there is none. */
static void streams(void **state)
{
	static const char text[] = " {\"i\":1}\n{\"i\":\"x\"} {\"i\":3}{\"i\"";
	static const int results[] = {0, -EINVAL, 0, -EINVAL};
	static const int64_t values[] = {1, 0, 3, 0};
	const char *at = text;
	struct all a;
	size_t used;

	(void)state;
	for (size_t n = 0; n < sizeof(results) / sizeof(results[0]); n++, at += used) {
		assert_int_equal(codec_decode_next(fields, &a, at, strlen(at), "stream", ERR_CONFIG,
					 &used, NULL),
			results[n]);
		assert_int_equal(used == 0, n == 3);
		if (results[n] < 0)
			continue;
		assert_int_equal(a.i, values[n]);
		codec_free(fields, &a);
	}
	assert_string_equal(at, "{\"i\"");
}

static void lists_have_a_cap(void **state)
{
	char *text = repeated("{\"ints\":[0", ",1", CODEC_MAX_ELEMENTS - 1, "]}");
	struct all a;

	(void)state;
	decode(text, &a);
	assert_int_equal(a.n_ints, CODEC_MAX_ELEMENTS);
	codec_free(fields, &a);
	test_free(text);

	text = repeated("{\"ints\":[0", ",1", CODEC_MAX_ELEMENTS, "]}");
	assert_says(refuse(text), "stdin: ints: 4097 elements, at most 4096");
	test_free(text);
	text = repeated("{\"strs\":[\"\"", ",\"\"", CODEC_MAX_ELEMENTS, "]}");
	assert_says(refuse(text), "stdin: strs: 4097 elements");
	test_free(text);
	text = repeated("{\"objs\":[{\"i\":1}", ",{\"i\":1}", CODEC_MAX_ELEMENTS, "]}");
	assert_says(refuse(text), "stdin: objs: 4097 elements");
	test_free(text);

	/* a map's keys differ */
	size_t size = 32 * (CODEC_MAX_ELEMENTS + 2);

	text = test_malloc(size);
	for (int n = CODEC_MAX_ELEMENTS; n <= CODEC_MAX_ELEMENTS + 1; n++) {
		char *p = text;

		p += snprintf(p, size, "{\"map\":{");
		for (int i = 0; i < n; i++)
			p += snprintf(p, size - (size_t)(p - text), "%s\"k%d\":{\"i\":1}",
				i ? "," : "", i);
		(void)snprintf(p, size - (size_t)(p - text), "}}");
		if (n == CODEC_MAX_ELEMENTS) {
			decode(text, &a);
			assert_int_equal(a.n_map, n);
			codec_free(fields, &a);
		} else {
			assert_says(refuse(text), "stdin: map: 4097 elements, at most 4096");
		}
	}
	test_free(text);
}

/* Long keys and values of a stranger do not push the reason out of the message. */
static void the_reason_survives_long_names(void **state)
{
	char *text = repeated("{\"map\":{\"", "k", 100000, "\":{\"i\":\"x\"}}}");

	(void)state;
	assert_says(refuse(text), "expected an integer, got a string");
	test_free(text);
	text = repeated("{\"e\":\"", "k", 100000, "\"}");
	assert_says(refuse(text), "is none of \"red\", \"green\"");
	test_free(text);

	struct err e = ERR_INIT;
	struct all a;
	char *what = repeated("/", "p", 1000, "");

	assert_int_equal(codec_decode(fields, &a, "{\"s\":1}", 7, what, ERR_CONFIG, &e), -EINVAL);
	assert_says(e, "expected a string, got an integer");
	test_free(what);
}

static void what_cannot_be_written_is_an_error(void **state)
{
	struct err e = ERR_INIT;
	struct all a;
	char *text = NULL;
	char bad[] = "\xff", half[] = "{\"a\":";

	(void)state;
	codec_init(fields, &a);
	a.s = bad;
	assert_int_equal(codec_encode(fields, &a, 0, &text, &e), -EINVAL);
	assert_int_equal(e.code, ERR_INTERNAL);
	assert_null(text);

	codec_init(fields, &a);
	a.raw = half;
	assert_int_equal(codec_encode(fields, &a, 0, &text, NULL), -EINVAL);
	assert_null(text);

	/* A member that every reader demands. */
	struct leaf l;

	codec_init(fields, &a);
	codec_init(leaf_fields, &l);
	a.objs = &l;
	a.n_objs = 1;
	e = (struct err)ERR_INIT;
	assert_int_equal(codec_encode(fields, &a, 0, &text, &e), -EINVAL);
	assert_null(text);
}

/* An object that is absent as a whole lacks nothing; one that is there must be complete. */
static void absent_objects_lack_nothing(void **state)
{
	struct outer o;
	char *text = NULL, s[] = "x";

	(void)state;
	codec_init(outer_fields, &o);
	assert_int_equal(codec_encode(outer_fields, &o, 0, &text, NULL), 0);
	assert_string_equal(text, "{}");
	free(text);
	text = NULL;

	o.leaf.s = s;
	assert_int_equal(codec_encode(outer_fields, &o, 0, &text, NULL), -EINVAL);
	o.leaf.i = 3;
	assert_int_equal(codec_encode(outer_fields, &o, 0, &text, NULL), 0);
	assert_string_equal(text, "{\"leaf\":{\"s\":\"x\",\"i\":3}}");
	free(text);
	text = NULL;

	codec_init(outer_fields, &o);
	o.is_marked = 1;
	assert_int_equal(codec_encode(outer_fields, &o, 0, &text, NULL), -EINVAL);
	assert_null(text);
}

/* What a text takes in memory is bounded, not only its length. */
static void values_have_a_cap(void **state)
{
	static const char *const kinds[] = {"{},", "[],", "1,", "\"\\\"\","};

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		char *text = repeated("{\"raw\":[", kinds[i], CODEC_MAX_VALUES, "1]}");
		struct err e = ERR_INIT;
		struct all a;

		assert_int_equal(codec_decode(fields, &a, text, strlen(text), "stdin", ERR_CONFIG,
					 &e),
			-E2BIG);
		assert_int_equal(e.code, ERR_DECODE);
		assert_says(e, "stdin: more than 16384 values");
		test_free(text);
	}
	/* In a string they are none. */
	char *text = repeated("{\"raw\":\"", "\\\",{[", CODEC_MAX_VALUES, "\"}");
	struct all a;

	decode(text, &a);
	codec_free(fields, &a);
	test_free(text);
}

static void text_needs_no_nul(void **state)
{
	struct err e = ERR_INIT;
	struct all a;
	char *exact = test_malloc(7);

	(void)state;
	/* Not one byte behind is looked at (see the sanitizers). */
	memcpy(exact, "{\"i\":1}", 7);
	assert_int_equal(codec_decode(fields, &a, exact, 7, "stdin", ERR_CONFIG, &e), 0);
	assert_true(a.i == 1);
	codec_free(fields, &a);
	test_free(exact);
}

/* A table whose key is "" describes the values of a map themselves. */
struct pair {
	char *key, *value;
};
struct ints {
	char *key;
	int64_t *items;
	size_t n;
};
struct plain {
	struct pair *texts;
	size_t n_texts;
	struct ints *lists;
	size_t n_lists;
};

static const struct codec_field pair_fields[] = {
	CODEC_STRING(struct pair, value, "", 4),
	CODEC_END,
};
static const struct codec_field ints_fields[] = {
	CODEC_INTEGERS(struct ints, items, n, "", 0, 9),
	CODEC_END,
};
static const struct codec_field plain_fields[] = {
	CODEC_OBJMAP(struct plain, texts, n_texts, "texts", struct pair, key, pair_fields),
	CODEC_OBJMAP(struct plain, lists, n_lists, "lists", struct ints, key, ints_fields),
	CODEC_END,
};

static void maps_of_plain_values(void **state)
{
	static const char text[] = "{\"texts\":{\"a\":\"x\",\"\":\"y\"},\"lists\":{\"b\":[1,2]}}";
	static const struct {
		const char *text, *why;
	} bad[] = {
		{"{\"texts\":{\"a\":\"x\",\"b\":1}}",
			"stdin: texts.b: expected a string, got an integer"},
		{"{\"texts\":{\"a\":\"long!\"}}", "stdin: texts.a: 5 bytes are too long"},
		{"{\"texts\":{\"a\":null}}", "stdin: texts.a: expected a string, got null"},
		{"{\"lists\":{\"a\":[1,\"x\"]}}", "stdin: lists.a[1]: expected an integer"},
	};
	struct plain p;
	char *again = NULL;

	(void)state;
	assert_int_equal(codec_decode(plain_fields, &p, text, strlen(text), "stdin", ERR_CONFIG,
				 NULL),
		0);
	assert_int_equal(p.n_texts, 2);
	assert_string_equal(p.texts[1].key, "");
	assert_string_equal(p.texts[1].value, "y");
	assert_int_equal(p.lists[0].n, 2);
	assert_int_equal(p.lists[0].items[1], 2);
	assert_int_equal(codec_encode(plain_fields, &p, 0, &again, NULL), 0);
	assert_string_equal(again, text);
	free(again);
	codec_free(plain_fields, &p);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct err e = ERR_INIT;

		assert_true(codec_decode(plain_fields, &p, bad[i].text, strlen(bad[i].text),
				    "stdin", ERR_CONFIG, &e) < 0);
		assert_says(e, bad[i].why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(absent_is_not_zero),
		cmocka_unit_test(null_is_absent),
		cmocka_unit_test(every_kind_round_trips),
		cmocka_unit_test(unknown_keys_are_ignored),
		cmocka_unit_test(wrong_types_say_where),
		cmocka_unit_test(integers_have_limits),
		cmocka_unit_test(syntax_errors_say_line_and_column),
		cmocka_unit_test(duplicate_keys_are_refused),
		cmocka_unit_test(nul_and_bad_utf8_are_refused),
		cmocka_unit_test(truncation),
		cmocka_unit_test(deep_nesting_is_an_error),
		cmocka_unit_test(streams),
		cmocka_unit_test(lists_have_a_cap),
		cmocka_unit_test(values_have_a_cap),
		cmocka_unit_test(the_reason_survives_long_names),
		cmocka_unit_test(what_cannot_be_written_is_an_error),
		cmocka_unit_test(absent_objects_lack_nothing),
		cmocka_unit_test(text_needs_no_nul),
		cmocka_unit_test(maps_of_plain_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
