/* SPDX-License-Identifier: Apache-2.0 */
/* The line on which a key of the outermost object stands: the parser keeps none. */
#include <string.h>

#include "codec_internal.h"

/* The length of the string that begins at the quote at text, its two quotes included. */
static size_t string_length(const char *text, size_t len)
{
	size_t n = 1;

	while (n < len && text[n] != '"')
		n += text[n] == '\\' ? 2 : 1;
	return n < len ? n + 1 : len;
}

/* With its escapes resolved, as the parser does. */
static bool is_string(const char *token, size_t len, const char *key)
{
	json_auto_t *j = json_loadb(token, len, JSON_DECODE_ANY, NULL);

	return j && json_is_string(j) && strcmp(json_string_value(j), key) == 0;
}

static bool colon_follows(const char *text, size_t len)
{
	while (len && memchr(" \t\r\n", *text, 4)) {
		text++;
		len--;
	}
	return len && *text == ':';
}

int codec_line_of(const struct codec_tree *d, const char *key)
{
	int line = 1, depth = 0;

	for (size_t i = 0; i < d->len; i++) {
		const char c = d->text[i];

		line += c == '\n';
		depth += (c == '{' || c == '[') - (c == '}' || c == ']');
		if (c != '"')
			continue;
		const size_t n = string_length(d->text + i, d->len - i);

		if (depth == 1 && colon_follows(d->text + i + n, d->len - i - n) &&
			is_string(d->text + i, n, key))
			return line;
		i += n - 1;
	}
	return 0;
}
