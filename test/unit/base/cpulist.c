/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>

#include "cpulist.h"
#include "test.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static struct cpulist set(const char *text)
{
	struct err e = ERR_INIT;
	struct cpulist s;

	memset(&s, 0xa5, sizeof(s));
	if (cpulist_parse(text, &s, &e) != 0)
		fail_msg("\"%s\": %s", text, e.msg);
	assert_int_equal(e.code, ERR_NONE);
	return s;
}

static void reads_and_writes(void **state)
{
	static const struct {
		const char *text, *formatted;
		unsigned int count;
	} good[] = {
		{"", "", 0},
		{" \t\n", "", 0},
		{"0", "0", 1},
		{"0\n", "0", 1},
		{"  3 \n", "3", 1},
		{"0-3,8,10-11", "0-3,8,10-11", 7},
		{"8,10-11,0-3", "0-3,8,10-11", 7},
		{"1,1,1-2,2", "1-2", 2},
		{"0-3,4-7", "0-7", 8},
		{"5-5", "5", 1},
		{"007", "7", 1},
		{"63-64", "63-64", 2},
		{"62,63,64,65", "62-65", 4},
		{"127-128,191-192", "127-128,191-192", 4},
		{"8191", "8191", 1},
		{"8190-8191", "8190-8191", 2},
		{"0,8191", "0,8191", 2},
		{"0-8191", "0-8191", 8192},
		{"0000000000000000000000000000001", "1", 1},
		/* strides: used CPUs of each group */
		{"0-7:1/2", "0,2,4,6", 4},
		{"1-7:1/2", "1,3,5,7", 4},
		{"0-15:4/8", "0-3,8-11", 8},
		{"0-9:3/4", "0-2,4-6,8-9", 8},
		{"0-3:2/2", "0-3", 4},
		{"0-3:1/8191", "0", 1},
		{"0-1023:2/256", "0-1,256-257,512-513,768-769", 8},
		{"0-4:1/4,10", "0,4,10", 3},
	};

	(void)state;
	for (size_t i = 0; i < N(good); i++) {
		struct cpulist s = set(good[i].text), again;
		char *text = cpulist_format(&s);

		assert_non_null(text);
		if (strcmp(text, good[i].formatted) != 0)
			fail_msg("\"%s\" became \"%s\", not \"%s\"", good[i].text, text,
				good[i].formatted);
		assert_int_equal(cpulist_count(&s), good[i].count);
		again = set(text);
		assert_true(cpulist_equal(&s, &again));
		free(text);
	}
}

static void refuses(void **state)
{
	static const struct {
		const char *text;
		int errnum;
		const char *at; /* where it says that the fault is */
	} bad[] = {
		{"8192", ERANGE, "character 1"},
		{"0-8192", ERANGE, "character 3"},
		{"1,99999999999999999999", ERANGE, "character 3"},
		{"4294967296", ERANGE, "character 1"}, /* 2^32 is not 0 */
		{"18446744073709551616", ERANGE, "character 1"},
		{"0-4294967297", ERANGE, "character 3"},
		{"3-1", EINVAL, "character"},
		{"a", EINVAL, "character 1"},
		{"0,a", EINVAL, "character 3"},
		{",", EINVAL, "character 1"},
		{"0,", EINVAL, "character 2"},
		{",0", EINVAL, "character 1"},
		{"0,,1", EINVAL, "character 3"},
		{"0-", EINVAL, "character 3"},
		{"-1", EINVAL, "character 1"},
		{"--1", EINVAL, "character 1"},
		{"0--1", EINVAL, "character 3"},
		{"0-1-2", EINVAL, "character 4"},
		{"+1", EINVAL, "character 1"},
		{"0x1", EINVAL, "character 2"},
		{"1.5", EINVAL, "character 2"},
		{"1 2", EINVAL, "character 3"},
		{"1;2", EINVAL, "character 2"},
		{"0-7:", EINVAL, "character 5"},
		{"0-7:1", EINVAL, "character 6"},
		{"0-7:1/", EINVAL, "character 7"},
		{"0-7:/2", EINVAL, "character 5"},
		{"0-7:0/2", EINVAL, "character"},
		{"0-7:3/2", EINVAL, "character"},
		{"0-7:0/0", EINVAL, "character"},
		{"0-7:1/0", EINVAL, "character"},
		{"0-7:1/8192", ERANGE, "character 7"},
		{"0-7:99999999999/2", ERANGE, "character 5"},
		{"0-7:1/2/3", EINVAL, "character 8"},
		{"5:1/2", EINVAL, "character 2"},
		{"\xff", EINVAL, "character 1"},
	};

	(void)state;
	for (size_t i = 0; i < N(bad); i++) {
		struct err e = ERR_INIT;
		struct cpulist s = set("1-2"), before = s;
		int r = cpulist_parse(bad[i].text, &s, &e);

		if (r != -bad[i].errnum)
			fail_msg("\"%s\": returned %d, not %d", bad[i].text, r, -bad[i].errnum);
		assert_int_equal(e.errnum, bad[i].errnum);
		assert_says(e, bad[i].at);
		assert_true(cpulist_equal(&s, &before));
	}
}

