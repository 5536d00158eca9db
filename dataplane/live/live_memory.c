/* SPDX-License-Identifier: Apache-2.0 */
/* Memory by node, from numa_maps: a line per mapping, with the pages that are on each node. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "live.h"
#include "mem.h"
#include "process.h"

#define MAPS_CAP (64u << 20)

static int add_share(struct live_memory *m, int64_t node, int64_t bytes)
{
	size_t at = 0;

	while (at < m->n_nodes && m->nodes[at].node < node)
		at++;
	if (at == m->n_nodes || m->nodes[at].node != node) {
		struct live_share *more = mem_more(m->nodes, m->n_nodes);

		if (!more)
			return -ENOMEM;
		memmove(m->nodes + at + 1, m->nodes + at, (m->n_nodes - at) * sizeof(*m->nodes));
		m->nodes[at] = (struct live_share){.node = node};
		m->n_nodes++;
	}
	m->nodes[at].bytes += bytes;
	m->bytes += bytes;
	return 0;
}

static struct live_memory *of_kind(struct live *l, int kind, int64_t page_size)
{
	for (size_t i = 0; i < l->n_memory; i++)
		if (l->memory[i].kind == kind && l->memory[i].page_size == page_size)
			return &l->memory[i];
	struct live_memory *more = mem_more(l->memory, l->n_memory);

	if (!more)
		return NULL;
	l->n_memory++;
	more->kind = kind;
	more->page_size = page_size;
	return more;
}

struct mapping {
	int kind;
	int64_t page_size;
	char *words; /* behind the address and the policy */
};

/* "7f0000000000 default file=/dev/hugepages/rtemap_0 huge dirty=32 N0=32 kernelpagesize_kB=2048" */
static struct mapping look_at(char *line)
{
	struct mapping m = {.kind = LIVE_ANONYMOUS};
	const char *size = strstr(line, " kernelpagesize_kB=");
	const char *file = strstr(line, " file=");

	m.words = strchr(line, ' ');
	if (size)
		m.page_size = strtoll(strchr(size, '=') + 1, NULL, 10) * 1024;
	if (file)
		m.kind = strncmp(file, " file=/memfd:nohuge", 19) == 0 ? LIVE_NO_HUGE : LIVE_FILES;
	if (strstr(line, " huge ") != NULL)
		m.kind = LIVE_HUGEPAGES;
	return m;
}

static int add_line(struct live *l, char *line)
{
	struct mapping m = look_at(line);
	int r = 0;

	for (char *word = m.words; r == 0 && m.page_size && word; word = strchr(word + 1, ' ')) {
		int64_t node, pages;

		if (sscanf(word, " N%" SCNd64 "=%" SCNd64, &node, &pages) != 2)
			continue;
		struct live_memory *to = of_kind(l, m.kind, m.page_size);

		r = to ? add_share(to, node, pages * m.page_size) : -ENOMEM;
	}
	return r;
}

static int by_kind(const void *a, const void *b)
{
	const struct live_memory *x = a, *y = b;

	return x->kind != y->kind ? x->kind - y->kind
				  : (x->page_size < y->page_size) - (x->page_size > y->page_size);
}

int live_memory(int root, struct live *l, struct err *e)
{
	auto_free char *text = NULL;
	char path[PROCESS_PATH];
	int r;

	(void)process_path(l->pid, "numa_maps", path);
	r = file_read(root, path, FILE_IN_ROOT, MAPS_CAP, &text, NULL);
	for (char *line = text, *next; r == 0 && line && *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		r = add_line(l, line);
	}
	if (r < 0) {
		(void)err_sys(e, ERR_IO, -r, "%s: cannot tell where the program's memory is", path);
		live_process_denied(r, e);
		return r;
	}
	mem_sort(l->memory, l->n_memory, by_kind);
	return 0;
}
