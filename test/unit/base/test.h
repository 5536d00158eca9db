/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka wants its includes in this order. */
#ifndef TEST_UNIT_BASE_TEST_H
#define TEST_UNIT_BASE_TEST_H

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

#endif
