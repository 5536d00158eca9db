/* SPDX-License-Identifier: Apache-2.0 */
/* From text to a document. */
#include <errno.h>
#include <string.h>

#include "codec_internal.h"

void codec_tree_freep(struct codec_tree **d)
{
	if (*d)
		json_decref((*d)->root);
	free(*d);
}

/* At least as many as the text has values, members and containers that are not empty. */
static size_t count_values(const char *text, size_t len)
{
	bool in_string = false;
	size_t n = 1;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '"')
			in_string = !in_string;
		else if (in_string)
			i += text[i] == '\\';
		else
			n += text[i] == ',' || text[i] == '{' || text[i] == '[';
	}
	return n;
}

static json_t *parse(const char *text, size_t len, const char *what, size_t flags, size_t *ret_used,
	struct err *e)
{
	json_error_t je;
	size_t blank = 0;

	while (blank < len && memchr(" \t\r\n", text[blank], 4))
		blank++;
	if (blank == len) {
		(void)err_set(e, ERR_DECODE, EINVAL, "%s: it is empty, JSON was expected", what);
		return NULL;
	}
	if (count_values(text, len) > CODEC_MAX_VALUES) {
		(void)err_set(e, ERR_DECODE, E2BIG, "%s: more than %d values", what,
			CODEC_MAX_VALUES);
		return NULL;
	}
	json_t *j = json_loadb(text, len, JSON_REJECT_DUPLICATES | flags, &je);

	if (!j)
		(void)err_set(e, ERR_DECODE, EINVAL, "%s: line %d, column %d: not JSON: %s", what,
			je.line, je.column, je.text);
	*ret_used = j ? (size_t)je.position : 0;
	return j;
}

int codec_parse(const char *text, size_t len, const char *what, struct codec_tree **ret,
	struct err *e)
{
	struct err why = ERR_INIT;
	size_t used;
	json_auto_t *j = parse(text, len, what, 0, &used, &why);
	struct codec_tree *d = j ? malloc(sizeof(*d)) : NULL;

	if (!j)
		return err_take(e, &why);
	if (!d)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "%s", what);
	*d = (struct codec_tree){steal_ptr(j), what, text, len};
	*ret = d;
	return 0;
}

int codec_read(const struct codec_field *t, void *obj, const struct codec_tree *d, int code,
	struct err *e)
{
	const struct codec_place root = {.what = d->what, .code = code};

	return codec_decode_root(t, obj, d->root, &root, e);
}

int codec_read_filled(const struct codec_field *t, void *obj, const struct codec_tree *d, int code,
	struct err *e)
{
	const struct codec_place root = {.what = d->what, .code = code, .empty_is_absent = true};

	return codec_decode_root(t, obj, d->root, &root, e);
}

int codec_salvage(const struct codec_field *t, void *obj, const struct codec_tree *d, char *lost,
	size_t size, struct err *e)
{
	const struct lost l = {lost, size};
	const struct codec_place root = {.what = d->what, .code = ERR_DECODE, .lost = &l};

	*lost = '\0';
	return codec_decode_root(t, obj, d->root, &root, e);
}

int codec_decode(const struct codec_field *t, void *obj, const char *text, size_t len,
	const char *what, int code, struct err *e)
{
	auto_tree struct codec_tree *d = NULL;
	int r = codec_parse(text, len, what, &d, e);

	if (r < 0) {
		codec_init(t, obj);
		return r;
	}
	return codec_read(t, obj, d, code, e);
}

int codec_decode_next(const struct codec_field *t, void *obj, const char *text, size_t len,
	const char *what, int code, size_t *ret_used, struct err *e)
{
	const struct codec_place root = {.what = what, .code = code};
	json_auto_t *j = NULL;

	*ret_used = 0;
	codec_init(t, obj);
	j = parse(text, len, what, JSON_DISABLE_EOF_CHECK, ret_used, e);
	return j ? codec_decode_root(t, obj, j, &root, e) : -EINVAL;
}
