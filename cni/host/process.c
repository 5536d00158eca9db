/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "mem.h"
#include "process.h"

#define TEXT_MAX (1u << 20)

int process_find(int rootfd, const char *name)
{
	int fd = file_open(rootfd, "/proc", O_RDONLY | O_DIRECTORY, 0, FILE_IN_ROOT),
	    found = -ENOENT;
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (!d) {
		mem_closep(&fd);
		return -ENOENT;
	}
	for (struct dirent *de; (de = readdir(d));) {
		char path[300], comm[64], *end;
		long pid = strtol(de->d_name, &end, 10);

		if (pid <= 0 || *end || (found > 0 && found < pid))
			continue;
		(void)snprintf(path, sizeof(path), "%s/comm", de->d_name);
		if (file_read_line(dirfd(d), path, comm, sizeof(comm)) == 0 &&
			strcmp(comm, name) == 0)
			found = (int)pid;
	}
	(void)closedir(d);
	return found;
}

static int read_file(int rootfd, int pid, const char *name, char **ret, size_t *ret_len)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	return file_read(rootfd, path, FILE_IN_ROOT, TEXT_MAX, ret, ret_len);
}

int process_memlock(int rootfd, int pid, int64_t *ret)
{
	static const char label[] = "Max locked memory";
	auto_free char *text = NULL;
	int r = read_file(rootfd, pid, "limits", &text, NULL);
	const char *at = r < 0 ? NULL : strstr(text, label);
	char soft[32];

	if (r < 0)
		return r;
	if (!at || sscanf(at + strlen(label), "%31s", soft) != 1)
		return -EINVAL;
	*ret = strcmp(soft, "unlimited") == 0 ? PROCESS_UNLIMITED : strtoll(soft, NULL, 10);
	return 0;
}

int process_cpus(int rootfd, int pid, struct cpulist *ret)
{
	static const char label[] = "Cpus_allowed_list:";
	auto_free char *text = NULL;
	int r = read_file(rootfd, pid, "status", &text, NULL);
	char *at = r < 0 ? NULL : strstr(text, label);

	if (r < 0)
		return r;
	if (!at)
		return -EINVAL;
	at += strlen(label);
	at[strcspn(at, "\n")] = '\0';
	return cpulist_parse(at, ret, NULL);
}

int process_arguments(int rootfd, int pid, char **ret, size_t *ret_len)
{
	return read_file(rootfd, pid, "cmdline", ret, ret_len);
}
