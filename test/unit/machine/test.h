/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka wants its includes in this order. */
#ifndef TEST_UNIT_MACHINE_TEST_H
#define TEST_UNIT_MACHINE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

/* The error has this code and says text somewhere. */
#define assert_error(e, want, text) \
	do { \
		if ((e).code != (want) || !strstr((e).msg, (text))) \
			fail_msg("%d \"%s\" is not %d with \"%s\"", (e).code, (e).msg, (want), \
				(text)); \
	} while (0)

#endif
