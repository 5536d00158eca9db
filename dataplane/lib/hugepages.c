/* SPDX-License-Identifier: Apache-2.0 */
/* Hugepages: per size and node as the machine has them, the container's limit, the mounts. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cgroup.h"
#include "facts.h"
#include "hugepages.h"
#include "mem.h"
#include "mounts.h"
#include "pod.h"
#include "units.h"

static struct facts_size *find_size(const struct dpdkpod_facts *f, uint64_t size)
{
	for (size_t i = 0; i < f->n_sizes; i++)
		if (f->sizes[i].size == size)
			return &f->sizes[i];
	return NULL;
}

/* Of each size what this container may take of it. */
static int fill_sizes(struct dpdkpod_facts *f, const struct hugepages_list *l)
{
	struct cgroup cg = {.version = 0};

	f->sizes = calloc(l->n_sizes + 1, sizeof(*f->sizes));
	if (!f->sizes)
		return -ENOMEM;
	f->hugetlb_seen = cgroup_find(f->source.root, "hugetlb", &cg) == 0;
	for (size_t i = 0; i < l->n_sizes; i++) {
		const struct hugepages_size *s = &l->sizes[i];
		struct facts_size *mine = &f->sizes[f->n_sizes++];

		mine->size = s->size;
		mine->free = s->free > s->reserved ? s->free - s->reserved : 0;
		(void)cgroup_hugetlb(f->source.root, s->size, &mine->limit);
	}
	return 0;
}

static int fill_pages(struct dpdkpod_facts *f, const struct hugepages_list *l)
{
	f->pages = calloc(l->n + 1, sizeof(*f->pages));
	if (!f->pages)
		return -ENOMEM;
	/* A size that the machine's own list lacks is masked here, and EAL does not see it. */
	for (size_t i = 0; i < l->n; i++)
		if (find_size(f, l->items[i].size))
			f->pages[f->n_pages++] = (struct dpdkpod_hugepages){
				.page_size = l->items[i].size,
				.node = l->items[i].node,
				.free_pages = l->items[i].free,
				.total_pages = l->items[i].total,
			};
	return 0;
}

static int use_mount(struct dpdkpod_facts *f, const struct mounts *all, const struct mount *m)
{
	struct facts_size *s = find_size(f, mount_page_size(m));

	if (!mount_has_hugepages(all, m) || mount_is_read_only(m) || !s || s->mount ||
		facts_access(f, m->point) < 0)
		return 0;
	s->mount = strdup(m->point);
	return s->mount ? 0 : -ENOMEM;
}

/* Of each size the first writable one is taken. */
static int read_mounts(struct dpdkpod_facts *f)
{
	struct mounts mounts;
	int r = mounts_read(f->source.root, &mounts);

	for (size_t i = 0; r == 0 && i < mounts.n; i++)
		r = use_mount(f, &mounts, &mounts.items[i]);
	mounts_free(&mounts);
	return r;
}

int hugepages_gather(struct dpdkpod_facts *f, struct err *e)
{
	struct hugepages_list l auto_with(hugepages_free) = {0};
	int r = hugepages_read(f->source.root, &l);

	if (r == 0)
		r = fill_sizes(f, &l);
	if (r == 0)
		r = fill_pages(f, &l);
	if (r == 0)
		r = read_mounts(f);
	return r < 0 ? err_sys(e, ERR_IO, -r, "cannot read the state of hugepages") : 0;
}

static const struct podfile_memory *pod_limit(const struct dpdkpod *pod, uint64_t size)
{
	char name[UNITS_LEN];

	(void)units_resource(size, name);
	for (size_t i = 0; pod && i < pod->file.n_hugepages; i++)
		if (strcmp(pod->file.hugepages[i].type, name) == 0 &&
			pod->file.hugepages[i].bytes != CODEC_ABSENT)
			return &pod->file.hugepages[i];
	return NULL;
}

static struct cgroup_hugetlb lower(const struct cgroup_hugetlb *l, uint64_t max)
{
	struct cgroup_hugetlb h = *l;
	uint64_t room = h.used < max ? max - h.used : 0;

	if (max < h.max) {
		h.max = max;
		h.current = h.used;
	}
	/* The kubelet sets both limits. */
	h.rsvd = max < h.rsvd ? max : h.rsvd;
	h.room = room < h.room ? room : h.room;
	return h;
}

void facts_limit_hugepages(struct dpdkpod_facts *f, const struct dpdkpod *pod)
{
	for (size_t i = 0; i < f->n_sizes; i++) {
		const struct podfile_memory *m = pod_limit(pod, f->sizes[i].size);

		if (!m)
			continue;
		f->sizes[i].limit = lower(&f->sizes[i].limit, (uint64_t)m->bytes);
		f->hugetlb_seen = true;
	}
}

size_t dpdkpod_facts_hugepages_count(const struct dpdkpod_facts *f)
{
	return f->n_pages;
}

const struct dpdkpod_hugepages *dpdkpod_facts_hugepages_at(const struct dpdkpod_facts *f, size_t i)
{
	return i < f->n_pages ? &f->pages[i] : NULL;
}

uint64_t dpdkpod_facts_hugepages_allowed(const struct dpdkpod_facts *f, uint64_t page_size)
{
	const struct facts_size *s = find_size(f, page_size);

	return s ? s->limit.room : 0;
}

uint64_t dpdkpod_hugepages_allowed(const struct dpdkpod *pod, const struct dpdkpod_facts *f,
	uint64_t page_size)
{
	const struct podfile_memory *m = pod_limit(pod, page_size);
	const struct facts_size *s = find_size(f, page_size);

	if (!s || !m)
		return s ? s->limit.room : 0;
	return lower(&s->limit, (uint64_t)m->bytes).room;
}

const char *dpdkpod_facts_hugepages_mount(const struct dpdkpod_facts *f, uint64_t page_size)
{
	const struct facts_size *s = find_size(f, page_size);

	return s ? s->mount : NULL;
}
