/* SPDX-License-Identifier: Apache-2.0 */
/* What is printed for a shell, a shell reads back as it was. */
#include <stdio.h>
#include <stdlib.h>

#include "mem.h"
#include "quote.h"
#include "test.h"

static char *quoted(const char *word)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	quote_print(out, word);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void words(void **state)
{
	static const struct {
		const char *word, *want;
	} cases[] = {
		{"--lcores", "--lcores"},
		{"0@2,1@3", "0@2,1@3"},
		{"0000:3b:02.1", "0000:3b:02.1"},
		{"--iova-mode=va", "--iova-mode=va"},
		{"", "''"},
		{"a b", "'a b'"},
		{"(1,2)@3", "'(1,2)@3'"},
		{"it's", "'it'\\''s'"},
		{"$HOME", "'$HOME'"},
		{"a\nb", "'a\nb'"},
		{"*", "'*'"},
		{"~", "'~'"},
		{"\xc3\xa4", "'\xc3\xa4'"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		auto_free char *got = quoted(cases[i].word);

		assert_string_equal(got, cases[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(words)};

	return cmocka_run_group_tests_name("quote", tests, NULL, NULL);
}
