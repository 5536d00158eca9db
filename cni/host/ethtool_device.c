/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ethtool_device.h"
#include "mem.h"

int ethtool_open(struct ethtool_device *d, const char *name, struct err *e)
{
	*d = (struct ethtool_device){.socket = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
	(void)snprintf(d->ifr.ifr_name, sizeof(d->ifr.ifr_name), "%s", name);
	return d->socket < 0 ? err_sys(e, ERR_KERNEL, errno, "ethtool: socket") : 0;
}

void ethtool_close(struct ethtool_device *d)
{
	mem_closep(&d->socket);
}

int ethtool_call(struct ethtool_device *d, unsigned long request, void *data)
{
	d->ifr.ifr_data = data;
	return ioctl(d->socket, request, &d->ifr) < 0 ? -errno : 0;
}

int ethtool_get_features(struct ethtool_device *d, union ethtool_features *f)
{
	memset(f, 0, sizeof(*f));
	f->head.cmd = ETHTOOL_GFEATURES;
	f->head.size = ETHTOOL_BLOCKS;
	int r = ethtool_call(d, SIOCETHTOOL, f);

	f->head.size = f->head.size > ETHTOOL_BLOCKS ? ETHTOOL_BLOCKS : f->head.size;
	return r;
}
