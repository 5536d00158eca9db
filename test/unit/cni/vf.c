/* SPDX-License-Identifier: Apache-2.0 */
/* Without netlink: what is wished, and what differs. The rest is tested on real VFs. */
#include <stdlib.h>

#include "test.h"
#include "vf.h"

static struct vf none(void)
{
	struct vf v;

	vf_init(&v);
	return v;
}

static void a_wish_is_any_key(void **state)
{
	char mac[] = "02:00:00:00:00:01";
	struct vf v[9];

	(void)state;
	for (int i = 0; i < 9; i++) {
		v[i] = none();
		assert_false(vf_any(&v[i]));
	}
	v[0].vlan = 0;
	v[1].qos = 0;
	v[2].proto = VF_8021Q;
	v[3].mac = mac;
	v[4].spoofchk = 0;
	v[5].trust = 0;
	v[6].link_state = VF_LINK_AUTO;
	v[7].min_tx_rate = 0;
	v[8].max_tx_rate = 0;
	for (int i = 0; i < 9; i++)
		assert_true(vf_any(&v[i]));
}

static void what_is_not_wished_differs_not(void **state)
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
	now.mac = zero; /* until the VF's driver has told its own */
	differs(&wish, &now, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wish_is_any_key),
		cmocka_unit_test(what_is_not_wished_differs_not),
		cmocka_unit_test(each_key_by_itself),
		cmocka_unit_test(addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
