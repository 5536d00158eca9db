/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PCI devices that a DRA driver gave to this container, from the metadata files of KEP-5304 which it
 * mounts here: <directory of the claim>/<request>/<driver>-metadata.json, each a stream of versions of
 * one object, of which the first that is understood counts.
 */
#ifndef LIB_DRA_H
#define LIB_DRA_H

#include "offers.h"

/* Appends them in the order of the files' names, what cannot be read with its reason. -ENOMEM alone. */
int dra_read(int root, struct offers *to);

#endif
