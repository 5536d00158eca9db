/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>

#include "bytes.h"
#include "mem.h"

const char *bytes_format(uint64_t bytes, char buf[static BYTES_LEN])
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
	size_t u = 0;

	if (bytes == UINT64_MAX) {
		(void)snprintf(buf, BYTES_LEN, "unlimited");
		return buf;
	}
	while (bytes >= 1024 && bytes % 1024 == 0 && u + 1 < ARRAY_SIZE(units)) {
		bytes /= 1024;
		u++;
	}
	(void)snprintf(buf, BYTES_LEN, "%" PRIu64 " %s", bytes, units[u]);
	return buf;
}
