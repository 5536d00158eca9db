/* SPDX-License-Identifier: Apache-2.0 */
/* Hugepages held by files that no program has: what a killed DPDK program leaves on hugetlbfs. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "pod_checks.h"
#include "pod_doctor.h"
#include "file.h"
#include "mem.h"
#include "units.h"

struct leaks {
	unsigned int files, unknown;
	uint64_t bytes;
	char example[256];
};

/* "rtemap_12": EAL's file prefix, "map_", a number. */
static bool is_map(const char *name)
{
	const char *p = strstr(name, "map_");

	if (!p || !p[4])
		return false;
	for (p += 4; *p; p++)
		if (!isdigit((unsigned char)*p))
			return false;
	return true;
}

/* EAL holds a shared flock on each file in use, whichever container it is in; it tells dead files
 * from live ones by the same question. */
static void ask_owner(int dir, const char *name, struct leaks *l)
{
	auto_close int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		l->unknown += errno != ENOENT;
		return;
	}
	/* EAL leaves an empty one, unlocked, where the limit allows no page more. */
	if (!S_ISREG(st.st_mode) || !st.st_blocks || flock(fd, LOCK_EX | LOCK_NB) < 0)
		return;
	(void)flock(fd, LOCK_UN);
	l->bytes += (uint64_t)st.st_blocks * 512;
	if (!l->files++)
		(void)snprintf(l->example, sizeof(l->example), "%s", name);
}

static int count_leaks(int root, const char *point, struct leaks *l)
{
	auto_dir DIR *dir = file_opendir(root, point);

	if (!dir)
		return -errno;
	for (const char *name; (name = file_next(dir));)
		if (is_map(name))
			ask_owner(dirfd(dir), name, l);
	return 0;
}

static void leaks_of(const struct doctor *d, const struct mount *m, struct report *r)
{
	struct leaks l = {0};
	char bytes[UNITS_LEN];
	int err = count_leaks(d->facts->source.root, m->point, &l);

	if (err < 0) {
		report_add(r, SEVERITY_NOTE, "%s: cannot look for files left there: %s", m->point,
			strerror(-err));
		return;
	}
	if (l.files) {
		report_add(r, SEVERITY_WARNING,
			"%s: %u files of dead DPDK programs (%s, …) hold %s of hugepages", m->point,
			l.files, l.example, units_bytes(l.bytes, bytes));
		report_meaning(r,
			"they count as used until they are removed, also against this container's "
			"limit if it made them");
		report_remedy(r,
			"rm %s/%.*s_*; programs started by dpdk-pod run leave none (--in-memory or "
			"--huge-unlink)",
			m->point, (int)(strrchr(l.example, '_') - l.example), l.example);
	}
	if (l.unknown)
		report_add(r, SEVERITY_NOTE,
			"%s: %u files of DPDK programs cannot be opened by uid %u: whether their "
			"owners live is not known",
			m->point, l.unknown, (unsigned int)d->facts->source.uid);
}

void check_hugepages_leak(const void *subject, struct report *r)
{
	const struct doctor *d = subject;

	for (size_t i = 0; i < d->mounts.n; i++)
		if (mount_has_hugepages(&d->mounts, &d->mounts.items[i]))
			leaks_of(d, &d->mounts.items[i], r);
}
