/* SPDX-License-Identifier: Apache-2.0 */
/* Without netlink: what the module says of texts. The rest is tested on real links. */
#include <errno.h>

#include "link.h"
#include "test.h"

static void addresses(void **state)
{
	uint8_t buf[32];

	(void)state;
	assert_int_equal(link_mac_parse("02:1a:FF:00:9f:01", buf, sizeof(buf)), 6);
	assert_memory_equal(buf, "\x02\x1a\xff\x00\x9f\x01", 6);
	assert_int_equal(link_mac_parse("02-1a-ff-00-9f-01", buf, sizeof(buf)), 6);
	assert_int_equal(link_mac_parse("ff", buf, sizeof(buf)), 1);
	assert_int_equal(
		link_mac_parse("00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f:10:11:12:13", buf,
			sizeof(buf)),
		20);
	assert_int_equal(buf[19], 0x13);
}

static void what_is_none(void **state)
{
	static const char *const bad[] = {"", ":", "0", "02:", "02:1", "02:1:ff", "021aff",
		"02:1a:", ":02", "0x", "02:0g", "02 1a", "02::1a", " 02", "02 ", "+2", "02.1a"};
	uint8_t buf[32];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (link_mac_parse(bad[i], buf, sizeof(buf)) != -EINVAL)
			fail_msg("\"%s\" is accepted", bad[i]);
}

static void the_buffer_is_the_bound(void **state)
{
	uint8_t buf[7];

	(void)state;
	memset(buf, 0x5a, sizeof(buf));
	assert_int_equal(link_mac_parse("01:02:03:04:05:06", buf, 6), 6);
	assert_int_equal(buf[6], 0x5a);
	assert_int_equal(link_mac_parse("01:02:03:04:05:06:07", buf, 6), -EINVAL);
	assert_int_equal(buf[6], 0x5a);
}

/* One address, however it is written. */
static void equality(void **state)
{
	(void)state;
	assert_true(link_mac_equal("02:00:00:00:AB:01", "02:00:00:00:ab:01"));
	assert_true(link_mac_equal("02-00-00-00-ab-01", "02:00:00:00:ab:01"));
	assert_false(link_mac_equal("02:00:00:00:ab:01", "02:00:00:00:ab:02"));
	assert_false(link_mac_equal("02:00:00:00:ab:01", "02:00:00:00:ab:01:00:00"));
	assert_false(link_mac_equal("02:00:00:00:ab:01", NULL));
	assert_false(link_mac_equal(NULL, NULL));
	assert_false(link_mac_equal("x", "x"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses),
		cmocka_unit_test(what_is_none),
		cmocka_unit_test(the_buffer_is_the_bound),
		cmocka_unit_test(equality),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
