/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cgroup.h"
#include "file.h"
#include "mem.h"

#define PROC_CAP (1u << 20)

/* Is word an element of a comma-separated list? */
static bool has_word(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = list; *p; p += strcspn(p, ","), p += *p == ',')
		if (strncmp(p, word, n) == 0 && (p[n] == ',' || p[n] == '\0'))
			return true;
	return false;
}

/* /proc/self/cgroup: "4:memory:/a/b" (version 1), "0::/a/b" (version 2). */
static int own_path(char *text, const char *controller, int *ret_version, const char **ret_path)
{
	const char *unified = NULL;
	char *save = NULL;

	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *list = strchr(line, ':');
		char *path = list ? strchr(list + 1, ':') : NULL;

		if (!path)
			continue;
		*list++ = *path++ = '\0';
		if (*list == '\0')
			unified = path;
		if (has_word(list, controller)) {
			*ret_version = 1;
			*ret_path = path;
			return 0;
		}
	}
	if (!unified)
		return -ENOENT;
	*ret_version = 2;
	*ret_path = unified;
	return 0;
}

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

struct mount {
	char *root, *point;
};

/* "36 35 98:0 /root /point rw,… [optional…] - type source options" */
static bool parse_mount(char *line, int version, const char *controller, struct mount *ret)
{
	char *tail = strstr(line, " - "), *save = NULL, *field[5];
	char *type, *options;

	if (!tail)
		return false;
	*tail = '\0';
	type = strtok_r(tail + 3, " ", &save);
	(void)strtok_r(NULL, " ", &save);
	options = strtok_r(NULL, " ", &save);
	if (!type || !options || strcmp(type, version == 2 ? "cgroup2" : "cgroup") != 0)
		return false;
	if (version == 1 && !has_word(options, controller))
		return false;
	field[0] = strtok_r(line, " ", &save);
	for (int i = 1; i < 5; i++)
		field[i] = strtok_r(NULL, " ", &save);
	if (!field[4])
		return false;
	unescape(field[3]);
	unescape(field[4]);
	*ret = (struct mount){.root = field[3], .point = field[4]};
	return true;
}

/* The part of path below the mount's root; outside of it (a group namespace) only the mount
 * point itself is known. */
static const char *below(const char *root, const char *path)
{
	size_t n = strlen(root);

	if (strncmp(path, "/..", 3) == 0 || strncmp(root, "/..", 3) == 0)
		return "";
	if (strcmp(root, "/") == 0)
		return strcmp(path, "/") == 0 ? "" : path;
	return strncmp(path, root, n) == 0 && (path[n] == '/' || path[n] == '\0') ? path + n : "";
}

int cgroup_find(int root, const char *controller, struct cgroup *ret)
{
	auto_free char *groups = NULL, *mounts = NULL;
	const char *path = NULL;
	char *save = NULL;
	struct mount m;
	int version = 0, r;

	r = file_read(root, "/proc/self/cgroup", FILE_IN_ROOT, PROC_CAP, &groups, NULL);
	if (r == 0)
		r = own_path(groups, controller, &version, &path);
	if (r == 0)
		r = file_read(root, "/proc/self/mountinfo", FILE_IN_ROOT, PROC_CAP, &mounts, NULL);
	if (r < 0)
		return r;
	r = -ENOENT;
	/* The last match counts: it covers an earlier mount at the same place. */
	for (char *line = strtok_r(mounts, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (!parse_mount(line, version, controller, &m))
			continue;
		if (snprintf(ret->dir, sizeof(ret->dir), "%s%s", m.point, below(m.root, path)) >=
			(int)sizeof(ret->dir))
			return -ENAMETOOLONG;
		ret->version = version;
		ret->mount_len = strlen(m.point);
		r = 0;
	}
	return r;
}

bool cgroup_up(struct cgroup *cg)
{
	char *slash = strrchr(cg->dir, '/');

	if (strlen(cg->dir) <= cg->mount_len || !slash)
		return false;
	*slash = '\0';
	return true;
}

int cgroup_read_line(int root, const struct cgroup *cg, const char *file, char *buf, size_t size)
{
	char path[PATH_MAX + 128];

	(void)snprintf(path, sizeof(path), "%s/%s", cg->dir, file);
	return file_read_line(root, path, buf, size);
}

uint64_t cgroup_read_number(int root, const struct cgroup *cg, const char *file)
{
	char line[64], *end;

	if (cgroup_read_line(root, cg, file, line, sizeof(line)) < 0)
		return CGROUP_NO_LIMIT;
	errno = 0;
	unsigned long long v = strtoull(line, &end, 10);

	/* Version 1 writes "no limit" as LONG_MAX rounded down to a page of that size. */
	if (end == line || errno || v >= UINT64_C(1) << 62)
		return CGROUP_NO_LIMIT;
	return v;
}
