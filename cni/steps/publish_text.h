/* SPDX-License-Identifier: Apache-2.0 */
/* What is in the pod file: one struct out of all attachments of the sandbox that publish there. */
#ifndef STEPS_PUBLISH_TEXT_H
#define STEPS_PUBLISH_TEXT_H

#include "attach.h"

/* Does that record publish into the same file as the attachment at hand, and is not its own? */
bool publish_is_sibling(const struct attach *a, const char *ifname, const struct record *rec);

/* with_self: the attachment at hand is in it too. *ret stays NULL where none is left. */
int publish_render(const struct attach *a, bool with_self, char **ret, struct err *e);

#endif
