/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "document.h"
#include "mem.h"

struct document {
	yaml_document_t yaml;
};

void document_free(struct document **d)
{
	if (!*d)
		return;
	yaml_document_delete(&(*d)->yaml);
	free(*d);
	*d = NULL;
}

static int damaged(const yaml_parser_t *p, const char *what, struct err *e)
{
	/* Lines are counted from 0. */
	return err_set(e, ERR_DECODE, EINVAL, "%s: line %zu, column %zu: %s", what,
		p->problem_mark.line + 1, p->problem_mark.column + 1,
		p->problem ? p->problem : "it is not YAML");
}

int document_load(const char *text, size_t len, const char *what, struct document **ret,
	struct err *e)
{
	auto_document struct document *d = calloc(1, sizeof(*d));
	yaml_parser_t parser;
	int r = 0;

	if (!d || !yaml_parser_initialize(&parser))
		return err_sys(e, ERR_INTERNAL, ENOMEM, "%s", what);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	/* A document that failed is deleted already, and zero. */
	if (!yaml_parser_load(&parser, &d->yaml)) {
		r = damaged(&parser, what, e);
		memset(&d->yaml, 0, sizeof(d->yaml));
	}
	yaml_parser_delete(&parser);
	if (r == 0)
		*ret = steal_ptr(d);
	return r;
}

static yaml_node_t *node(struct document *d, document_at at, yaml_node_type_t type)
{
	yaml_node_t *n = at > 0 ? yaml_document_get_node(&d->yaml, at) : NULL;

	return n && n->type == type ? n : NULL;
}

const char *document_text(struct document *d, document_at at)
{
	const yaml_node_t *n = node(d, at, YAML_SCALAR_NODE);

	return n ? (const char *)n->data.scalar.value : NULL;
}

static document_at not_null(struct document *d, document_at at)
{
	const yaml_node_t *n = node(d, at, YAML_SCALAR_NODE);
	const char *text = n ? (const char *)n->data.scalar.value : "";

	/* Quoted it is a word. */
	return n && n->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
			(!*text || strcmp(text, "null") == 0 || strcmp(text, "~") == 0)
		? DOCUMENT_NONE
		: at;
}

const char *document_pair(struct document *d, document_at mapping, size_t i, document_at *ret_value)
{
	const yaml_node_t *n = node(d, mapping, YAML_MAPPING_NODE);
	const yaml_node_pair_t *pair = n ? n->data.mapping.pairs.start + i : NULL;

	if (!pair || pair >= n->data.mapping.pairs.top)
		return NULL;
	const char *key = document_text(d, pair->key);

	*ret_value = not_null(d, pair->value);
	return key ? key : "";
}

document_at document_key(struct document *d, document_at mapping, const char *key)
{
	document_at value;
	const char *k;

	for (size_t i = 0; (k = document_pair(d, mapping, i, &value)); i++)
		if (strcmp(k, key) == 0)
			return value;
	return DOCUMENT_NONE;
}

document_at document_element(struct document *d, document_at sequence, size_t i)
{
	const yaml_node_t *n = node(d, sequence, YAML_SEQUENCE_NODE);
	const yaml_node_item_t *item = n ? n->data.sequence.items.start + i : NULL;

	return item && item < n->data.sequence.items.top ? not_null(d, *item) : DOCUMENT_NONE;
}
