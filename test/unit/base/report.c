/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>

#include "mem.h"
#include "report.h"
#include "test.h"

static void silent(const void *subject, struct report *r)
{
	(void)subject;
	(void)r;
}

static void warns(const void *subject, struct report *r)
{
	report_add(r, SEVERITY_WARNING, "CPUs %s: shared", (const char *)subject);
}

static void fails(const void *subject, struct report *r)
{
	const struct err e = {.code = ERR_IO, .msg = "x: gone", .remedy = "bring it back"};

	(void)subject;
	report_add(r, SEVERITY_ERROR, "group 7: held");
	report_meaning(r, "VFIO lets one process open it");
	report_remedy(r, "end process %d", 12);
	report_meaning(r, "a second word does not replace the first");
	report_err(r, SEVERITY_NOTE, &e);
}

static const struct report_check table[] = {
	{"quiet", "nothing", silent},
	{"shared", "CPUs", warns},
	{"held", "groups", fails},
	{0},
};

static void the_status_is_the_worst(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		static const int want[] = {0, 3, 1};
		auto_report struct report r = {0};

		assert_int_equal(report_run(&r, table, table[i].id, "2-3", &e), 0);
		assert_int_equal(r.checks, 1);
		assert_int_equal(report_status(&r), want[i]);
	}
	auto_report struct report all = {0};

	assert_int_equal(report_run(&all, table, NULL, "2-3", &e), 0);
	assert_int_equal(all.checks, 3);
	assert_int_equal(report_status(&all), 1);
}

static void an_unknown_check_is_refused(void **state)
{
	auto_report struct report r = {0};
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(report_run(&r, table, "helt", "", &e), -ENOENT);
	assert_says(e, "check helt");
	/* also behind one that there is */
	assert_int_equal(report_run(&r, table, "quiet", "", NULL), 0);
	assert_int_equal(report_run(&r, table, "helt", "", NULL), -ENOENT);
}

static void text_has_the_worst_first(void **state)
{
	auto_report struct report r = {0};
	auto_free char *text = NULL;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(report_run(&r, table, NULL, "2-3", &e), 0);
	assert_int_equal(report_text(&r, 80, &text, &e), 0);
	assert_string_equal(text,
		"error    group 7: held [held]\n"
		"         VFIO lets one process open it\n"
		"  do:    end process 12\n"
		"\n"
		"warning  CPUs 2-3: shared [shared]\n"
		"\n"
		"note     x: gone [held]\n"
		"  do:    bring it back\n"
		"\n"
		"3 checks; errors: 1, warnings: 1, notes: 1\n");
}

static void lines_wrap_between_words(void **state)
{
	auto_report struct report r = {.id = "a"};
	auto_free char *text = NULL;
	struct err e = ERR_INIT;

	(void)state;
	report_add(&r, SEVERITY_NOTE, "one two  three");
	report_meaning(&r, "averyveryverylongword and\nanother line");
	assert_int_equal(report_text(&r, 17, &text, &e), 0);
	/* "one two" and "three [a]" end just at the edge or before it */
	assert_string_equal(text,
		"note     one two\n"
		"         three\n"
		"         [a]\n"
		"         averyveryverylongword\n"
		"         and\n"
		"         another\n"
		"         line\n"
		"\n"
		"0 checks; errors: 0, warnings: 0, notes: 1\n");
}

static void json_is_whole(void **state)
{
	auto_report struct report none = {0}, r = {0};
	auto_free char *empty = NULL, *text = NULL;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(report_run(&none, table, "quiet", "", &e), 0);
	assert_int_equal(report_json(&none, &empty, &e), 0);
	assert_non_null(strstr(empty, "\"status\": \"ok\""));
	assert_non_null(strstr(empty, "\"findings\": []"));
	assert_int_equal(report_run(&r, table, "held", "", &e), 0);
	assert_int_equal(report_json(&r, &text, &e), 0);
	assert_non_null(strstr(text, "\"status\": \"error\""));
	assert_non_null(strstr(text, "\"severity\": \"error\""));
	assert_non_null(strstr(text, "\"found\": \"group 7: held\""));
	assert_non_null(strstr(text, "\"remedy\": \"end process 12\""));
}

static void the_list_names_every_check(void **state)
{
	auto_free char *text = NULL;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(report_list(table, &text, &e), 0);
	assert_string_equal(text,
		"quiet                    nothing\n"
		"shared                   CPUs\n"
		"held                     groups\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_status_is_the_worst),
		cmocka_unit_test(an_unknown_check_is_refused),
		cmocka_unit_test(text_has_the_worst_first),
		cmocka_unit_test(lines_wrap_between_words),
		cmocka_unit_test(json_is_whole),
		cmocka_unit_test(the_list_names_every_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
