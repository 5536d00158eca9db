/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files in which the kubelet keeps what it assigned, for its own next start. Their formats change
 * with its releases: what is not known is ignored, and no checksum is looked at.
 *
 *	cpu_manager_state     1: entries {containerID: cpus}, which names no pod
 *	                      2: entries {podUID: {container: cpus}}
 *	                      3: podEntries {podUID: {cpuSet}} beside them
 *	memory_manager_state  1: entries {podUID: {container: [{numaAffinity, type, size}]}}
 *	both, the newest      "data": all of it once more, as JSON in a string, which counts
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "kubelet_dir.h"
#include "kubelet_fill.h"
#include "kubelet_state.h"
#include "log.h"
#include "mem.h"

#define CPU_STATE "cpu_manager_state"
#define MEMORY_STATE "memory_manager_state"
/* A parsed one takes several times that, in memory that is not ours alone. */
#define STATE_MAX (2u << 20)

struct state {
	char *data, *entries, *pod_entries;
};

#define S struct state
static const struct codec_field state_fields[] = {
	CODEC_STRING(S, data, "data", 0),
	CODEC_RAWJSON(S, entries, "entries"),
	CODEC_RAWJSON(S, pod_entries, "podEntries"),
	CODEC_END,
};
#undef S

static int read_state(const struct kubelet *k, const char *path, struct state *ret, struct err *e)
{
	auto_free char *text = NULL;
	char what[160];
	int r = kubelet_read(k, path, STATE_MAX, &text, e);

	if (r < 0)
		return r;
	(void)snprintf(what, sizeof(what), "kubelet: %.100s/%.40s", k->dir, path);
	r = codec_decode(state_fields, ret, text, strlen(text), what, ERR_IO, e);
	if (r == 0 && ret->data && *ret->data) {
		auto_free char *data = steal_ptr(ret->data);

		codec_free(state_fields, ret);
		r = codec_decode(state_fields, ret, data, strlen(data), what, ERR_IO, e);
	}
	return r;
}

struct cpus {
	char *container, *set;
};

struct memory_block {
	char *type;
	int64_t size;
	int64_t *nodes;
	size_t n_nodes;
};

struct memory {
	char *container;
	struct memory_block *blocks;
	size_t n_blocks;
};

/* What a container's name leads to. */
static const struct codec_field cpus_fields[] = {
	CODEC_STRING(struct cpus, set, "", 65536),
	CODEC_END,
};

static const struct codec_field block_fields[] = {
	CODEC_STRING(struct memory_block, type, "type", 64),
	CODEC_INTEGER(struct memory_block, size, "size", 0, INT64_MAX),
	CODEC_INTEGERS(struct memory_block, nodes, n_nodes, "numaAffinity", 0, 1023),
	CODEC_END,
};

static const struct codec_field memory_fields[] = {
	CODEC_OBJECTS(struct memory, blocks, n_blocks, "", struct memory_block, block_fields),
	CODEC_END,
};

static const struct codec_field pod_entry_fields[] = {
	CODEC_STRING(struct cpus, set, "cpuSet", 65536),
	CODEC_END,
};

struct by_container {
	void *items;
	size_t n;
};

/* Of {podUID: {container: ...}}, what is this pod's. */
#define BY_CONTAINER(name, uid, E, fields) \
	const struct codec_field name[] = { \
		CODEC_OBJMAP(struct by_container, items, n, uid, E, container, fields), \
		CODEC_END, \
	}

static int decode(const struct codec_field *t, void *ret, const char *text, const char *key,
	struct err *e)
{
	return codec_decode(t, ret, text, strlen(text), key, ERR_IO, e);
}

/* Version 1: {containerID: cpus}. */
static bool names_no_pods(const char *entries)
{
	auto_free char *wrapped = NULL;
	struct by_container m;

	BY_CONTAINER(fields, "entries", struct cpus, cpus_fields);
	if (asprintf(&wrapped, "{\"entries\":%s}", entries) < 0) {
		wrapped = NULL;
		return false;
	}
	const bool flat = codec_decode(fields, &m, wrapped, strlen(wrapped), "", ERR_IO, NULL) ==
			0 &&
		m.n > 0;

	codec_free(fields, &m);
	return flat;
}

