/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka wants its includes in this order. */
#ifndef TEST_UNIT_L2FWD_TEST_H
#define TEST_UNIT_L2FWD_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#endif
