/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "units.h"

/* In the largest unit in which it is a whole number. */
static const char *format(uint64_t bytes, const char *const *suffixes, size_t n,
	char buf[static UNITS_LEN])
{
	size_t u = 0;

	for (; bytes && bytes % 1024 == 0 && u + 1 < n; u++)
		bytes /= 1024;
	(void)snprintf(buf, UNITS_LEN, "%" PRIu64 "%s", bytes, suffixes[u]);
	return buf;
}

const char *units_bytes(uint64_t bytes, char buf[static UNITS_LEN])
{
	static const char *const suffixes[] = {" B", " KiB", " MiB", " GiB", " TiB"};

	if (bytes != UINT64_MAX)
		return format(bytes, suffixes, ARRAY_SIZE(suffixes), buf);
	(void)snprintf(buf, UNITS_LEN, "unlimited");
	return buf;
}

const char *units_quantity(uint64_t bytes, char buf[static UNITS_LEN])
{
	static const char *const suffixes[] = {"", "Ki", "Mi", "Gi", "Ti"};

	return format(bytes, suffixes, ARRAY_SIZE(suffixes), buf);
}

const char *units_resource(uint64_t page_size, char buf[static UNITS_LEN])
{
	char size[UNITS_LEN];

	(void)snprintf(buf, UNITS_LEN, "hugepages-%.21s", units_quantity(page_size, size));
	return buf;
}

const char *units_hugetlb(uint64_t page_size, char buf[static UNITS_LEN])
{
	static const char *const suffixes[] = {"B", "KB", "MB", "GB"};

	return format(page_size, suffixes, ARRAY_SIZE(suffixes), buf);
}

const char *units_kernel(uint64_t bytes, char buf[static UNITS_LEN])
{
	static const char *const suffixes[] = {"", "K", "M", "G"};

	return format(bytes, suffixes, ARRAY_SIZE(suffixes), buf);
}

uint64_t units_parse(const char *text)
{
	static const char letters[] = "KMGT";
	char *end;

	if (!isdigit((unsigned char)*text))
		return 0;
	errno = 0;
	uint64_t v = strtoull(text, &end, 10);
	const char *letter = *end ? strchr(letters, toupper((unsigned char)*end)) : NULL;
	unsigned int shift = letter ? 10 * (unsigned int)(letter - letters + 1) : 0;

	end += letter != NULL;
	if (errno || (*end && *end != ',') || (shift && v >> (64 - shift)))
		return 0;
	return v << shift;
}
