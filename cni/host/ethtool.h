/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What ethtool(8) sets of a network device, and what stays with it wherever it is moved. Each kind
 * of setting is kept as the words that the kernel has for it, those alone that can be set.
 */
#ifndef HOST_ETHTOOL_H
#define HOST_ETHTOOL_H

#include <stddef.h>

#include "codec.h"

struct ethtool_image {
	char *features, *coalesce, *rings, *channels, *pause, *eee, *fec, *wol, *messages,
		*private_flags, *timestamps, *link;
};
extern const struct codec_field ethtool_fields[];

void ethtool_free(struct ethtool_image *i);
#define auto_ethtool auto_with(ethtool_free)

/* In the caller's network namespace. What the device does not have stays NULL. */
int ethtool_read(const char *name, struct ethtool_image *ret, struct err *e);

/* Sets what differs from the image; names what could not be set, "" where all is as it was. */
int ethtool_restore(const char *name, const struct ethtool_image *image, char *left, size_t size,
	struct err *e);

#endif
