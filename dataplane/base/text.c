/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>
#include <stdint.h>

#include "text.h"

/* The character that text begins with, and how many bytes it has; 0: it is not UTF-8 (RFC 3629). */
static size_t character(const unsigned char *text, uint32_t *ret)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const size_t n = text[0] < 0x80    ? 1
		: (text[0] & 0xe0) == 0xc0 ? 2
		: (text[0] & 0xf0) == 0xe0 ? 3
		: (text[0] & 0xf8) == 0xf0 ? 4
					   : 0;

	*ret = n == 1 ? text[0] : n ? text[0] & (0x7fu >> n) : 0;
	for (size_t i = 1; i < n; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		*ret = *ret << 6 | (text[i] & 0x3f);
	}
	if (n > 1 && (*ret < least[n] || *ret > 0x10ffff || (*ret >= 0xd800 && *ret < 0xe000)))
		return 0;
	return n;
}

static bool is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c || c == 0x200e || c == 0x200f ||
		(c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

void text_visible(char *text, bool lines)
{
	unsigned char *from = (unsigned char *)text, *to = from;

	while (*from) {
		uint32_t c;
		const size_t n = character(from, &c);

		if (n == 0 || (is_control(c) && !(lines && c == '\n'))) {
			*to++ = '?';
			from += n ? n : 1;
			continue;
		}
		for (size_t i = 0; i < n; i++)
			*to++ = *from++;
	}
	*to = '\0';
}
