/* SPDX-License-Identifier: Apache-2.0 */
/* Hugepages held by files of DPDK programs that have ended. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "checks.h"
#include "file.h"
#include "mem.h"
#include "mounts.h"
#include "doctor_node.h"

/* What one program left in one mount: <prefix>map_<number>. */
struct leftover_group {
	char prefix[64];
	unsigned int files;
	int64_t bytes;
};

struct leftovers {
	struct leftover_group all[32];
	size_t n;
};

/* A program that lives holds a lock on each of its files; without it they are nobody's. */
static int64_t unheld_bytes(int dir, const char *name)
{
	struct stat st;
	auto_close int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return 0;
	return flock(fd, LOCK_EX | LOCK_NB) == 0 ? (int64_t)st.st_blocks * 512 : 0;
}

static void count(struct leftovers *l, const char *name, size_t prefix, int64_t bytes)
{
	size_t i = 0;

	while (i < l->n &&
		(strlen(l->all[i].prefix) != prefix ||
			strncmp(l->all[i].prefix, name, prefix) != 0))
		i++;
	if (i == ARRAY_SIZE(l->all))
		return;
	if (i == l->n) {
		l->all[i] = (struct leftover_group){.files = 0};
		(void)snprintf(l->all[i].prefix, sizeof(l->all[i].prefix), "%.*s", (int)prefix,
			name);
		l->n++;
	}
	l->all[i].files++;
	l->all[i].bytes += bytes;
}

static void look_mount(const struct node *n, const char *path, struct report *r)
{
	auto_dir DIR *d = file_opendir(n->m.root, path);
	struct leftovers l = {.n = 0};

	if (!d) {
		if (errno == EACCES)
			report_add(r, SEVERITY_NOTE, "%s: it cannot be looked into without root",
				path);
		return;
	}
	/* A program that starts holds the directory, until it has locked its files. */
	const bool still = flock(dirfd(d), LOCK_SH | LOCK_NB) == 0;

	for (const char *name; still && (name = file_next(d));) {
		const char *map = strstr(name, "map_");
		int64_t bytes = map && map - name < (int)sizeof(l.all[0].prefix)
			? unheld_bytes(dirfd(d), name)
			: 0;

		if (bytes)
			count(&l, name, (size_t)(map - name), bytes);
	}
	for (size_t i = 0; i < l.n; i++) {
		report_add(r, SEVERITY_WARNING,
			"%s: %u files %smap_* hold %lld MiB of hugepages, "
			"and no program has them",
			path, l.all[i].files, l.all[i].prefix, (long long)l.all[i].bytes >> 20);
		report_meaning(r,
			"a DPDK program that has ended left them; the next one finds "
			"less memory, or none");
		report_remedy(r, "rm %s/%smap_*", path, l.all[i].prefix);
	}
}

void check_leftovers(const void *subject, struct report *r)
{
	const struct node *n = subject;
	struct mounts mounts auto_with(mounts_free) = {0};

	if (mounts_read(n->m.root, &mounts) < 0)
		return;
	for (size_t i = 0; i < mounts.n; i++)
		if (mount_has_hugepages(&mounts, &mounts.items[i]))
			look_mount(n, mounts.items[i].point, r);
}
