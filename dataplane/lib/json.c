/* SPDX-License-Identifier: Apache-2.0 */
/* The pod file and the facts as one document, described by a table as all our JSON is. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "error.h"
#include "facts.h"
#include "mem.h"
#include "pod.h"

struct page {
	int64_t size, node, free, total;
};

struct size {
	int64_t size, allowed;
	char *mount;
};

struct json_document {
	char *path, *container, *file;
	char *cpus, *affinity, *cpuset;
	int64_t cpu_limit, memory_limit, memlock;
	char *capabilities;
	struct page *pages;
	size_t n_pages;
	struct size *sizes;
	size_t n_sizes;
};

static const struct codec_field page_fields[] = {
	CODEC_INTEGER(struct page, size, "pageSize", 0, INT64_MAX),
	CODEC_INTEGER(struct page, node, "node", 0, INT64_MAX),
	CODEC_INTEGER(struct page, free, "free", 0, INT64_MAX),
	CODEC_INTEGER(struct page, total, "total", 0, INT64_MAX),
	CODEC_END,
};

static const struct codec_field size_fields[] = {
	CODEC_INTEGER(struct size, size, "pageSize", 0, INT64_MAX),
	CODEC_INTEGER(struct size, allowed, "allowedBytes", 0, INT64_MAX),
	CODEC_STRING(struct size, mount, "mount", 0),
	CODEC_END,
};

/* Limits that are absent do not exist. */
static const struct codec_field facts_fields[] = {
	CODEC_STRING(struct json_document, cpus, "cpus", 0),
	CODEC_STRING(struct json_document, affinity, "affinity", 0),
	CODEC_STRING(struct json_document, cpuset, "cpuset", 0),
	CODEC_INTEGER(struct json_document, cpu_limit, "cpuLimitMilli", 0, INT64_MAX),
	CODEC_INTEGER(struct json_document, memory_limit, "memoryLimit", 0, INT64_MAX),
	CODEC_INTEGER(struct json_document, memlock, "memlock", 0, INT64_MAX),
	CODEC_STRING(struct json_document, capabilities, "capabilities", 0),
	CODEC_OBJECTS(struct json_document, pages, n_pages, "hugepages", struct page, page_fields),
	CODEC_OBJECTS(struct json_document, sizes, n_sizes, "hugepageLimits", struct size,
		size_fields),
	CODEC_END,
};

static const struct codec_field document_fields[] = {
	CODEC_STRING(struct json_document, path, "podFilePath", 0),
	CODEC_STRING(struct json_document, container, "container", 0),
	CODEC_RAWJSON(struct json_document, file, "podFile"),
	/* A view of the same struct. */
	CODEC_INNER("facts", facts_fields),
	CODEC_END,
};

static int64_t or_absent(uint64_t v)
{
	return v > INT64_MAX ? CODEC_ABSENT : (int64_t)v;
}

static int fill_hugepages(struct json_document *d, const struct dpdkpod *pod,
	const struct dpdkpod_facts *f)
{
	d->pages = calloc(f->n_pages + 1, sizeof(*d->pages));
	d->sizes = calloc(f->n_sizes + 1, sizeof(*d->sizes));
	if (!d->pages || !d->sizes)
		return -ENOMEM;
	d->n_pages = f->n_pages;
	d->n_sizes = f->n_sizes;
	for (size_t i = 0; i < f->n_pages; i++)
		d->pages[i] = (struct page){
			.size = (int64_t)f->pages[i].page_size,
			.node = f->pages[i].node,
			.free = (int64_t)f->pages[i].free_pages,
			.total = (int64_t)f->pages[i].total_pages,
		};
	for (size_t i = 0; i < f->n_sizes; i++)
		d->sizes[i] = (struct size){
			.size = (int64_t)f->sizes[i].size,
			.allowed = or_absent(dpdkpod_hugepages_allowed(pod, f, f->sizes[i].size)),
			.mount = f->sizes[i].mount,
		};
	return 0;
}

int dpdkpod_json(const struct dpdkpod *pod, const struct dpdkpod_facts *facts, char **ret_text,
	struct dpdkpod_error *err)
{
	struct err e = ERR_INIT;
	struct json_document d;
	auto_free char *file = NULL;
	char caps[24];
	int r;

	codec_init(document_fields, &d);
	r = pod ? podfile_encode(&pod->file, &file, &e) : 0;
	d.file = file;
	if (pod) {
		d.path = pod->path;
		d.container = pod->container;
	}
	(void)snprintf(caps, sizeof(caps), "%016lx", (unsigned long)facts->caps);
	d.capabilities = caps;
	d.cpus = facts->cpus_text;
	d.affinity = facts->affinity_text;
	d.cpuset = facts->cpuset_text;
	d.cpu_limit = facts->cpu_limit < 0 ? CODEC_ABSENT : facts->cpu_limit;
	d.memory_limit = or_absent(facts->memory_limit);
	d.memlock = or_absent(facts->source.memlock);
	if (r == 0 && fill_hugepages(&d, pod, facts) < 0)
		r = err_sys(&e, ERR_INTERNAL, ENOMEM, "JSON");
	if (r == 0)
		r = codec_encode(document_fields, &d, 2, ret_text, &e);
	/* The strings are others'; only the lists are the document's. */
	free(d.pages);
	free(d.sizes);
	return error_out(err, &e, r);
}
