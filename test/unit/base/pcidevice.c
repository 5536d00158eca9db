/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "pcidevice.h"
#include "test.h"

static void which_variables_count(void **state)
{
	static char *const env[] = {"PATH=/bin", "PCIDEVICE_A_NIC=0000:3b:02.1", "PCIDEVICE_BROKEN",
		"PCIDEVICE_A_NIC_INFO={\"0000:3b:02.1\":{}}", "MY_PCIDEVICE_X=1",
		"PCIDEVICE_B_INFO=0000:b1:01.0", "PCIDEVICE_EMPTY=", NULL};
	static const struct {
		const char *name, *value;
		bool json;
	} want[] = {
		{"PCIDEVICE_A_NIC", "0000:3b:02.1", false},
		{"PCIDEVICE_A_NIC_INFO", "{\"0000:3b:02.1\":{}}", true},
		{"PCIDEVICE_B_INFO", "0000:b1:01.0", false},
		{"PCIDEVICE_EMPTY", "", false},
	};
	char *const *at = env;
	struct pcidevice v;

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		assert_true(pcidevice_next(&at, &v));
		assert_string_equal(v.name, want[i].name);
		assert_string_equal(v.value, want[i].value);
		assert_int_equal(v.json, want[i].json);
	}
	assert_false(pcidevice_next(&at, &v));
	assert_false(pcidevice_next(&at, &v));
}

static void no_environment(void **state)
{
	char *const *at = NULL;
	struct pcidevice v;

	(void)state;
	assert_false(pcidevice_next(&at, &v));
}

static void addresses_of_a_list(void **state)
{
	const char *at = " 0000:3b:02.1,,3b:02.2 nonsense,";
	char word[PCIDEVICE_TEXT];

	(void)state;
	assert_true(pcidevice_address(&at, word));
	assert_string_equal(word, "0000:3b:02.1");
	assert_true(pcidevice_address(&at, word));
	assert_string_equal(word, "3b:02.2");
	assert_true(pcidevice_address(&at, word));
	assert_string_equal(word, "nonsense");
	assert_false(pcidevice_address(&at, word));
	assert_false(pcidevice_address(&at, word));
}

static void long_names_and_words_are_cut(void **state)
{
	char variable[600], word[PCIDEVICE_TEXT];
	char *env[] = {variable, NULL};
	char *const *next = env;
	struct pcidevice v;
	const char *at;

	(void)state;
	memset(variable, 'X', sizeof(variable));
	memcpy(variable, "PCIDEVICE_", 10);
	variable[400] = '=';
	variable[sizeof(variable) - 1] = '\0';
	assert_true(pcidevice_next(&next, &v));
	assert_int_equal(strlen(v.name), PCIDEVICE_NAME - 1);
	at = v.value;
	assert_true(pcidevice_address(&at, word));
	assert_int_equal(strlen(word), PCIDEVICE_TEXT - 1);
	assert_false(pcidevice_address(&at, word));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(which_variables_count),
		cmocka_unit_test(no_environment),
		cmocka_unit_test(addresses_of_a_list),
		cmocka_unit_test(long_names_and_words_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
