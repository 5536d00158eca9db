/* SPDX-License-Identifier: Apache-2.0 */
/* hugetlbfs: is it there, of a size that helps, and may this process write to it? */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "pod_checks.h"
#include "pod_doctor.h"
#include "file.h"
#include "mem.h"
#include "units.h"

/* May it take pages of that size, now or when others free them? */
static bool granted(const struct doctor *d, const struct facts_size *s)
{
	return s->limit.room >= s->size && doctor_total_pages(d, s) > 0;
}

/* A size that is granted, the largest; the mount of one counts most. */
static const struct facts_size *best(const struct doctor *d)
{
	const struct facts_size *found = NULL;

	for (size_t i = 0; i < d->facts->n_sizes; i++) {
		const struct facts_size *s = &d->facts->sizes[i];

		if (!granted(d, s))
			continue;
		if (mounts_hugetlbfs(&d->mounts, s->size))
			return s;
		found = s;
	}
	return found;
}

/* Free pages that EAL would try in memory, though this container may not take them. */
static const struct facts_size *foreign(const struct doctor *d)
{
	for (size_t i = 0; i < d->facts->n_sizes; i++)
		if (d->facts->sizes[i].free &&
			d->facts->sizes[i].limit.room < d->facts->sizes[i].size)
			return &d->facts->sizes[i];
	return NULL;
}

static void remedy_volume(struct report *r, uint64_t size)
{
	char name[UNITS_LEN];

	(void)units_resource(size, name);
	report_remedy(r,
		"in the pod: volumes: [{name: huge, emptyDir: {medium: HugePages-%s}}], in the "
		"container: volumeMounts: [{name: huge, mountPath: /dev/hugepages}] (podman: "
		"--mount type=bind,src=/dev/hugepages,dst=/dev/hugepages)",
		name + strlen("hugepages-"));
}

void check_hugetlbfs_mount(const void *subject, struct report *r)
{
	const struct doctor *d = subject;
	const struct facts_size *s = best(d), *other = foreign(d);
	char size[UNITS_LEN], theirs[UNITS_LEN];

	if (!s || mounts_hugetlbfs(&d->mounts, s->size))
		return;
	for (size_t i = 0; i < d->mounts.n; i++)
		if (mount_has_hugepages(&d->mounts, &d->mounts.items[i]))
			return; /* hugetlbfs-size */
	report_add(r, other ? SEVERITY_WARNING : SEVERITY_NOTE,
		"hugetlbfs: none is mounted in this container, which may take hugepages of %s",
		units_bytes(s->size, size));
	if (other)
		report_meaning(r,
			"EAL stops with \"no mounted hugetlbfs found for that size\", unless it is "
			"told --in-memory; and in memory it tries the machine's pages of %s too, "
			"which this container may not take, and may fail by that",
			units_bytes(other->size, theirs));
	else
		report_meaning(r,
			"EAL stops with \"no mounted hugetlbfs found for that size\", unless it is "
			"told --in-memory, as dpdk-pod run does");
	remedy_volume(r, s->size);
}

static bool means_hugepages(const char *point)
{
	const char *base = strrchr(point, '/');

	/* /sys/kernel/mm/hugepages may be masked like other files of the kernel */
	return base && strcasestr(base, "huge") && !mount_point_is_the_kernels(point);
}

void check_hugetlbfs_type(const void *subject, struct report *r)
{
	const struct doctor *d = subject;

	for (size_t i = 0; i < d->mounts.n; i++) {
		const struct mount *m = &d->mounts.items[i];
		const struct facts_size *s = best(d);

		bool hidden = mount_is_hidden(&d->mounts, m);
		bool hugetlbfs = strcmp(m->type, "hugetlbfs") == 0;

		if (hidden ? !hugetlbfs : hugetlbfs || !means_hugepages(m->point))
			continue;
		/* systemd mounts the real one there once it is used */
		if (strcmp(m->type, "autofs") == 0)
			continue;
		if (hidden)
			report_add(r, SEVERITY_WARNING,
				"%s: the hugetlbfs there is covered by another mount", m->point);
		else
			report_add(r, SEVERITY_WARNING, "%s: mounted, but it is %s, not hugetlbfs",
				m->point, m->type);
		report_meaning(r,
			"EAL stops with \"no mounted hugetlbfs found for that size\"; a "
			"program that is told this directory gets ordinary memory or "
			"disk");
		remedy_volume(r, s ? s->size : UINT64_C(2) << 20);
	}
}

void check_hugetlbfs_size(const void *subject, struct report *r)
{
	const struct doctor *d = subject;
	const struct facts_size *s = best(d);
	char size[UNITS_LEN], mine[UNITS_LEN];

	if (!s || mounts_hugetlbfs(&d->mounts, s->size))
		return;
	for (size_t i = 0; i < d->mounts.n; i++) {
		const struct mount *m = &d->mounts.items[i];

		if (!mount_has_hugepages(&d->mounts, m))
			continue;
		report_add(r, SEVERITY_WARNING,
			"%s: a hugetlbfs of %s pages, and this container may take pages of %s only",
			m->point, units_bytes(mount_page_size(m), size),
			units_bytes(s->size, mine));
		report_meaning(r,
			"a file there cannot have a page: SIGBUS, \"Cannot allocate "
			"memory\", or EAL's \"no mounted hugetlbfs found for that "
			"size\"");
		remedy_volume(r, s->size);
	}
}

static void explain(const struct doctor *d, const struct mount *m, struct report *r)
{
	auto_close int fd = file_open(d->facts->source.root, m->point, O_PATH, 0, FILE_IN_ROOT);
	unsigned int uid = (unsigned int)d->facts->source.uid;
	struct stat st;

	if (mount_is_read_only(m)) {
		report_add(r, SEVERITY_WARNING, "%s: hugetlbfs is mounted read-only", m->point);
		report_meaning(r, "EAL cannot create its files there");
		report_remedy(r, "take readOnly: true off the volumeMount");
		return;
	}
	if (fd < 0 || fstat(fd, &st) < 0) {
		report_add(r, SEVERITY_WARNING, "%s: hugetlbfs cannot be reached: %s", m->point,
			strerror(fd < 0 ? -fd : errno));
		report_remedy(r, "check the modes of the directories above it");
		return;
	}
	report_add(r, SEVERITY_WARNING,
		"%s: hugetlbfs belongs to %u:%u with mode %04o, this is uid %u", m->point,
		(unsigned int)st.st_uid, (unsigned int)st.st_gid, st.st_mode & 07777, uid);
	report_meaning(r,
		"EAL says \"Couldn't get fd on hugepage file\" and stops; dpdk-pod run "
		"does without the files (--in-memory) where it can");
	report_remedy(r,
		"in the pod: securityContext: {fsGroup: %u}; with podman: mount a hugetlbfs made "
		"with -o uid=%u",
		uid, uid);
}

void check_hugetlbfs_write(const void *subject, struct report *r)
{
	const struct doctor *d = subject;

	for (size_t i = 0; i < d->facts->n_sizes; i++) {
		const struct facts_size *s = &d->facts->sizes[i];
		const struct mount *m = mounts_hugetlbfs(&d->mounts, s->size);

		/* facts find one that can be written to, if there is one */
		if (m && !s->mount && granted(d, s))
			explain(d, m, r);
	}
}
