/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "pciaddr.h"
#include "test.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static void good_addresses(void **state)
{
	static const struct {
		const char *text, *formatted;
		struct pciaddr a;
	} good[] = {
		{"0000:3b:02.1", "0000:3b:02.1", {0, 0x3b, 2, 1}},
		{"3b:02.1", "0000:3b:02.1", {0, 0x3b, 2, 1}},
		{"0000:3B:1F.7", "0000:3b:1f.7", {0, 0x3b, 0x1f, 7}},
		{"00:00.0", "0000:00:00.0", {0, 0, 0, 0}},
		{"ffff:ff:1f.7", "ffff:ff:1f.7", {0xffff, 0xff, 0x1f, 7}},
		/* VMD */
		{"10000:e1:00.0", "10000:e1:00.0", {0x10000, 0xe1, 0, 0}},
		{"ffffffff:00:00.0", "ffffffff:00:00.0", {0xffffffff, 0, 0, 0}},
		{"00000001:00:00.0", "0001:00:00.0", {1, 0, 0, 0}},
	};

	(void)state;
	for (size_t i = 0; i < N(good); i++) {
		struct err e = ERR_INIT;
		struct pciaddr a = {~0u, 0xff, 0xff, 0xff};
		char buf[PCIADDR_LEN];

		if (pciaddr_parse(good[i].text, &a, &e) != 0)
			fail_msg("%s: %s", good[i].text, e.msg);
		assert_int_equal(a.domain, good[i].a.domain);
		assert_int_equal(a.bus, good[i].a.bus);
		assert_int_equal(a.dev, good[i].a.dev);
		assert_int_equal(a.fn, good[i].a.fn);
		assert_string_equal(pciaddr_format(&a, buf), good[i].formatted);
		assert_true(pciaddr_valid(good[i].text));
		assert_int_equal(e.code, ERR_NONE);
	}
}

static void bad_addresses(void **state)
{
	static const char *const bad[] = {
		"",
		":",
		"::",
		".",
		"0000",
		"0000:",
		"0000:3b",
		"0000:3b:",
		"0000:3b:02",
		"0000:3b:02.",
		"0000:3b:02.8",
		"0000:3b:02.f",
		"0000:3b:20.0",
		"0000:3b:ff.0",
		"0000:3b:02.11",
		"0000:3b:2.1",
		"0000:b:02.1",
		"0000:13b:02.1",
		"0000:3b:002.1",
		"000:3b:02.1",
		":3b:02.1",
		"0:3b:02.1",
		"123456789:3b:02.1",
		"000000000:3b:02.1",
		"0000:3g:02.1",
		" 0000:3b:02.1",
		"0000:3b:02.1 ",
		"0000:3b:02.1\n",
		"0000: 3b:02.1",
		"0x00:3b:02.1",
		"-000:3b:02.1",
		"+000:3b:02.1",
		"0000:3b:02:1",
		"0000.3b.02.1",
		"0000:3b:02.1/..",
		"../0000:3b:02.1",
		"/",
		"..",
		"0000:3b:02.1,0000:3b:02.2",
		"0000:0000:3b:02.1",
		"0000:3b:02.1=x",
		"0000:3b:-2.1",
		"eth0",
		/* a fullwidth digit */
		"0000:3b:02.\xef\xbc\x91",
	};

	(void)state;
	for (size_t i = 0; i < N(bad); i++) {
		struct err e = ERR_INIT;
		struct pciaddr a = {7, 7, 7, 7};

		if (pciaddr_parse(bad[i], &a, &e) != -EINVAL)
			fail_msg("\"%s\" was taken", bad[i]);
		assert_int_equal(e.code, ERR_CONFIG);
		assert_says(e, bad[i]);
		assert_non_null(strstr(e.remedy, "0000:"));
		/* ret_ is untouched on failure */
		assert_int_equal(a.domain, 7);
		assert_int_equal(a.bus, 7);
		assert_int_equal(a.dev, 7);
		assert_int_equal(a.fn, 7);
		assert_false(pciaddr_valid(bad[i]));
	}
}

static void endless_text_is_cut_in_the_message(void **state)
{
	struct err e = ERR_INIT;
	struct pciaddr a;
	char big[8192];

	(void)state;
	memset(big, '0', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	assert_int_equal(pciaddr_parse(big, &a, &e), -EINVAL);
	assert_says(e, "not a PCI address");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_addresses),
		cmocka_unit_test(bad_addresses),
		cmocka_unit_test(endless_text_is_cut_in_the_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
