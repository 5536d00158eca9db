/* SPDX-License-Identifier: Apache-2.0 */
/* How a unit test begins: cmocka, which wants its includes in this order, and what is said of errors. */
#ifndef TEST_UNIT_TEST_H
#define TEST_UNIT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

/* The error says text somewhere. */
#define assert_says(e, text) \
	do { \
		if (!strstr((e).msg, (text))) \
			fail_msg("\"%s\" does not hold \"%s\"", (e).msg, (text)); \
	} while (0)

/* And it has this code. */
#define assert_error(e, want, text) \
	do { \
		if ((e).code != (want) || !strstr((e).msg, (text))) \
			fail_msg("%d \"%s\" is not %d with \"%s\"", (e).code, (e).msg, (want), \
				(text)); \
	} while (0)

#endif
