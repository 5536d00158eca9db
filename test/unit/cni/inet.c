/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <sys/socket.h>

#include "inet.h"
#include "test.h"

static void good(const char *text, int family, int len, const char *formatted)
{
	struct inet_prefix p;
	char buf[INET_TEXT];

	memset(&p, 0x5a, sizeof(p));
	if (inet_parse(text, &p) != 0)
		fail_msg("%s is refused", text);
	assert_int_equal(p.family, family);
	assert_int_equal(p.len, len);
	assert_string_equal(inet_format(&p, buf), formatted);
}

static void addresses(void **state)
{
	(void)state;
	good("10.0.0.1/24", AF_INET, 24, "10.0.0.1/24");
	good("10.0.0.1", AF_INET, 32, "10.0.0.1/32");
	good("0.0.0.0/0", AF_INET, 0, "0.0.0.0/0");
	good("255.255.255.255/32", AF_INET, 32, "255.255.255.255/32");
	good("fd00::1/64", AF_INET6, 64, "fd00::1/64");
	good("FD00:0:0:0::1", AF_INET6, 128, "fd00::1/128");
	good("::/0", AF_INET6, 0, "::/0");
	good("::ffff:10.0.0.1/96", AF_INET6, 96, "::ffff:10.0.0.1/96");
	good("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255/128", AF_INET6, 128,
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128");
	good("10.0.0.1/08", AF_INET, 8, "10.0.0.1/8");
}

/* An IPv4 address fills four bytes and leaves the rest zero: prefixes are compared whole. */
static void the_rest_is_zero(void **state)
{
	struct inet_prefix p;

	(void)state;
	memset(&p, 0x5a, sizeof(p));
	assert_int_equal(inet_parse("1.2.3.4/8", &p), 0);
	assert_memory_equal(p.addr, "\x01\x02\x03\x04\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	assert_int_equal(inet_size(AF_INET), 4);
	assert_int_equal(inet_size(AF_INET6), 16);
}

static void what_is_none(void **state)
{
	static const char *const bad[] = {"", "/", "/24", "10.0.0", "10.0.0.256", "10.0.0.1/",
		"10.0.0.1/33", "10.0.0.1/-1", "10.0.0.1/+8", "10.0.0.1/ 8", "10.0.0.1/8 ",
		"10.0.0.1/8x", "10.0.0.1/0x8", "10.0.0.1/99999999999999999999", " 10.0.0.1",
		"10.0.0.1 ", "010.0.0.1", "fd00::1/129", "fd00:::1", "fd00::1%eth0",
		"fd00::1/64/64", "::1.2.3", "hostname", "10.0.0.1/24/24",
		"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255.1111111111111111111111"};
	struct inet_prefix before, p;

	(void)state;
	memset(&before, 0x5a, sizeof(before));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		p = before;
		if (inet_parse(bad[i], &p) != -EINVAL)
			fail_msg("\"%s\" is accepted", bad[i]);
		assert_memory_equal(&p, &before, sizeof(p));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses),
		cmocka_unit_test(the_rest_is_zero),
		cmocka_unit_test(what_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
