/* SPDX-License-Identifier: Apache-2.0 */
/* The link as it was recorded, and what it takes to make it so again. */
#ifndef STEPS_LINK_IMAGE_H
#define STEPS_LINK_IMAGE_H

#include "attach.h"

/* What differs from the image, but for name and index. */
struct link_change link_image_change(const struct link *image, const struct link *now);

/* Altnames that the image has not are the pod's. Those could collide on the host. */
void link_image_drop_altnames(const struct attach *a, struct nl_sock *s, const struct link *l);

/* The link is on the host: makes it equal the image, then looks. What the driver refuses is logged. */
int link_image_restore(struct attach *a, const struct link_list *host, const struct link *now,
	struct err *e);

#endif