static int fill_cpus(struct kubelet *k, const struct cpus *c, struct err *e)
{
	struct podfile_container *to;
	struct cpulist set;
	int r = cpulist_parse(c->set ? c->set : "", &set, e);

	if (r == 0)
		r = kubelet_container(k, c->container, &to);
	if (r == 0)
		r = kubelet_cpus(to, &set);
	return r;
}

static int fill_pod_cpus(struct kubelet *k, const char *pod_entries, struct err *e)
{
	const struct codec_field fields[] = {
		CODEC_INNER(k->uid, pod_entry_fields),
		CODEC_END,
	};
	struct cpus pod;
	struct cpulist set;
	int r = decode(fields, &pod, pod_entries, "podEntries", e);

	if (r < 0)
		return r;
	if (pod.set) {
		r = cpulist_parse(pod.set, &set, e);
		if (r == 0)
			r = kubelet_pod_cpus(k, &set);
	}
	codec_free(fields, &pod);
	return r;
}

static int fill_all_cpus(struct kubelet *k, const struct state *s, struct err *e)
{
	struct by_container m = {0};

	BY_CONTAINER(fields, k->uid, struct cpus, cpus_fields);
	if (s->entries && names_no_pods(s->entries))
		return err_set(e, ERR_IO, ENOENT, "version 1 names no pods");
	int r = s->entries ? decode(fields, &m, s->entries, "entries", e) : 0;
	const struct cpus *c = m.items;

	for (size_t i = 0; r == 0 && i < m.n; i++)
		r = fill_cpus(k, &c[i], e);
	codec_free(fields, &m);
	if (r == 0 && s->pod_entries)
		r = fill_pod_cpus(k, s->pod_entries, e);
	return r;
}

/* Reads the file and gives it to what fills in; an error names the file and why it cannot be. */
static int read_and_fill(struct kubelet *k, const char *path,
	int (*fill)(struct kubelet *k, const struct state *s, struct err *e), struct err *e)
{
	struct err why = ERR_INIT;
	struct state s;
	int r = read_state(k, path, &s, e);

	if (r < 0)
		return r;
	r = fill(k, &s, &why);
	codec_free(state_fields, &s);
	return r < 0 ? err_set(e, ERR_IO, -r, "kubelet: %s/%s: %s", k->dir, path,
			       why.msg[0] ? why.msg : "it holds what cannot be")
		     : 0;
}

static int fill_memory(struct kubelet *k, const struct memory *m)
{
	struct podfile_container *to;
	int r = kubelet_container(k, m->container, &to);

	for (size_t i = 0; r == 0 && i < m->n_blocks; i++) {
		const struct memory_block *b = &m->blocks[i];
		struct cpulist nodes = {0};

		for (size_t j = 0; j < b->n_nodes; j++)
			cpulist_add(&nodes, (unsigned int)b->nodes[j]);
		if (b->type && b->size != CODEC_ABSENT)
			r = kubelet_memory(to, b->type, (uint64_t)b->size, &nodes);
	}
	return r;
}

static int fill_all_memory(struct kubelet *k, const struct state *s, struct err *e)
{
	struct by_container m = {0};

	BY_CONTAINER(fields, k->uid, struct memory, memory_fields);
	int r = s->entries ? decode(fields, &m, s->entries, "entries", e) : 0;
	const struct memory *c = m.items;

	for (size_t i = 0; r == 0 && i < m.n; i++)
		r = fill_memory(k, &c[i]);
	codec_free(fields, &m);
	return r;
}

int kubelet_state_containers(struct kubelet *k, struct err *e)
{
	struct err why = ERR_INIT;

	kubelet_forget(k);
	int r = read_and_fill(k, CPU_STATE, fill_all_cpus, e);

	if (r == 0 && read_and_fill(k, MEMORY_STATE, fill_all_memory, &why) < 0) {
		/* Not every kubelet has a memory manager. Half of what one says is not kept. */
		log_debug("%s", why.msg);
		kubelet_forget(k);
		r = read_and_fill(k, CPU_STATE, fill_all_cpus, e);
	}
	if (r < 0)
		kubelet_forget(k);
	return r;
}
