/* SPDX-License-Identifier: Apache-2.0 */
/* A YAML (or JSON) document to look things up in. libyaml ends here. */
#ifndef DOCTOR_DOCUMENT_H
#define DOCTOR_DOCUMENT_H

#include <stddef.h>

#include "err.h"

struct document;
typedef int document_at; /* a node of it */
#define DOCUMENT_NONE 0  /* nothing there; asked for anything it has nothing */
#define DOCUMENT_TOP 1

/* The first document of the text; an empty text is an empty one. what names it in messages. */
int document_load(const char *text, size_t len, const char *what, struct document **ret,
	struct err *e);
void document_free(struct document **d);
#define auto_document auto_with(document_free)

/* The value of a key of a mapping. A null is nothing. */
document_at document_key(struct document *d, document_at mapping, const char *key);
/* A scalar's text, as long as the document lives; NULL: it is none. */
const char *document_text(struct document *d, document_at at);
/* The i'th element of a sequence. */
document_at document_element(struct document *d, document_at sequence, size_t i);
/* The i'th key of a mapping and its value; NULL behind the last. */
const char *document_pair(struct document *d, document_at mapping, size_t i,
	document_at *ret_value);

#endif
