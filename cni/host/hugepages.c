/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "hugepages.h"
#include "mem.h"

#define NODE_DIR "/sys/devices/system/node"
#define ANY_DIR "/sys/kernel/mm/hugepages"

static int add(struct hugepages_list *l, const struct hugepages *h)
{
	struct hugepages *more = mem_more(l->items, l->n);

	if (!more)
		return -ENOMEM;
	*more = *h;
	l->n++;
	return 0;
}

static DIR *open_dir(int dirfd, const char *path)
{
	int fd = file_open(dirfd, path, O_RDONLY | O_DIRECTORY, 0, FILE_IN_ROOT);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (!d)
		mem_closep(&fd);
	return d;
}

/* A folder with hugepages-<kB>kB/nr_hugepages and its like. */
static int read_sizes(int rootfd, const char *path, int64_t node, struct hugepages_list *l)
{
	DIR *d = open_dir(rootfd, path);
	int r = d ? 0 : -ENOENT;

	for (struct dirent *de; r == 0 && (de = readdir(d));) {
		struct hugepages h = {.node = node};
		char file[300];
		long long kb;

		if (sscanf(de->d_name, "hugepages-%lldkB", &kb) != 1)
			continue;
		h.size_kb = kb;
		(void)snprintf(file, sizeof(file), "%s/nr_hugepages", de->d_name);
		r = file_read_int(dirfd(d), file, &h.total);
		(void)snprintf(file, sizeof(file), "%s/free_hugepages", de->d_name);
		if (r == 0)
			r = file_read_int(dirfd(d), file, &h.free);
		if (r == 0)
			r = add(l, &h);
	}
	if (d)
		(void)closedir(d);
	return r;
}

static int by_node_and_size(const void *a, const void *b)
{
	const struct hugepages *x = a, *y = b;

	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	return x->size_kb < y->size_kb ? -1 : x->size_kb > y->size_kb;
}

int hugepages_read(int rootfd, struct hugepages_list *ret)
{
	struct hugepages_list l = {0};
	DIR *nodes = open_dir(rootfd, NODE_DIR);
	int r = 0;

	for (struct dirent *de; r == 0 && nodes && (de = readdir(nodes));) {
		char path[320];
		unsigned int node;

		if (sscanf(de->d_name, "node%u", &node) != 1)
			continue;
		(void)snprintf(path, sizeof(path), NODE_DIR "/%s/hugepages", de->d_name);
		r = read_sizes(rootfd, path, node, &l);
		if (r == -ENOENT)
			r = 0;
	}
	if (nodes)
		(void)closedir(nodes);
	if (r == 0 && l.n == 0)
		r = read_sizes(rootfd, ANY_DIR, 0, &l);
	if (r < 0) {
		hugepages_free(&l);
		return r;
	}
	qsort(l.items, l.n, sizeof(*l.items), by_node_and_size);
	*ret = l;
	return 0;
}

void hugepages_free(struct hugepages_list *l)
{
	free(l->items);
	*l = (struct hugepages_list){0};
}

int64_t hugepages_bytes(const struct hugepages_list *l, int64_t node)
{
	int64_t sum = 0;

	for (size_t i = 0; i < l->n; i++)
		if (node < 0 || l->items[i].node == node)
			sum += l->items[i].total * l->items[i].size_kb * 1024;
	return sum;
}
