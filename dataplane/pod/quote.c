/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "quote.h"

static const char plain[] =
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";

void quote_print(FILE *out, const char *word)
{
	if (*word && word[strspn(word, plain)] == '\0') {
		(void)fputs(word, out);
		return;
	}
	(void)fputc('\'', out);
	for (; *word; word++) {
		if (*word == '\'')
			(void)fputs("'\\''", out);
		else
			(void)fputc(*word, out);
	}
	(void)fputc('\'', out);
}

void quote_words(FILE *out, char *const *words)
{
	for (size_t i = 0; words[i]; i++) {
		if (i)
			(void)fputc(' ', out);
		quote_print(out, words[i]);
	}
}

char *quote_join(char *const *words)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return NULL;
	quote_words(out, words);
	if (fclose(out) != 0) {
		free(text);
		return NULL;
	}
	return text;
}
