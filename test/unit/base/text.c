/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "test.h"
#include "text.h"

static void assert_shows(const char *text, bool lines, const char *expected)
{
	char copy[256];

	(void)snprintf(copy, sizeof(copy), "%s", text);
	text_visible(copy, lines);
	assert_string_equal(copy, expected);
}

static void what_moves_a_cursor(void **state)
{
	(void)state;
	assert_shows("", false, "");
	assert_shows("plain ~ text, M\xc3\xbcnchen \xe2\x82\xac \xf0\x9f\x99\x82", false,
		"plain ~ text, M\xc3\xbcnchen \xe2\x82\xac \xf0\x9f\x99\x82");
	for (int c = 1; c < 0x20; c++) {
		const char text[] = {'a', (char)c, 'b', '\0'};

		assert_shows(text, false, "a?b");
		assert_shows(text, true, c == '\n' ? "a\nb" : "a?b");
	}
	assert_shows("a\x7f", false, "a?");
	for (int c = 0x80; c < 0xa0; c++) {
		const char text[] = {'a', '\xc2', (char)c, 'b', '\0'},
			   raw[] = {'a', (char)c, 'b', '\0'};

		assert_shows(text, true, "a?b");
		assert_shows(raw, true, "a?b");
	}
	assert_shows("\xc2\xa0", false, "\xc2\xa0");
}

static void what_turns_the_direction(void **state)
{
	static const char *const all[] = {"\xd8\x9c", "\xe2\x80\x8e", "\xe2\x80\x8f",
		"\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaa", "\xe2\x80\xab", "\xe2\x80\xac",
		"\xe2\x80\xad", "\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x81\xa7", "\xe2\x81\xa8",
		"\xe2\x81\xa9"};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		assert_shows(all[i], true, "?");
	assert_shows("\xe2\x80\x8d\xe2\x81\xa5", true, "\xe2\x80\x8d\xe2\x81\xa5");
}

static void what_is_not_utf8(void **state)
{
	(void)state;
	assert_shows("a\xff"
		     "b",
		false, "a?b");
	assert_shows("\xc0\x8a", true, "??");      /* a newline, overlong */
	assert_shows("\xed\xa0\x80", true, "???"); /* a surrogate */
	assert_shows("\xe2\x80", true, "??");      /* cut */
	assert_shows("\xf4\x90\x80\x80", true, "????");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_moves_a_cursor),
		cmocka_unit_test(what_turns_the_direction),
		cmocka_unit_test(what_is_not_utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
