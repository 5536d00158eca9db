/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "file.h"
#include "mem.h"
#include "netdir.h"

#define FILE_MAX (4u << 20)
#define OURS "dpdk-cni"

struct element {
	char *type, *name, *version, *whole;
};

static const struct codec_field element_fields[] = {
	CODEC_STRING(struct element, type, "type", 255),
	CODEC_STRING(struct element, name, "name", 1024),
	CODEC_STRING(struct element, version, "cniVersion", 64),
	CODEC_WHOLE(struct element, whole),
	CODEC_END,
};

struct list {
	char *name, *version;
	struct element *plugins;
	size_t n;
};

static const struct codec_field list_fields[] = {
	CODEC_STRING(struct list, name, "name", 1024),
	CODEC_STRING(struct list, version, "cniVersion", 64),
	CODEC_OBJECTS(struct list, plugins, n, "plugins", struct element, element_fields),
	CODEC_END,
};

/* What the list says goes into the plugin's own object, which does not say it. */
static char *with_list(const struct list *l, const struct element *p)
{
	const bool name = l->name && !p->name, version = l->version && !p->version;
	char *text;

	/* The whole is compact JSON: an object begins with its brace. */
	return asprintf(&text, "{%s%s%s%s%s%s%s", version ? "\"cniVersion\":\"" : "",
		       version ? l->version : "", version ? "\"," : "", name ? "\"name\":\"" : "",
		       name ? l->name : "", name ? "\"," : "", p->whole + 1) < 0
		? NULL
		: text;
}

static int add_plugin(struct netdir_file *f, const char *type, char *text, struct err *e)
{
	struct netdir_plugin *more = mem_more(f->plugins, f->n);

	if (!more || !text) {
		free(text);
		return err_sys(e, ERR_INTERNAL, ENOMEM, "%s", f->path);
	}
	*more = (struct netdir_plugin){strdup(type), text};
	f->n++;
	f->ours |= strcmp(type, OURS) == 0;
	return 0;
}

static int parse(struct netdir_file *f, const char *text, size_t len, struct err *e)
{
	struct element single;
	struct list l;
	int r = codec_decode(list_fields, &l, text, len, f->path, ERR_CONFIG, e);

	if (r < 0)
		return r;
	if (!l.plugins) {
		r = codec_decode(element_fields, &single, text, len, f->path, ERR_CONFIG, e);
		if (r == 0) {
			r = add_plugin(f, single.type ? single.type : "", strndup(text, len), e);
			codec_free(element_fields, &single);
		}
	}
	for (size_t i = 0; r == 0 && i < l.n; i++)
		r = add_plugin(f, l.plugins[i].type ? l.plugins[i].type : "",
			with_list(&l, &l.plugins[i]), e);
	codec_free(list_fields, &l);
	return r;
}

static void read_one(int rootfd, struct netdir_file *f)
{
	auto_free char *text = NULL;
	size_t len;
	int r = f->is_stdin ? file_read_fd(STDIN_FILENO, FILE_MAX, &text, &len)
			    : file_read(rootfd, f->path, FILE_IN_ROOT, FILE_MAX, &text, &len);

	if (r < 0) {
		(void)err_sys(&f->err, ERR_IO, -r, "%s: read", f->path);
		return;
	}
	if (parse(f, text, len, &f->err) < 0)
		f->ours |= strstr(text, "\"" OURS "\"") != NULL;
}

static int add_file(struct netdir *d, char *path)
{
	struct netdir_file *more = mem_more(d->files, d->n);

	if (!more || !path) {
		free(path);
		return -ENOMEM;
	}
	more->path = path;
	d->n++;
	return 0;
}

static bool is_config(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot &&
		(strcmp(dot, ".conf") == 0 || strcmp(dot, ".conflist") == 0 ||
			strcmp(dot, ".json") == 0);
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct netdir_file *)a)->path, ((const struct netdir_file *)b)->path);
}

static int read_dir(int rootfd, const char *dir, struct netdir *d)
{
	auto_dir DIR *all = file_opendir(rootfd, dir);
	int r = 0;

	for (const char *name; all && r == 0 && (name = file_next(all));) {
		char *path = NULL;

		if (!is_config(name))
			continue;
		if (asprintf(&path, "%s/%s", dir, name) < 0)
			path = NULL;
		r = add_file(d, path);
	}
	mem_sort(d->files, d->n, by_path);
	return r;
}

int netdir_read(int rootfd, const char *dir, const char *file, struct netdir *ret, struct err *e)
{
	auto_netdir struct netdir d = {0};
	int r = read_dir(rootfd, dir, &d);

	if (r == 0 && file) {
		const bool is_stdin = strcmp(file, "-") == 0;

		r = add_file(&d, strdup(is_stdin ? "stdin" : file));
		if (r == 0) {
			d.files[d.n - 1].named = true;
			d.files[d.n - 1].is_stdin = is_stdin;
		}
	}
	if (r < 0)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "%s", dir);
	for (size_t i = 0; i < d.n; i++)
		read_one(rootfd, &d.files[i]);
	*ret = d;
	d = (struct netdir){0};
	return 0;
}

void netdir_free(struct netdir *d)
{
	for (size_t i = 0; i < d->n; i++) {
		for (size_t j = 0; j < d->files[i].n; j++) {
			free(d->files[i].plugins[j].type);
			free(d->files[i].plugins[j].text);
		}
		free(d->files[i].plugins);
		free(d->files[i].path);
	}
	free(d->files);
	*d = (struct netdir){0};
}
