/* SPDX-License-Identifier: Apache-2.0 */
/* Without netlink: what is wished, and what differs. The rest is tested on real VFs. */
#include <stdlib.h>

#include "mem.h"
#include "test.h"
#include "vf.h"

static struct vf none(void)
{
	struct vf v;

	vf_init(&v);
	return v;
}

/* Of each row a number that its kind can hold; other numbers give other values. */
static void give(struct vf *v, const struct vf_key *k, int n)
{
	vf_set_value(v, k, k->kind == VF_MAC ? 0x020000000000 + n : n % 2);
}

static void a_wish_is_any_key(void **state)
{
	(void)state;
	for (size_t i = 0; i < vf_n_keys; i++) {
		auto_vf struct vf v = none();

		assert_false(vf_any(&v));
		give(&v, &vf_keys[i], 0);
		assert_true(vf_any(&v));
	}
}

static void values_come_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < vf_n_keys; i++)
		for (int n = 0; n < 2; n++) {
			auto_vf struct vf v = none();
			char text[VF_TEXT];

			assert_string_equal(vf_text(&v, &vf_keys[i], text), "");
			give(&v, &vf_keys[i], n);
			assert_int_equal(vf_value(&v, &vf_keys[i]) & 1, n);
			assert_string_not_equal(vf_text(&v, &vf_keys[i], text), "");
			vf_set_value(&v, &vf_keys[i], CODEC_ABSENT);
			assert_false(vf_any(&v));
		}
}

static void what_is_not_wished_does_not_differ(void **state)
{
	char mac[] = "02:00:00:00:00:01";
	const struct vf wish = none();
	const struct vf now = {.vlan = 5,
		.qos = 3,
		.proto = VF_8021AD,
		.mac = mac,
		.spoofchk = 1,
		.trust = 1,
		.link_state = VF_LINK_DISABLE,
		.min_tx_rate = 1,
		.max_tx_rate = 2};

	(void)state;
	assert_null(vf_differs(&wish, &now));
	assert_null(vf_differs(&now, &now));
}

static void differs(const struct vf *wish, const struct vf *now, const char *key)
{
	const char *got = vf_differs(wish, now);

	if (!key)
		assert_null(got);
	else if (!got)
		fail_msg("%s: no difference is seen", key);
	else
		assert_string_equal(got, key);
}

static void each_key_by_itself(void **state)
{
	struct vf wish = none(), now = none();

	(void)state;
	now.vlan = 0;
	now.qos = 0;
	now.proto = VF_8021Q;
	now.spoofchk = 1;
	now.trust = 0;
	now.link_state = VF_LINK_AUTO;
	now.max_tx_rate = 0;
	wish.vlan = 0;
	differs(&wish, &now, NULL);
	wish.vlan = 5;
	differs(&wish, &now, "vlan");
	wish = none();
	wish.spoofchk = 0;
	differs(&wish, &now, "spoofchk");
	wish = none();
	wish.trust = 1;
	differs(&wish, &now, "trust");
	wish = none();
	wish.link_state = VF_LINK_ENABLE;
	differs(&wish, &now, "link_state");
	wish = none();
	wish.max_tx_rate = 100;
	differs(&wish, &now, "max_tx_rate");
}

static void addresses(void **state)
{
	char a[] = "02:00:00:00:ab:01", upper[] = "02-00-00-00-AB-01", b[] = "02:00:00:00:ab:02",
	     zero[] = "00:00:00:00:00:00";
	struct vf wish = none(), now = none();

	(void)state;
	wish.mac = a;
	now.mac = b;
	differs(&wish, &now, "mac");
	now.mac = upper;
	differs(&wish, &now, NULL);
	now.mac = zero;
	differs(&wish, &now, "mac");
}

/* The priority belongs to the VLAN; of no VLAN the protocol says nothing. */
static void a_cleared_vlan(void **state)
{
	struct vf wish = none(), now = none();

	(void)state;
	wish.vlan = 0;
	now.vlan = 0;
	now.qos = 3;
	differs(&wish, &now, "vlanQoS");
	now.qos = 0;
	now.proto = VF_8021AD;
	wish.proto = VF_8021Q;
	differs(&wish, &now, NULL);
}

