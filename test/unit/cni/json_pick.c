/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "json_pick.h"
#include "mem.h"
#include "test.h"

/* What was taken, a line each. */
struct taken {
	char text[512];
	int n;
};

static int take(const char *text, size_t len, void *arg, struct err *e)
{
	struct taken *t = arg;
	size_t n = strlen(t->text);

	(void)e;
	t->n++;
	(void)snprintf(t->text + n, sizeof(t->text) - n, "%.*s\n", (int)len, text);
	return 0;
}

static void assert_picks(const char *text, struct json_pick pick, const char *expected)
{
	struct taken t = {.n = 0};
	struct err e = ERR_INIT;

	pick.take = take;
	pick.arg = &t;
	if (json_pick_text(text, strlen(text), &pick, 1, "file", &e) < 0)
		fail_msg("%s: %s", text, e.msg);
	assert_string_equal(t.text, expected);
}

static const char doc[] =
	"{\"a\": {\"b\": [{\"x\": 1}, {\"y\": [true, null, 1.50, \"\\u00e4\\n\"]}], "
	"\"c\": {\"d\": 12345678901234567890}}, "
	"\"s\": \"t\\\"u\", \"n\": null, \"\": {\"b\": 5}, \"z\": [[1], [2, [3]]]}";

#define PATH(...) ((struct json_pick){.path = {__VA_ARGS__}})

static void paths(void **state)
{
	struct json_pick plain = PATH("s");

	(void)state;
	assert_picks(doc, PATH("a", "b", "*"),
		"{\"x\":1}\n{\"y\":[true,null,1.50,\"\xc3\xa4\\n\"]}\n");
	assert_picks(doc, PATH("a", "c"), "{\"d\":12345678901234567890}\n");
	assert_picks(doc, PATH("a", "c", "d"), "12345678901234567890\n");
	assert_picks(doc, PATH("a", "*", "d"), "12345678901234567890\n");
	assert_picks(doc, PATH("a", "b", "*", "x"), "1\n");
	assert_picks(doc, PATH("", "b"), "5\n");
	assert_picks(doc, PATH("z", "*"), "[1]\n[2,[3]]\n");
	assert_picks(doc, PATH("z", "*", "*"), "1\n2\n[3]\n");
	assert_picks(doc, PATH("s"), "\"t\\\"u\"\n");
	plain.plain = true;
	assert_picks(doc, plain, "t\"u\n");
	plain.path[0] = "a";
	assert_picks(doc, plain, "");
	/* null is absent, and a key is the whole key at its own depth. */
	assert_picks(doc, PATH("n"), "");
	assert_picks(doc, PATH("b"), "");
	assert_picks(doc, PATH("a", "b", "x"), "");
	assert_picks(doc, PATH("A", "c"), "");
	assert_picks("[{\"a\": 1}]", PATH("a"), "");
	assert_picks("[{\"a\": 1}]", PATH("*", "a"), "1\n");
	assert_picks("5", PATH("a"), "");
}

