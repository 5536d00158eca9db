/* SPDX-License-Identifier: Apache-2.0 */
/* Which link of a namespace is the attachment's, by what no pod can forge. */
#ifndef STEPS_IDENTIFY_H
#define STEPS_IDENTIFY_H

#include "attach.h"

/* ADD: what a link without a bus address is known by (link_id.h) goes into the record. */
int identify_capture(struct attach *a, struct err *e);

/* The one in the list of ns's links, NULL where none is. index: where it is expected. */
int identify(const struct attach *a, const struct netns *ns, const struct link_list *list,
	int64_t index, const struct link **ret, struct err *e);

/* A link whose other end is still there lives somewhere, though nobody sees where. */
bool identify_lives_unseen(const struct attach *a, const struct link_list *host);

#endif