static const char *told[8];
static size_t n_told;

static void tell(const char *key)
{
	if (n_told < 8)
		told[n_told++] = key;
}

/* image 0, wished 1: found as 1 or 0 it is given back, found as something else it is left. */
static void of_each_key_somebody_elses_word_is_left(void **state)
{
	(void)state;
	for (size_t i = 0; i < vf_n_keys; i++) {
		const struct vf_key *k = &vf_keys[i];

		for (int found = 0; found < 3; found++) {
			auto_vf struct vf image = none(), wish = none(), now = none();

			/* The protocol is of a VLAN. */
			image.vlan = wish.vlan = now.vlan = 5;
			give(&image, k, 0);
			give(&wish, k, 1);
			if (found < 2)
				give(&now, k, found);
			else
				vf_set_value(&now, k, 2);
			n_told = 0;
			vf_leave_foreign(&image, &wish, &now, tell);
			assert_int_equal(n_told, found == 2);
			assert_true(found < 2 || strcmp(told[0], k->key) == 0 ||
				strcmp(told[0], "vlan") == 0);
			assert_int_equal(vf_value(&image, k) == CODEC_ABSENT, found == 2);
		}
	}
}

/* Half of it back would be a state that nobody ever wanted. */
static void a_vlan_is_one_value(void **state)
{
	struct vf image = none(), wish = none(), now = none();

	(void)state;
	image.vlan = image.qos = 0;
	image.proto = VF_8021Q;
	wish.vlan = 100;
	wish.qos = 5;
	/* The VLAN is as we left it, its priority is not. */
	now.vlan = 100;
	now.qos = 2;
	now.proto = VF_8021Q;
	n_told = 0;
	vf_leave_foreign(&image, &wish, &now, tell);
	assert_int_equal(n_told, 1);
	assert_string_equal(told[0], "vlan");
	assert_false(vf_any(&image));
}

/* Of the rates each has a word of its own. */
static void two_rates_are_two_values(void **state)
{
	struct vf image = none(), wish = none(), now = none();

	(void)state;
	image.min_tx_rate = image.max_tx_rate = 0;
	wish.min_tx_rate = now.min_tx_rate = 10;
	wish.max_tx_rate = 100;
	now.max_tx_rate = 77;
	n_told = 0;
	vf_leave_foreign(&image, &wish, &now, tell);
	assert_int_equal(n_told, 1);
	assert_string_equal(told[0], "max_tx_rate");
	assert_int_equal(image.min_tx_rate, 0);
}

static void the_image_has_what_may_change(void **state)
{
	char mac[] = "02:00:00:00:00:01";
	struct vf wish = none();

	(void)state;
	for (size_t i = 0; i < vf_n_keys; i++) {
		auto_vf struct vf image = none();
		size_t left = 0;

		for (size_t j = 0; j < vf_n_keys; j++)
			give(&image, &vf_keys[j], 1);
		wish = none();
		if (vf_keys[i].kind == VF_MAC)
			wish.mac = mac;
		else
			give(&wish, &vf_keys[i], 0);
		vf_keep_wished(&image, &wish);
		for (size_t j = 0; j < vf_n_keys; j++) {
			const bool there = vf_value(&image, &vf_keys[j]) != CODEC_ABSENT;

			assert_int_equal(there, vf_keys[j].type == vf_keys[i].type);
			left += there;
		}
		assert_in_range(left, 1, 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wish_is_any_key),
		cmocka_unit_test(what_is_not_wished_does_not_differ),
		cmocka_unit_test(each_key_by_itself),
		cmocka_unit_test(addresses),
		cmocka_unit_test(a_cleared_vlan),
		cmocka_unit_test(values_come_back),
		cmocka_unit_test(of_each_key_somebody_elses_word_is_left),
		cmocka_unit_test(a_vlan_is_one_value),
		cmocka_unit_test(two_rates_are_two_values),
		cmocka_unit_test(the_image_has_what_may_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
