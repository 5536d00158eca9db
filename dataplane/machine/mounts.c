/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "mem.h"
#include "mounts.h"
#include "units.h"

#define MOUNTINFO_MAX (16u << 20)

/* "\040" and kin, in place. */
static void unescape(char *s)
{
	char *to = s;

	for (; *s; s++, to++) {
		if (s[0] == '\\' && s[1] && s[2] && s[3]) {
			*to = (char)((s[1] - '0') * 64 + (s[2] - '0') * 8 + (s[3] - '0'));
			s += 3;
		} else {
			*to = *s;
		}
	}
	*to = '\0';
}

/* "36 35 98:0 /root /point rw,… [optional…] - type source options"; false: it is not such a line. */
static bool parse_line(char *line, struct mount *ret)
{
	enum { ID, PARENT, DEVICE, ROOT, POINT, OPTIONS, FIELDS };
	char *tail = strstr(line, " - "), *field[FIELDS], *save = NULL;

	if (!tail)
		return false;
	*tail = '\0';
	for (size_t i = 0; i < FIELDS; i++) {
		field[i] = strtok_r(i ? NULL : line, " ", &save);
		if (!field[i])
			return false;
	}
	ret->type = strtok_r(tail + 3, " ", &save);
	(void)strtok_r(NULL, " ", &save);
	ret->super = strtok_r(NULL, " ", &save);
	if (!ret->super)
		return false;
	ret->id = strtol(field[ID], NULL, 10);
	ret->parent = strtol(field[PARENT], NULL, 10);
	ret->root = field[ROOT];
	ret->point = field[POINT];
	ret->options = field[OPTIONS];
	unescape(ret->root);
	unescape(ret->point);
	return true;
}

static int add_line(struct mounts *m, const char *line)
{
	struct mount *more = mem_more(m->items, m->n);
	struct mount one = {0};
	auto_free char *copy = strdup(line);

	if (!more || !copy)
		return -ENOMEM;
	if (!parse_line(copy, &one))
		return 0;
	one.root = strdup(one.root);
	one.point = strdup(one.point);
	one.options = strdup(one.options);
	one.type = strdup(one.type);
	one.super = strdup(one.super);
	*more = one;
	m->n++;
	return one.root && one.point && one.options && one.type && one.super ? 0 : -ENOMEM;
}

static bool below(const char *path, const char *point)
{
	size_t n = strlen(point);

	return strncmp(path, point, n) == 0 && path[n] == '/';
}

static bool covers(const struct mount *over, const struct mount *m)
{
	return over != m &&
		((over->parent == m->id && strcmp(over->point, m->point) == 0) ||
			(over->parent == m->parent && below(m->point, over->point)));
}

int mounts_read(int root, struct mounts *ret)
{
	auto_free char *text = NULL;
	char *save = NULL;
	int r = file_read(root, "/proc/self/mountinfo", FILE_IN_ROOT, MOUNTINFO_MAX, &text, NULL);

	*ret = (struct mounts){0};
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	for (char *line = strtok_r(text, "\n", &save); r == 0 && line;
		line = strtok_r(NULL, "\n", &save))
		r = add_line(ret, line);
	return r;
}

void mounts_free(struct mounts *m)
{
	for (size_t i = 0; i < m->n; i++) {
		free(m->items[i].root);
		free(m->items[i].point);
		free(m->items[i].options);
		free(m->items[i].type);
		free(m->items[i].super);
	}
	free(m->items);
	*m = (struct mounts){0};
}

bool mount_is_hidden(const struct mounts *all, const struct mount *m)
{
	for (size_t i = 0; i < all->n; i++)
		if (covers(&all->items[i], m))
			return true;
	return false;
}

bool mount_has_hugepages(const struct mounts *all, const struct mount *m)
{
	return strcmp(m->type, "hugetlbfs") == 0 && !mount_is_hidden(all, m);
}

const struct mount *mounts_hugetlbfs(const struct mounts *all, uint64_t page_size)
{
	for (size_t i = 0; i < all->n; i++)
		if (mount_has_hugepages(all, &all->items[i]) &&
			mount_page_size(&all->items[i]) == page_size)
			return &all->items[i];
	return NULL;
}

bool mount_point_is_the_kernels(const char *point)
{
	return strncmp(point, "/sys/", 5) == 0 || strncmp(point, "/proc/", 6) == 0;
}

bool mount_is_read_only(const struct mount *m)
{
	return strncmp(m->options, "ro", 2) == 0 || strncmp(m->super, "ro", 2) == 0;
}

uint64_t mount_page_size(const struct mount *m)
{
	const char *p = strstr(m->super, "pagesize=");

	return p ? units_parse(p + strlen("pagesize=")) : 0;
}
