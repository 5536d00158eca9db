/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PCI devices that a DRA driver gave to this container, from the metadata files of KEP-5304 which it
 * mounts here: <directory of the claim>/<request>/<driver>-metadata.json, each a stream of versions of
 * one object, of which the first that is understood counts.
 */
#ifndef LIB_DRA_H
#define LIB_DRA_H

#include <stddef.h>

struct dra_device {
	char *file; /* that names it */
	char *bdf;  /* NULL: the file cannot be used, */
	char *why;  /* for this reason */
};

struct dra {
	struct dra_device *devices; /* in the order of the files' names */
	size_t n;
};

/* -ENOMEM alone; what cannot be read is in the list, with its reason. To be freed in any case. */
int dra_read(int root, struct dra *ret);
void dra_free(struct dra *d);

#endif
