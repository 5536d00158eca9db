/* SPDX-License-Identifier: Apache-2.0 */
/* Arrays that grow, texts that are replaced. */
#include <errno.h>
#include <stdint.h>

#include "err.h"
#include "mem.h"
#include "test.h"

struct pair {
	long a, b;
};

static void an_array_grows(void **state)
{
	auto_free struct pair *items = NULL;
	size_t n = 0;

	(void)state;
	for (; n < 1000; n++) {
		struct pair *p = mem_more(items, n);

		assert_non_null(p);
		assert_ptr_equal(p, &items[n]);
		assert_int_equal(p->a | p->b, 0);
		*p = (struct pair){(long)n, -1};
	}
	for (size_t i = 0; i < n; i++)
		assert_int_equal(items[i].a, i);
}

/* Whoever made the array may have made it of just its size. */
static void an_array_of_somebody_else_grows(void **state)
{
	(void)state;
	for (size_t n = 1; n < 20; n++) {
		auto_free int *items = calloc(n, sizeof(*items));

		assert_non_null(items);
		for (size_t i = 0; i < n; i++)
			items[i] = (int)i + 7;
		int *more = mem_more(items, n);

		assert_ptr_equal(more, items + n);
		*more = 1;
		for (size_t i = 0; i < n; i++)
			assert_int_equal(items[i], (int)i + 7);
	}
}

static void one_that_is_not_counted_is_zeroed_again(void **state)
{
	auto_free int *items = NULL;

	(void)state;
	*mem_more(items, 0) = 5;
	assert_int_equal(*mem_more(items, 0), 0);
}

/* Nothing is lost where there is no memory. */
static void too_much(void **state)
{
	auto_free struct pair *items = NULL;
	struct pair *before;

	(void)state;
	mem_more(items, 0)->a = 3;
	before = items;
	assert_null(mem_more(items, SIZE_MAX / 8));
	assert_ptr_equal(items, before);
	assert_int_equal(items[0].a, 3);
}

static void a_text_is_replaced(void **state)
{
	auto_free char *field = NULL;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(mem_set_text(&field, "one", &e), 0);
	assert_string_equal(field, "one");
	assert_int_equal(mem_set_text(&field, "two", &e), 0);
	assert_string_equal(field, "two");
	/* By itself, or a part of itself. */
	assert_int_equal(mem_set_text(&field, field + 1, &e), 0);
	assert_string_equal(field, "wo");
	assert_int_equal(mem_set_text(&field, NULL, &e), 0);
	assert_null(field);
	assert_int_equal(e.code, ERR_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_array_grows),
		cmocka_unit_test(an_array_of_somebody_else_grows),
		cmocka_unit_test(one_that_is_not_counted_is_zeroed_again),
		cmocka_unit_test(too_much),
		cmocka_unit_test(a_text_is_replaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
