/* SPDX-License-Identifier: Apache-2.0 */
/* PCI devices that this container was offered by others than the pod file. */
#ifndef LIB_OFFERS_H
#define LIB_OFFERS_H

#include <stddef.h>

struct offer {
	char *source; /* what names it: a variable, or a DRA driver's file */
	char *bdf;    /* as it is written there; NULL: the source cannot be used, */
	char *why;    /* for this reason */
};

struct offers {
	struct offer *list;
	size_t n;
};

/* What the device plugin's environment names, then what DRA drivers do. -ENOMEM alone; to be freed in
 * any case. */
int offers_read(int root, char *const *env, struct offers *ret);
/* bdf or why may be NULL. -ENOMEM. */
int offers_add(struct offers *o, const char *source, const char *bdf, const char *why);
void offers_free(struct offers *o);

#endif
