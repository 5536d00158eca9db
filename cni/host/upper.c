/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "file.h"
#include "mem.h"
#include "upper.h"

#define UPPER "upper_"

bool upper_find(int rootfd, const char *link, char *buf, size_t size)
{
	char path[64];
	bool found = false;

	(void)snprintf(path, sizeof(path), "/sys/class/net/%.15s", link);
	int fd = file_open(rootfd, path, O_RDONLY | O_DIRECTORY, 0, FILE_IN_ROOT);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (!d) {
		mem_closep(&fd);
		return false;
	}
	for (struct dirent *de; !found && (de = readdir(d));)
		if (strncmp(de->d_name, UPPER, strlen(UPPER)) == 0) {
			(void)snprintf(buf, size, "%s", de->d_name + strlen(UPPER));
			found = true;
		}
	(void)closedir(d);
	return found;
}
