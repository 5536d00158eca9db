/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cgroup.h"
#include "file.h"
#include "mem.h"
#include "mounts.h"

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

/* Does that mount show the controller's hierarchy? */
static bool shows(const struct mounts *all, const struct mount *m, int version,
	const char *controller)
{
	return strcmp(m->type, version == 2 ? "cgroup2" : "cgroup") == 0 &&
		(version == 2 || has_word(m->super, controller)) && !mount_is_hidden(all, m);
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

static int place(const struct mount *m, int version, const char *path, struct cgroup *ret)
{
	if (snprintf(ret->dir, sizeof(ret->dir), "%s%s", m->point, below(m->root, path)) >=
		(int)sizeof(ret->dir))
		return -ENAMETOOLONG;
	ret->version = version;
	ret->mount_len = strlen(m->point);
	return 0;
}

int cgroup_find(int root, const char *controller, struct cgroup *ret)
{
	auto_free char *groups = NULL;
	struct mounts mounts = {0};
	const char *path = NULL;
	int version = 0;
	int r = file_read(root, "/proc/self/cgroup", FILE_IN_ROOT, PROC_CAP, &groups, NULL);

	if (r == 0)
		r = own_path(groups, controller, &version, &path);
	if (r == 0)
		r = mounts_read(root, &mounts);
	if (r == 0)
		r = -ENOENT;
	/* The last match counts. */
	for (size_t i = mounts.n; r == -ENOENT && i-- > 0;)
		if (shows(&mounts, &mounts.items[i], version, controller))
			r = place(&mounts.items[i], version, path, ret);
	mounts_free(&mounts);
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
