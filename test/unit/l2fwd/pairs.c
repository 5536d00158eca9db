/* SPDX-License-Identifier: Apache-2.0 */
#include "pairs.h"

#include <errno.h>
#include <string.h>

#include "mem.h"
#include "test.h"

#define N 5
static const char *const names[N] = {"net1", "net2", "net3", "3", "eth1.100"};

static void neighbours(void **state)
{
	(void)state;
	for (unsigned int n = 1; n <= 32; n++) {
		uint16_t peer[32];

		pairs_neighbours(n, peer);
		for (unsigned int i = 0; i < n; i++) {
			unsigned int want = i % 2 ? i - 1 : i + 1;

			assert_int_equal(peer[i], want < n ? want : i);
			assert_int_equal(peer[peer[i]], i);
		}
	}
}

static void maps(void **state)
{
	static const struct {
		const char *map;
		uint16_t want[N];
	} rows[] = {
		{"(0,1)", {1, 0, PAIR_NONE, PAIR_NONE, PAIR_NONE}},
		{"(1,0)", {1, 0, PAIR_NONE, PAIR_NONE, PAIR_NONE}},
		{"(net1,net3)(net2,4)", {2, 4, 0, PAIR_NONE, 1}},
		{"(2,2)", {PAIR_NONE, PAIR_NONE, 2, PAIR_NONE, PAIR_NONE}},
		/* A name that looks like a number is a name first. */
		{"(3,eth1.100)", {PAIR_NONE, PAIR_NONE, PAIR_NONE, 4, 3}},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint16_t peer[N];
		struct err e = ERR_INIT;

		assert_int_equal(pairs_parse(rows[i].map, names, N, peer, &e), 0);
		assert_memory_equal(peer, rows[i].want, sizeof(peer));
		assert_string_equal(e.msg, "");
	}
}

static void bad_maps(void **state)
{
	static const struct {
		const char *map, *says;
	} rows[] = {
		{"", "syntax"},
		{"0,1", "syntax"},
		{"(0,1", "syntax"},
		{"(0)", "syntax"},
		{"(,1)", "syntax"},
		{"(0,)", "syntax"},
		{"(0,1)x", "syntax"},
		{"(0,1),(2,3)", "syntax"},
		{"((0,1)", "syntax"},
		{"(0,1,2)", "syntax"},
		{"(0,5)", "no port '5'"},
		{"(0,65536)", "no port '65536'"},
		{"(0,-1)", "no port '-1'"},
		{"(net1,net9)", "no port 'net9'"},
		{"(net,1)", "no port 'net'"},
		{"(0,1)(1,2)", "port 'net2' is in two pairs"},
		{"(2,2)(2,2)", "port 'net3' is in two pairs"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint16_t peer[N] = {7, 7, 7, 7, 7};
		struct err e = ERR_INIT;

		assert_int_equal(pairs_parse(rows[i].map, names, N, peer, &e), -EINVAL);
		if (!strstr(e.msg, rows[i].says))
			fail_msg("'%s': '%s' does not say '%s'", rows[i].map, e.msg, rows[i].says);
		for (unsigned int k = 0; k < N; k++)
			assert_int_equal(peer[k], 7);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(neighbours),
		cmocka_unit_test(maps),
		cmocka_unit_test(bad_maps),
	};

	return cmocka_run_group_tests_name("l2fwd-pairs", tests, NULL, NULL);
}