/* What a pod writes may be 64 KiB of text: the reason must not be cut off behind it. */
static void the_reason_survives_a_long_list(void **state)
{
	struct err e = ERR_INIT;
	struct cpulist s;
	char big[16384];

	(void)state;
	memset(big, ' ', sizeof(big));
	for (size_t i = 0; i + 2 < sizeof(big); i += 2)
		memcpy(big + i, "1,", 2);
	memcpy(big + sizeof(big) - 3, "?", 2);
	assert_int_equal(cpulist_parse(big, &s, &e), -EINVAL);
	assert_says(e, "unexpected text at character 16382");
}

static void members(void **state)
{
	struct cpulist s = {0};

	(void)state;
	cpulist_add(&s, 0);
	cpulist_add(&s, 64);
	cpulist_add(&s, 8191);
	cpulist_add(&s, 8192);
	cpulist_add(&s, UINT32_MAX);
	assert_int_equal(cpulist_count(&s), 3);
	assert_true(cpulist_has(&s, 0));
	assert_true(cpulist_has(&s, 8191));
	assert_false(cpulist_has(&s, 8192));
	assert_false(cpulist_has(&s, UINT32_MAX));
	assert_int_equal(cpulist_next(&s, 0), 0);
	assert_int_equal(cpulist_next(&s, 1), 64);
	assert_int_equal(cpulist_next(&s, 64), 64);
	assert_int_equal(cpulist_next(&s, 65), 8191);
	assert_int_equal(cpulist_next(&s, 8191), 8191);
	assert_int_equal(cpulist_next(&s, 8192), -1);
	assert_int_equal(cpulist_next(&s, UINT32_MAX), -1);
	cpulist_del(&s, 64);
	cpulist_del(&s, 8192);
	cpulist_del(&s, UINT32_MAX);
	assert_int_equal(cpulist_next(&s, 1), 8191);
	assert_int_equal(cpulist_count(&s), 2);
}

/* next() skips empty words: every number must still be found from every start. */
static void next_misses_nothing(void **state)
{
	struct cpulist s = set("5,63-65,200,4000,8128,8191");
	int expected = -1;

	(void)state;
	for (int from = CPULIST_MAX - 1; from >= 0; from--) {
		if (cpulist_has(&s, (unsigned int)from))
			expected = from;
		assert_int_equal(cpulist_next(&s, (unsigned int)from), expected);
	}
}

static void algebra(void **state)
{
	struct cpulist a = set("0-3,100,8191"), b = set("2-5,100"), none = {0}, both = a;

	(void)state;
	cpulist_and(&both, &b);
	assert_true(cpulist_equal(&both, &(struct cpulist){.bits = {12, UINT64_C(1) << 36}}));
	assert_true(cpulist_subset(&both, &a));
	assert_true(cpulist_subset(&both, &b));
	assert_false(cpulist_subset(&a, &b));
	assert_false(cpulist_subset(&a, &both));
	assert_true(cpulist_subset(&none, &a));
	assert_true(cpulist_subset(&none, &none));
	assert_false(cpulist_subset(&a, &none));
	assert_true(cpulist_subset(&a, &a));
	assert_false(cpulist_equal(&a, &b));
	both = a;
	cpulist_or(&both, &b);
	assert_true(cpulist_equal(&both,
		&(struct cpulist){.bits = {63, UINT64_C(1) << 36, [127] = UINT64_C(1) << 63}}));
	both = a;
	cpulist_andnot(&both, &b);
	assert_true(
		cpulist_equal(&both, &(struct cpulist){.bits = {3, [127] = UINT64_C(1) << 63}}));
	assert_true(cpulist_meet(&a, &b));
	assert_false(cpulist_meet(&both, &b));
	assert_false(cpulist_meet(&a, &none));
	assert_true(cpulist_empty(&none));
	assert_false(cpulist_empty(&both));
	cpulist_and(&a, &none);
	assert_true(cpulist_equal(&a, &none));
}

static void each_member_once_in_order(void **state)
{
	static const unsigned int want[] = {0, 1, 63, 64, 200, 8191};
	struct cpulist s = set("0-1,63-64,200,8191"), none = {0};
	size_t n = 0;

	(void)state;
	cpulist_each (c, &s) {
		assert_true(n < sizeof(want) / sizeof(want[0]));
		assert_int_equal(c, want[n++]);
	}
	assert_int_equal(n, sizeof(want) / sizeof(want[0]));
	cpulist_each (c, &none)
		fail_msg("%u is in an empty set", c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_and_writes),
		cmocka_unit_test(refuses),
		cmocka_unit_test(the_reason_survives_a_long_list),
		cmocka_unit_test(members),
		cmocka_unit_test(next_misses_nothing),
		cmocka_unit_test(algebra),
		cmocka_unit_test(each_member_once_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
