/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "err.h"
#include "mem.h"

void *mem_more_(void *array, size_t n, size_t size)
{
	size_t room = 1, bytes;
	char *items;

	while (room <= n)
		room *= 2;
	memcpy(&items, array, sizeof(items));
	if (__builtin_mul_overflow(room, size, &bytes))
		return NULL;
	/* Of the size that it has already, this costs nothing. */
	char *more = realloc(items, bytes);

	if (!more)
		return NULL;
	memcpy(array, &more, sizeof(more));
	return memset(more + n * size, 0, size);
}

int mem_set_text(char **field, const char *text, struct err *e)
{
	char *copy = text ? strdup(text) : NULL;

	if (text && !copy)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "copy of \"%.40s\"", text);
	free(*field);
	*field = copy;
	return 0;
}
