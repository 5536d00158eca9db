/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>

#include "document.h"
#include "mem.h"
#include "test.h"

static struct document *load(const char *text)
{
	struct err e = ERR_INIT;
	struct document *d = NULL;

	if (document_load(text, strlen(text), "file", &d, &e) < 0)
		fail_msg("%s", e.msg);
	return d;
}

static const char *value(struct document *d, const char *key)
{
	return document_text(d, document_key(d, DOCUMENT_TOP, key));
}

static void yaml_and_json_are_one(void **state)
{
	static const char *const texts[] = {
		"a: 1\nb:\n  c: \"x: y\" # why\n  d: {e: f}\nl:\n- 5\n- six\n",
		"{\"a\": 1, \"b\": {\"c\": \"x: y\", \"d\": {\"e\": \"f\"}}, \"l\": [5, \"six\"]}",
		"---\n# a comment\nb: {d: {e: f}, c: 'x: y'}\na: 1\nl: [5, six]\n...\n---\na: of the next\n",
		"\xef\xbb\xbf\x61: 1\r\nb:\r\n  c: \"x: y\"\r\n  d:\r\n    e: f\r\nl:\r\n  - 5\r\n  - six\r\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		auto_document struct document *d = load(texts[i]);
		const document_at b = document_key(d, DOCUMENT_TOP, "b");
		const document_at l = document_key(d, DOCUMENT_TOP, "l");

		assert_string_equal(value(d, "a"), "1");
		assert_string_equal(document_text(d, document_key(d, b, "c")), "x: y");
		assert_string_equal(document_text(d, document_key(d, document_key(d, b, "d"), "e")),
			"f");
		assert_string_equal(document_text(d, document_element(d, l, 0)), "5");
		assert_string_equal(document_text(d, document_element(d, l, 1)), "six");
		assert_int_equal(document_element(d, l, 2), DOCUMENT_NONE);
	}
}

static void what_is_not_there_is_nothing(void **state)
{
	auto_document struct document *d = load(
		"a: 1\nn: null\nt: ~\ne:\nq: \"null\"\nl: [1]\nm: {k: v}\n");
	document_at at;

	(void)state;
	assert_null(value(d, "b"));
	assert_null(value(d, "n"));
	assert_null(value(d, "t"));
	assert_null(value(d, "e"));
	assert_string_equal(value(d, "q"), "null");
	assert_null(value(d, "l"));
	assert_null(value(d, "m"));
	/* of the wrong kind */
	assert_int_equal(document_key(d, document_key(d, DOCUMENT_TOP, "a"), "x"), DOCUMENT_NONE);
	assert_int_equal(document_key(d, document_key(d, DOCUMENT_TOP, "l"), "x"), DOCUMENT_NONE);
	assert_int_equal(document_element(d, DOCUMENT_TOP, 0), DOCUMENT_NONE);
	assert_null(document_pair(d, document_key(d, DOCUMENT_TOP, "l"), 0, &at));
	assert_null(document_text(d, 1000));
	assert_null(document_text(d, -1));
}

static void pairs_come_in_their_order(void **state)
{
	auto_document struct document *d = load("m: {b: 1, a: 2, [x]: 3}\n");
	const document_at m = document_key(d, DOCUMENT_TOP, "m");
	document_at at;

	(void)state;
	assert_string_equal(document_pair(d, m, 0, &at), "b");
	assert_string_equal(document_text(d, at), "1");
	assert_string_equal(document_pair(d, m, 1, &at), "a");
	assert_string_equal(document_pair(d, m, 2, &at), ""); /* a list is not a key of ours */
	assert_null(document_pair(d, m, 3, &at));
}

static void nothing_is_an_empty_document(void **state)
{
	static const char *const texts[] = {"", "\n", "# nothing\n", "---\n", "null\n", "[]",
		"word"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		auto_document struct document *d = load(texts[i]);

		assert_null(value(d, "a"));
	}
}

static void what_is_damaged_is_said_where(void **state)
{
	static const struct {
		const char *text, *where;
	} all[] = {
		{"a: 1\nb: [1, 2\n", "file: line 3, column 1"},
		{"a: 1\n  b: 2\n", "file: line 2"},
		{"a: \"open\n", "file: line"},
		{"\ta: 1\n", "file: line 1"},
		{"a: *nowhere\n", "file: line 1"},
		{"a: \xff\xfe\n", "file: line"},
		{"{\"a\": 1", "file: line"},
		{"%YAML 3.0\n---\na: 1\n", "file: line 1"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		struct document *d = NULL;
		struct err e = ERR_INIT;

		assert_int_equal(document_load(all[i].text, strlen(all[i].text), "file", &d, &e),
			-EINVAL);
		assert_error(e, ERR_DECODE, all[i].where);
		assert_null(d);
	}
}

/* Ten lists of ten aliases each, a document within itself, and a thousand brackets. */
static void hostile_documents_end(void **state)
{
	auto_document struct document *laugh = load("a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n");
	auto_document struct document *self = load("a: &a {b: *a}\n");
	char deep[2001];
	struct document *d = NULL;
	struct err e = ERR_INIT;

	(void)state;
	assert_null(value(laugh, "c"));
	document_at at = document_key(self, DOCUMENT_TOP, "a");

	for (int i = 0; i < 10; i++)
		at = document_key(self, at, "b");
	assert_int_not_equal(at, DOCUMENT_NONE);
	memset(deep, '[', 1000);
	memset(deep + 1000, ']', 1000);
	deep[2000] = '\0';
	if (document_load(deep, 2000, "deep", &d, &e) == 0)
		document_free(&d);
	document_free(&d); /* of nothing */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(yaml_and_json_are_one),
		cmocka_unit_test(what_is_not_there_is_nothing),
		cmocka_unit_test(pairs_come_in_their_order),
		cmocka_unit_test(nothing_is_an_empty_document),
		cmocka_unit_test(what_is_damaged_is_said_where),
		cmocka_unit_test(hostile_documents_end),
	};

	return cmocka_run_group_tests_name("document", tests, NULL, NULL);
}
