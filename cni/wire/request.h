/* SPDX-License-Identifier: Apache-2.0 */
/* What the runtime said: the CNI_* environment and the text on stdin, validated. */
#ifndef WIRE_REQUEST_H
#define WIRE_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "codec.h"
#include "err.h"

enum verb { VERB_ADD, VERB_DEL, VERB_CHECK, VERB_GC, VERB_STATUS, VERB_VERSION, VERB_UNKNOWN };

/* What container runtimes put into CNI_ARGS; "" where they did not. */
struct request_args {
	char pod_namespace[256];
	char pod_name[256];
	char pod_uid[128];
	char mac[96];
};

struct request {
	enum verb verb;
	const char *command;   /* as given */
	const char *container; /* "" where absent, as all below */
	const char *netns;
	const char *ifname;
	const char *path;
	const char *args;
	struct request_args pod;
	char *input; /* stdin, owned */
	size_t input_len;
	struct codec_tree *tree; /* input parsed, owned */
};

/* Reads the environment alone; strings are the environment's. Never fails: see request_check. */
void request_read_env(struct request *ret);

/* stdin to its end. */
int request_read_input(struct request *r, struct err *e);

/* The one place where stdin is parsed. */
int request_parse(struct request *r, struct err *e);

void request_free(struct request *r);
#define auto_request auto_with(request_free)

/* Everything this verb needs, and its form: one error names all that is wrong. */
int request_check(struct request *r, struct err *e);

bool request_container_ok(const char *id); /* and short enough to be a file's name */
bool request_ifname_ok(const char *name);

#endif
