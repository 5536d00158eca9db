/* SPDX-License-Identifier: Apache-2.0 */
/* An amount of memory for people: "512 MiB", exact. */
#ifndef POD_BYTES_H
#define POD_BYTES_H

#include <stdint.h>

#define BYTES_LEN 32

/* UINT64_MAX is "unlimited". */
const char *bytes_format(uint64_t bytes, char buf[static BYTES_LEN]);

#endif
