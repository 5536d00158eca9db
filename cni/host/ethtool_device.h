/* SPDX-License-Identifier: Apache-2.0 */
/* The ioctl of ethtool, on one network device of the caller's namespace. */
#ifndef HOST_ETHTOOL_DEVICE_H
#define HOST_ETHTOOL_DEVICE_H

#include <linux/ethtool.h>
#include <net/if.h>

#include "err.h"

struct ethtool_device {
	int socket;
	struct ifreq ifr;
};

int ethtool_open(struct ethtool_device *d, const char *name, struct err *e);
void ethtool_close(struct ethtool_device *d);
int ethtool_call(struct ethtool_device *d, unsigned long request, void *data);

#define ETHTOOL_BLOCKS 8 /* of 32 features each */

/* The kernel's struct ends in an array without a length: the union gives it room. */
union ethtool_features {
	struct ethtool_gfeatures head;
	char room[sizeof(struct ethtool_gfeatures) +
		ETHTOOL_BLOCKS * sizeof(struct ethtool_get_features_block)];
};

int ethtool_get_features(struct ethtool_device *d, union ethtool_features *f);

#endif
