/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "err.h"
#include "test.h"

static void first_error_wins(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(err_set(&e, ERR_DEVICE, ENODEV, "vf %d: gone", 3), -ENODEV);
	assert_int_equal(e.code, ERR_DEVICE);
	assert_int_equal(e.errnum, ENODEV);
	assert_string_equal(e.msg, "vf 3: gone");
	assert_int_equal(err_set(&e, ERR_IO, EIO, "later"), -EIO);
	assert_int_equal(err_sys(&e, ERR_IO, EPERM, "later still"), -EPERM);
	assert_int_equal(e.code, ERR_DEVICE);
	assert_int_equal(e.errnum, ENODEV);
	assert_string_equal(e.msg, "vf 3: gone");
}

static void no_errno_is_still_an_error(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(err_set(&e, ERR_CONFIG, 0, "x"), -EINVAL);
	assert_int_equal(e.errnum, 0);
	/* The error is held already: the return value must not turn into success. */
	assert_int_equal(err_sys(&e, ERR_CONFIG, 0, "x"), -EINVAL);
	assert_int_equal(err_set(NULL, ERR_CONFIG, 0, "x"), -EINVAL);
}

static void nobody_listens(void **state)
{
	(void)state;
	assert_int_equal(err_set(NULL, ERR_IO, EIO, "%s", "x"), -EIO);
	assert_int_equal(err_sys(NULL, ERR_IO, EACCES, "%s", "x"), -EACCES);
	err_remedy(NULL, "x");
	err_prefix(NULL, "x");
}

static void sys_appends_the_reason(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(err_sys(&e, ERR_IO, ENOENT, "open %s", "a%sb"), -ENOENT);
	assert_string_equal(e.msg, "open a%sb: No such file or directory");
}

static void a_remedy_stays(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	(void)err_set(&e, ERR_IO, EIO, "x");
	err_remedy(&e, "do %d", 1);
	err_remedy(&e, "do %d", 2);
	assert_string_equal(e.remedy, "do 1");
	assert_string_equal(e.msg, "x");
}

static void prefixes_nest(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	(void)err_set(&e, ERR_IO, EIO, "reason 100%%");
	err_prefix(&e, "in%s", "ner");
	err_prefix(&e, "out%%er");
	assert_string_equal(e.msg, "out%er: inner: reason 100%");
	assert_int_equal(e.code, ERR_IO);
}

static void long_texts_are_cut(void **state)
{
	struct {
		struct err e;
		char guard[8];
	} g = {.guard = "guarded"};
	char big[4096];

	(void)state;
	memset(big, 'a', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';

	(void)err_sys(&g.e, ERR_IO, EIO, "%s", big);
	assert_int_equal(strlen(g.e.msg), sizeof(g.e.msg) - 1);
	err_remedy(&g.e, "%s", big);
	assert_int_equal(strlen(g.e.remedy), sizeof(g.e.remedy) - 1);

	/* The head of a chain of prefixes survives. */
	err_prefix(&g.e, "head");
	assert_int_equal(strncmp(g.e.msg, "head: aaa", 9), 0);
	assert_int_equal(strlen(g.e.msg), sizeof(g.e.msg) - 1);
	err_prefix(&g.e, "%s", big);
	assert_int_equal(strspn(g.e.msg, "a"), sizeof(g.e.msg) - 1);
	assert_string_equal(g.guard, "guarded");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_error_wins),
		cmocka_unit_test(no_errno_is_still_an_error),
		cmocka_unit_test(nobody_listens),
		cmocka_unit_test(sys_appends_the_reason),
		cmocka_unit_test(a_remedy_stays),
		cmocka_unit_test(prefixes_nest),
		cmocka_unit_test(long_texts_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
