/* SPDX-License-Identifier: Apache-2.0 */
/* Hugepages: per size and node as the machine has them, the container's limit, the mounts. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cgroup.h"
#include "facts.h"
#include "file.h"
#include "mem.h"
#include "mounts.h"

#define SIZES_DIR "/sys/kernel/mm/hugepages"
#define NODES_DIR "/sys/devices/system/node"

static uint64_t read_count(int root, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static uint64_t read_count(int root, const char *fmt, ...)
{
	char path[PATH_MAX];
	int64_t v;
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(path, sizeof(path), fmt, ap);
	va_end(ap);
	return file_read_int(root, path, &v) < 0 || v < 0 ? 0 : (uint64_t)v;
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = ((const struct facts_size *)a)->size, y = ((const struct facts_size *)b)->size;

	return (x > y) - (x < y);
}

static int add_size(struct dpdkpod_facts *f, uint64_t kilobytes)
{
	struct facts_size *more = mem_more(f->sizes, f->n_sizes);
	int root = f->source.root;

	if (!more)
		return -ENOMEM;
	uint64_t free = read_count(root, SIZES_DIR "/hugepages-%" PRIu64 "kB/free_hugepages",
		kilobytes);
	uint64_t reserved = read_count(root, SIZES_DIR "/hugepages-%" PRIu64 "kB/resv_hugepages",
		kilobytes);

	f->n_sizes++;
	*more = (struct facts_size){
		.size = kilobytes << 10,
		.free = free > reserved ? free - reserved : 0,
		.allowed = cgroup_hugetlb_room(root, kilobytes << 10),
	};
	return 0;
}

/* A machine without hugetlbfs has no such directory: no sizes. */
static int read_sizes(struct dpdkpod_facts *f)
{
	auto_close int fd = file_open(f->source.root, SIZES_DIR, O_RDONLY | O_DIRECTORY, 0,
		FILE_IN_ROOT);
	struct dirent *d;
	int r = 0;

	if (fd < 0)
		return 0;
	DIR *dir = fdopendir(fd);

	if (!dir)
		return -errno;
	fd = -1;
	while (r == 0 && (d = readdir(dir))) {
		uint64_t kilobytes;

		if (sscanf(d->d_name, "hugepages-%" SCNu64 "kB", &kilobytes) == 1)
			r = add_size(f, kilobytes);
	}
	(void)closedir(dir);
	if (f->n_sizes)
		qsort(f->sizes, f->n_sizes, sizeof(*f->sizes), by_size);
	return r;
}

static int add_pages(struct dpdkpod_facts *f, const struct facts_size *s, int node)
{
	struct dpdkpod_hugepages *more = mem_more(f->pages, f->n_pages);
	int root = f->source.root;
	uint64_t kilobytes = s->size >> 10;
	char dir[128];

	if (!more)
		return -ENOMEM;
	(void)snprintf(dir, sizeof(dir), NODES_DIR "/node%d/hugepages/hugepages-%" PRIu64 "kB",
		node, kilobytes);
	/* A kernel without NUMA has no node directories. */
	auto_close int fd = file_open(root, dir, O_PATH, 0, FILE_IN_ROOT);

	if (fd < 0)
		(void)snprintf(dir, sizeof(dir), SIZES_DIR "/hugepages-%" PRIu64 "kB", kilobytes);
	f->n_pages++;
	*more = (struct dpdkpod_hugepages){
		.page_size = s->size,
		.node = node,
		.free_pages = read_count(root, "%s/free_hugepages", dir),
		.total_pages = read_count(root, "%s/nr_hugepages", dir),
	};
	return 0;
}

static int read_pages(struct dpdkpod_facts *f)
{
	struct cpulist nodes = {0};
	char line[4096];
	int r = file_read_line(f->source.root, NODES_DIR "/online", line, sizeof(line));

	if (r < 0 || cpulist_parse(line, &nodes, NULL) < 0)
		cpulist_add(&nodes, 0);
	r = 0;
	for (size_t i = 0; i < f->n_sizes; i++)
		for (int n = cpulist_next(&nodes, 0); r == 0 && n >= 0;
			n = cpulist_next(&nodes, (unsigned int)n + 1))
			r = add_pages(f, &f->sizes[i], n);
	return r;
}

static struct facts_size *find_size(const struct dpdkpod_facts *f, uint64_t size)
{
	for (size_t i = 0; i < f->n_sizes; i++)
		if (f->sizes[i].size == size)
			return &f->sizes[i];
	return NULL;
}

static int use_mount(struct dpdkpod_facts *f, const struct mount *m)
{
	struct facts_size *s = find_size(f, mount_page_size(m));

	if (strcmp(m->type, "hugetlbfs") != 0 || m->hidden || mount_is_read_only(m) || !s ||
		s->mount || facts_access(f, m->point) < 0)
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
		r = use_mount(f, &mounts.items[i]);
	mounts_free(&mounts);
	return r;
}

int hugepages_gather(struct dpdkpod_facts *f, struct err *e)
{
	int r = read_sizes(f);

	if (r == 0)
		r = read_pages(f);
	if (r == 0)
		r = read_mounts(f);
	return r < 0 ? err_sys(e, ERR_IO, -r, "cannot read the state of hugepages") : 0;
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

	return s ? s->allowed : 0;
}

const char *dpdkpod_facts_hugepages_mount(const struct dpdkpod_facts *f, uint64_t page_size)
{
	const struct facts_size *s = find_size(f, page_size);

	return s ? s->mount : NULL;
}
