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
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "json_pick.h"
#include "kubelet_dir.h"
#include "kubelet_fill.h"
#include "kubelet_state.h"
#include "log.h"
#include "mem.h"

#define CPU_STATE "cpu_manager_state"
#define MEMORY_STATE "memory_manager_state"
#define STATE_MAX (16u << 20)

/* What a file says of one pod. */
struct state_text {
	const char *uid, *what; /* what: the file, for messages */
	char *entries, *pod_entry;
	bool names_no_pods; /* version 1: {containerID: cpus} */
	bool is_data;       /* that string has been read: it counts */
};

static void state_free(struct state_text *s)
{
	free(s->entries);
	free(s->pod_entry);
	*s = (struct state_text){.uid = s->uid, .what = s->what};
}
#define auto_state_file auto_with(state_free)

static int keep(char **field, const char *text, size_t len, struct err *e)
{
	free(*field);
	*field = strndup(text, len);
	return *field ? 0 : err_sys(e, ERR_INTERNAL, ENOMEM, "kubelet");
}

static int take_entries(const char *text, size_t len, void *arg, struct err *e)
{
	struct state_text *s = arg;

	s->names_no_pods |= text[0] == '"';
	return keep(&s->entries, text, len, e);
}

static int take_pod_entry(const char *text, size_t len, void *arg, struct err *e)
{
	struct state_text *s = arg;

	return keep(&s->pod_entry, text, len, e);
}

static int look_at_entry(const char *text, size_t len, void *arg, struct err *e)
{
	struct state_text *s = arg;

	(void)len;
	(void)e;
	s->names_no_pods |= text[0] == '"';
	return 0;
}

enum { PICKS = 6 };

static void picks_of(struct state_text *s, struct json_pick picks[static PICKS])
{
	picks[0] = (struct json_pick){.path = {"entries", s->uid}, .take = take_entries, .arg = s};
	picks[1] = (struct json_pick){.path = {"podEntries", s->uid},
		.take = take_pod_entry,
		.arg = s};
	picks[2] = (struct json_pick){.path = {"entries", "*"}, .take = look_at_entry, .arg = s};
	picks[3] = (struct json_pick){.expect = '{'};
	picks[4] = (struct json_pick){.path = {"entries"}, .expect = '{'};
	picks[5] = (struct json_pick){.path = {"podEntries"}, .expect = '{'};
}

static int take_data(const char *text, size_t len, void *arg, struct err *e)
{
	struct state_text *s = arg, inner = {.uid = s->uid, .what = s->what, .is_data = true};
	struct json_pick picks[PICKS];

	picks_of(&inner, picks);
	int r = len ? json_pick_text(text, len, picks, PICKS, s->what, e) : 0;

	if (r < 0 || len == 0) {
		state_free(&inner);
		return r;
	}
	state_free(s);
	*s = inner;
	return 0;
}

static int read_state(const struct kubelet *k, const char *path, struct state_text *ret,
	struct err *e)
{
	char what[160];
	auto_close int fd = kubelet_open(k->root, k->dir, path, O_RDONLY | O_NONBLOCK, e);
	auto_state_file struct state_text outer = {.uid = k->uid},
					  data = {.uid = k->uid, .what = what};
	struct json_pick picks[PICKS + 1] = {[PICKS] = {.path = {"data"},
						     .plain = true,
						     .expect = '"',
						     .take = take_data,
						     .arg = &data}};
	if (fd < 0)
		return fd;
	(void)snprintf(what, sizeof(what), "kubelet: %.100s/%.40s", k->dir, path);
	picks_of(&outer, picks);
	int r = json_pick_file(fd, STATE_MAX, picks, ARRAY_SIZE(picks), what, e);

	if (r < 0)
		return r;
	struct state_text *counts = data.is_data ? &data : &outer;

	*ret = *counts;
	*counts = (struct state_text){.uid = k->uid};
	return 0;
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

struct assigned_memory {
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
	CODEC_OBJECTS(struct assigned_memory, blocks, n_blocks, "", struct memory_block,
		block_fields),
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

/* Of {container: ...} */
#define BY_CONTAINER(name, E, fields) \
	static const struct codec_field name[] = { \
		CODEC_OBJMAP(struct by_container, items, n, "", E, container, fields), \
		CODEC_END, \
	}

static int decode(const struct codec_field *t, void *ret, const char *text, const char *key,
	struct err *e)
{
	return codec_decode(t, ret, text, strlen(text), key, ERR_IO, e);
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

static int fill_pod_cpus(struct kubelet *k, const char *pod_entry, struct err *e)
{
	struct cpus pod;
	struct cpulist set;
	int r = decode(pod_entry_fields, &pod, pod_entry, "podEntries", e);

	if (r < 0)
		return r;
	if (pod.set) {
		r = cpulist_parse(pod.set, &set, e);
		if (r == 0)
			r = kubelet_pod_cpus(k, &set);
	}
	codec_free(pod_entry_fields, &pod);
	return r;
}

static int fill_all_cpus(struct kubelet *k, const struct state_text *s, struct err *e)
{
	BY_CONTAINER(fields, struct cpus, cpus_fields);
	struct by_container m = {0};

	if (s->names_no_pods)
		return err_set(e, ERR_IO, ENOENT, "version 1 names no pods");
	int r = s->entries ? decode(fields, &m, s->entries, "entries", e) : 0;
	const struct cpus *c = m.items;

	for (size_t i = 0; r == 0 && i < m.n; i++)
		r = fill_cpus(k, &c[i], e);
	codec_free(fields, &m);
	if (r == 0 && s->pod_entry)
		r = fill_pod_cpus(k, s->pod_entry, e);
	return r;
}

/* Reads the file and gives it to what fills in; an error names the file and why it cannot be. */
static int read_and_fill(struct kubelet *k, const char *path,
	int (*fill)(struct kubelet *k, const struct state_text *s, struct err *e), struct err *e)
{
	struct err why = ERR_INIT;
	auto_state_file struct state_text s = {0};
	int r = read_state(k, path, &s, e);

	if (r < 0)
		return r;
	r = fill(k, &s, &why);
	return r < 0 ? err_set(e, ERR_IO, -r, "kubelet: %s/%s: %s", k->dir, path,
			       why.msg[0] ? why.msg : "it holds what cannot be")
		     : 0;
}

static int fill_memory(struct kubelet *k, const struct assigned_memory *m)
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

static int fill_all_memory(struct kubelet *k, const struct state_text *s, struct err *e)
{
	BY_CONTAINER(fields, struct assigned_memory, memory_fields);
	struct by_container m = {0};
	int r = s->entries ? decode(fields, &m, s->entries, "entries", e) : 0;
	const struct assigned_memory *c = m.items;

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
