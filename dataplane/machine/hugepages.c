/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "nodes.h"
#include "file.h"
#include "hugepages.h"
#include "mem.h"

#define SIZES_DIR "/sys/kernel/mm/hugepages"

static uint64_t read_count(int dir, const char *size, const char *what)
{
	char path[320];
	int64_t v;

	(void)snprintf(path, sizeof(path), "%s/%s_hugepages", size, what);
	return file_read_int(dir, path, &v) < 0 || v < 0 ? 0 : (uint64_t)v;
}

/* "hugepages-2048kB"; 0: it is something else. */
static uint64_t size_of(const char *name)
{
	uint64_t kb;

	return sscanf(name, "hugepages-%" SCNu64 "kB", &kb) == 1 ? kb << 10 : 0;
}

static int read_sizes(int rootfd, struct hugepages_list *l)
{
	DIR *d auto_dir = file_opendir(rootfd, SIZES_DIR);

	for (const char *name; d && (name = file_next(d));) {
		struct hugepages_size *s;
		uint64_t size = size_of(name);

		if (!size)
			continue;
		s = mem_more(l->sizes, l->n_sizes);
		if (!s)
			return -ENOMEM;
		l->n_sizes++;
		*s = (struct hugepages_size){
			.size = size,
			.total = read_count(dirfd(d), name, "nr"),
			.free = read_count(dirfd(d), name, "free"),
			.reserved = read_count(dirfd(d), name, "resv"),
		};
	}
	return 0;
}

static int add_item(struct hugepages_list *l, const struct hugepages *h)
{
	struct hugepages *more = mem_more(l->items, l->n);

	if (!more)
		return -ENOMEM;
	*more = *h;
	l->n++;
	return 0;
}

static int read_node(int rootfd, unsigned int node, struct hugepages_list *l)
{
	char path[96];
	int r = 0;

	(void)snprintf(path, sizeof(path), NODES_DIR "/node%u/hugepages", node);
	DIR *d auto_dir = file_opendir(rootfd, path);

	for (const char *name; r == 0 && d && (name = file_next(d));) {
		struct hugepages h = {.size = size_of(name), .node = (int)node};

		if (!h.size)
			continue;
		h.total = read_count(dirfd(d), name, "nr");
		h.free = read_count(dirfd(d), name, "free");
		r = add_item(l, &h);
	}
	return r;
}

static int read_nodes(int rootfd, struct hugepages_list *l)
{
	DIR *nodes auto_dir = file_opendir(rootfd, NODES_DIR);
	unsigned int node;
	int r = 0;

	for (const char *name; r == 0 && nodes && (name = file_next(nodes));)
		if (sscanf(name, "node%u", &node) == 1)
			r = read_node(rootfd, node, l);
	/* A kernel without NUMA: all of them are in one place. */
	for (size_t i = 0, none = l->n == 0; none && r == 0 && i < l->n_sizes; i++) {
		const struct hugepages_size *s = &l->sizes[i];

		r = add_item(l, &(struct hugepages){s->size, 0, s->total, s->free});
	}
	return r;
}

static int by_size_and_node(const void *a, const void *b)
{
	const struct hugepages *x = a, *y = b;

	if (x->size != y->size)
		return x->size < y->size ? -1 : 1;
	return (x->node > y->node) - (x->node < y->node);
}

static int by_size(const void *a, const void *b)
{
	const struct hugepages_size *x = a, *y = b;

	return (x->size > y->size) - (x->size < y->size);
}

int hugepages_read(int rootfd, struct hugepages_list *ret)
{
	struct hugepages_list l = {0};
	int r = read_sizes(rootfd, &l);

	if (r == 0)
		r = read_nodes(rootfd, &l);
	if (r < 0) {
		hugepages_free(&l);
		return r;
	}
	mem_sort(l.items, l.n, by_size_and_node);
	mem_sort(l.sizes, l.n_sizes, by_size);
	*ret = l;
	return 0;
}

void hugepages_free(struct hugepages_list *l)
{
	free(l->items);
	free(l->sizes);
	*l = (struct hugepages_list){0};
}

#define ADVISED (UINT64_C(2) << 20)

uint64_t hugepages_advised(uint64_t a, uint64_t b)
{
	uint64_t low = a < b ? a : b, high = a < b ? b : a;

	return low >= ADVISED ? low : high;
}

uint64_t hugepages_count(uint64_t size, uint64_t bytes)
{
	return size && size < bytes ? (bytes + size - 1) / size : 1;
}

uint64_t hugepages_bytes(const struct hugepages_list *l, int node)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < l->n; i++)
		if (node < 0 || l->items[i].node == node)
			sum += l->items[i].total * l->items[i].size;
	return sum;
}