static void kinds(void **state)
{
	static const struct {
		const char *text;
		struct json_pick pick;
		bool ok;
	} table[] = {
		{"{}", {.expect = '{'}, true},
		{"[]", {.expect = '{'}, false},
		{"null", {.expect = '{'}, false},
		{"1", {.expect = '{'}, false},
		{"{\"a\":{}}", {.path = {"a"}, .expect = '{'}, true},
		{"{\"a\":null}", {.path = {"a"}, .expect = '{'}, true},
		{"{\"a\":\"\"}", {.path = {"a"}, .expect = '{'}, false},
		{"{\"a\":\"\"}", {.path = {"a"}, .plain = true, .expect = '"'}, true},
		{"{\"a\":true}", {.path = {"a"}, .plain = true, .expect = '"'}, false},
		{"{\"b\":1}", {.path = {"a"}, .expect = '"'}, true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct json_pick pick = table[i].pick;
		struct taken t = {.n = 0};
		struct err e = ERR_INIT;

		pick.take = pick.plain ? take : NULL;
		pick.arg = &t;
		int r = json_pick_text(table[i].text, strlen(table[i].text), &pick, 1, "file", &e);

		if ((r == 0) != table[i].ok)
			fail_msg("%s: %s", table[i].text, e.msg);
		if (r < 0)
			assert_error(e, ERR_IO, "was expected");
	}
}

/* At every byte: what is cut is an error. */
static void cut(void **state)
{
	(void)state;
	for (size_t n = 0; n < strlen(doc); n++) {
		struct taken t = {.n = 0};
		struct json_pick pick = PATH("a", "b", "*");
		struct err e = ERR_INIT;

		pick.take = take;
		pick.arg = &t;
		assert_int_equal(json_pick_text(doc, n, &pick, 1, "file", &e), -EINVAL);
		assert_error(e, ERR_IO, "file: line 1: not JSON");
	}
}

static void the_line_of_a_fault(void **state)
{
	static const char text[] = "{\n\"a\": 1,\n\n\"b\": x,\n\n}";
	struct json_pick pick = PATH("a");
	struct err e = ERR_INIT;

	(void)state;
	pick.take = NULL;
	assert_int_equal(json_pick_text(text, strlen(text), &pick, 1, "file", &e), -EINVAL);
	assert_error(e, ERR_IO, "file: line 4: not JSON");
}

static int refuse(const char *text, size_t len, void *arg, struct err *e)
{
	(void)text;
	(void)len;
	(void)arg;
	return err_set(e, ERR_CONFIG, EPERM, "no");
}

static void what_the_taker_says_counts(void **state)
{
	struct json_pick pick = PATH("a");
	struct err e = ERR_INIT;

	(void)state;
	pick.take = refuse;
	assert_int_equal(json_pick_text(doc, strlen(doc), &pick, 1, "file", &e), -EPERM);
	assert_error(e, ERR_CONFIG, "no");
}

/* A file of a head, the filling n times, and a tail. */
static int file_of(const char *head, const char *filling, size_t n, const char *tail)
{
	char name[] = "/tmp/dpdk-cni-pick.XXXXXX";
	int fd = mkstemp(name);
	FILE *f = fdopen(dup(fd), "w");

	assert_non_null(f);
	(void)unlink(name);
	(void)fputs(head, f);
	for (size_t i = 0; i < n; i++)
		(void)fprintf(f, "%s%s", i && *filling == '{' ? "," : "", filling);
	(void)fputs(tail, f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

/* However large the file, and however it is made: the memory in use stays as it is. */
static void bounds(void **state)
{
	static const struct {
		const char *head, *filling;
		size_t n;
		const char *tail;
		int rc;
		const char *says;
	} table[] = {
		{"{\"a\":1,\"x\":[", "{\"k\":\"v\"}", 1000000, "]}", 0, NULL},
		{"{\"a\":1,\"x\":\"", "0123456789abcdef", 500000, "\"}", -EFBIG,
			"a string of more than"},
		{"{\"a\":1,\"x\":\"", "\\\"\\n", 1000000, "\"}", -EFBIG, "a string of more than"},
		{"{\"a\":1,\"x\":", "1234567890", 500000, "}", -EFBIG, "a string of more than"},
		{"{\"x\":", "[", 1000000, "", -EINVAL, "nested too deeply"},
		{"{\"a\":[", "{}", 1000000, "]}", -EFBIG, "a: more than 786432 bytes"},
		{"{\"x\":[", "{\"0123456789abcdef\":1}", 1100000, "]}", -EFBIG, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		auto_close int fd = file_of(table[i].head, table[i].filling, table[i].n,
			table[i].tail);
		struct json_pick pick = PATH("a");
		struct taken t = {.n = 0};
		struct err e = ERR_INIT;

		pick.take = take;
		pick.arg = &t;
		assert_int_equal(json_pick_file(fd, 16u << 20, &pick, 1, "file", &e), table[i].rc);
		if (table[i].says)
			assert_error(e, ERR_IO, table[i].says);
		if (table[i].rc == 0)
			assert_string_equal(t.text, "1\n");
	}
}

static void a_file_has_an_end(void **state)
{
	auto_close int fd = file_of("{\"x\":[", "{}", 1000, "]}");
	struct json_pick pick = PATH("x");
	struct err e = ERR_INIT;

	(void)state;
	pick.take = refuse;
	assert_int_equal(json_pick_file(fd, 1000, &pick, 1, "file", &e), -EFBIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths),
		cmocka_unit_test(kinds),
		cmocka_unit_test(cut),
		cmocka_unit_test(the_line_of_a_fault),
		cmocka_unit_test(what_the_taker_says_counts),
		cmocka_unit_test(bounds),
		cmocka_unit_test(a_file_has_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
