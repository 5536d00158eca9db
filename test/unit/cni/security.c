/* SPDX-License-Identifier: Apache-2.0 */
/* SECURITY.md has every key that the plugin reads, and no other. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "file.h"
#include "mem.h"
#include "netconf.h"
#include "test.h"

/* The first column of the table below "What the author ...". */
static char keys[8192];

static int read_table(void **state)
{
	auto_free char *text = NULL;
	auto_close int root = open(getenv("SOURCE_ROOT"), O_PATH | O_DIRECTORY | O_CLOEXEC);
	char *line, *save = NULL;
	bool inside = false;

	(void)state;
	assert_int_equal(file_read(root, "SECURITY.md", FILE_IN_ROOT, 1u << 20, &text, NULL), 0);
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		const size_t n = strlen(keys);
		char *end = line[0] == '|' ? strchr(line + 1, '|') : NULL;

		inside |= strncmp(line, "## What the author", 18) == 0;
		if (inside && end)
			(void)snprintf(keys + n, sizeof(keys) - n, "%.*s", (int)(end - line), line);
	}
	return 0;
}

static int known;

static void each_key(const struct codec_field *t, const char *up)
{
	for (; t->key; t++) {
		char path[128], quoted[160];

		if (t->kind == CODEC_KNOWN)
			continue;
		(void)snprintf(path, sizeof(path), "%s%s%s", up, *up && *t->key ? "." : "", t->key);
		if (t->kind == CODEC_OBJ) {
			each_key(t->sub, path);
			continue;
		}
		(void)snprintf(quoted, sizeof(quoted), "`%s`", path);
		known++;
		if (!strstr(keys, quoted))
			fail_msg("SECURITY.md lacks %s", quoted);
	}
}

static void every_key_is_there(void **state)
{
	(void)state;
	each_key(netconf_fields, "");
	assert_true(known > 35);
}

static bool is_key(const struct codec_field *t, const char *path)
{
	for (; t->key; t++) {
		const size_t n = strlen(t->key);

		if (t->kind == CODEC_KNOWN)
			continue;
		if (t->kind != CODEC_OBJ && strcmp(t->key, path) == 0)
			return true;
		if (t->kind == CODEC_OBJ && n == 0 && is_key(t->sub, path))
			return true;
		if (t->kind == CODEC_OBJ && n && strncmp(t->key, path, n) == 0 && path[n] == '.' &&
			is_key(t->sub, path + n + 1))
			return true;
	}
	return false;
}

static void nothing_else_is_there(void **state)
{
	char *save = NULL;
	int n = 0;

	(void)state;
	/* Between each pair of quotes. */
	for (char *p = strtok_r(keys, "`", &save); p; p = strtok_r(NULL, "`", &save), n++)
		if (n % 2 && !is_key(netconf_fields, p))
			fail_msg("SECURITY.md has `%s`, which the plugin does not read", p);
	assert_true(n > 70);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_is_there),
		cmocka_unit_test(nothing_else_is_there),
	};

	return cmocka_run_group_tests(tests, read_table, NULL);
}
