/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Linked into a copy of the plugin with --wrap=json_loadb: every text that is parsed leaves its
 * length in the file that PARSES names, a line each. The shipped plugin counts nothing.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <jansson.h>

json_t *__real_json_loadb(const char *text, size_t len, size_t flags, json_error_t *e);
json_t *__wrap_json_loadb(const char *text, size_t len, size_t flags, json_error_t *e);

json_t *__wrap_json_loadb(const char *text, size_t len, size_t flags, json_error_t *e)
{
	const char *file = getenv("PARSES");
	int fd = file ? open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;

	if (fd >= 0) {
		(void)dprintf(fd, "%zu\n", len);
		(void)close(fd);
	}
	return __real_json_loadb(text, len, flags, e);
}
