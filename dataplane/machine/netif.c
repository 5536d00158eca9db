/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "file.h"
#include "netif.h"

#define PATH_SIZE 64

static const char *path_of(const char *name, const char *attribute, char buf[static PATH_SIZE])
{
	(void)snprintf(buf, PATH_SIZE, "/sys/class/net/%.15s/%.30s", name, attribute);
	return buf;
}

int netif_operstate(int rootfd, const char *name, char *buf, size_t size)
{
	char path[PATH_SIZE];

	return file_read_line(rootfd, path_of(name, "operstate", path), buf, size);
}

int netif_flags(int rootfd, const char *name, int64_t *ret)
{
	char path[PATH_SIZE];

	return file_read_int(rootfd, path_of(name, "flags", path), ret);
}
