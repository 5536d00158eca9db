/* SPDX-License-Identifier: Apache-2.0 */
#include "idle.h"

#include "test.h"

#define BURST 64

static void polling_never_sleeps(void **state)
{
	struct idle i = {.mode = IDLE_POLL};

	(void)state;
	for (unsigned int k = 0; k < 100000; k++)
		assert_int_equal(idle_next(&i, k % 3, BURST), 0);
}

/* Spins first, then naps that double up to a millisecond and stay there. */
static void falls_asleep(void **state)
{
	struct idle i = {.mode = IDLE_SLEEP};
	uint32_t last = IDLE_NAP_MIN;

	(void)state;
	for (unsigned int k = 1; k < IDLE_SPINS; k++)
		assert_int_equal(idle_next(&i, 0, BURST), 0);
	assert_int_equal(idle_next(&i, 0, BURST), IDLE_NAP_MIN);
	for (unsigned int k = 0; k < 20; k++) {
		uint32_t ns = idle_next(&i, 0, BURST);

		assert_true(ns == last * 2 || ns == IDLE_NAP_MAX);
		assert_true(ns <= IDLE_NAP_MAX);
		last = ns;
	}
	assert_int_equal(last, IDLE_NAP_MAX);
}

static void asleep(struct idle *i)
{
	*i = (struct idle){.mode = IDLE_SLEEP};
	while (idle_next(i, 0, BURST) != IDLE_NAP_MAX)
		;
}

static void full_burst_wakes_up(void **state)
{
	struct idle i;

	(void)state;
	asleep(&i);
	assert_int_equal(idle_next(&i, BURST, BURST), 0);
	for (unsigned int k = 1; k < IDLE_SPINS; k++)
		assert_int_equal(idle_next(&i, 0, BURST), 0);
	assert_int_not_equal(idle_next(&i, 0, BURST), 0);
}

/* Ten packets per millisecond: naps go on, and do not grow over the limit. */
static void trickle_keeps_the_nap(void **state)
{
	struct idle i;

	(void)state;
	asleep(&i);
	for (unsigned int k = 0; k < 1000; k++)
		assert_int_equal(idle_next(&i, k % 2 ? 10 : 0, BURST), IDLE_NAP_MAX);
}

static void growing_load_shortens_it(void **state)
{
	struct idle i;
	uint32_t last = IDLE_NAP_MAX, ns;
	unsigned int steps = 0;

	(void)state;
	asleep(&i);
	while ((ns = idle_next(&i, BURST / 2, BURST)) != 0) {
		assert_true(ns < last);
		last = ns;
		assert_true(++steps < 32);
	}
}

/* With a burst of one each packet is a full burst; nothing may divide by zero or stick. */
static void burst_of_one(void **state)
{
	struct idle i = {.mode = IDLE_SLEEP};

	(void)state;
	for (unsigned int k = 0; k < 10 * IDLE_SPINS; k++)
		(void)idle_next(&i, 0, 1);
	assert_int_equal(i.nap_ns, IDLE_NAP_MAX);
	assert_int_equal(idle_next(&i, 1, 1), 0);
	assert_int_equal(i.nap_ns, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(polling_never_sleeps),
		cmocka_unit_test(falls_asleep),
		cmocka_unit_test(full_burst_wakes_up),
		cmocka_unit_test(trickle_keeps_the_nap),
		cmocka_unit_test(growing_load_shortens_it),
		cmocka_unit_test(burst_of_one),
	};

	return cmocka_run_group_tests_name("l2fwd-idle", tests, NULL, NULL);
}
