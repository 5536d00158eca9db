/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "file.h"
#include "mem.h"
#include "process.h"

#define FILE_CAP (4u << 20) /* an environment may be large */

DIR *process_list(int rootfd)
{
	return file_opendir(rootfd, "/proc");
}

pid_t process_next(DIR *proc)
{
	for (const char *name; (name = file_next(proc));) {
		char *end;
		long pid = strtol(name, &end, 10);

		if (pid > 0 && pid <= INT32_MAX && !*end)
			return (pid_t)pid;
	}
	return 0;
}

int process_find(int rootfd, const char *name)
{
	DIR *proc auto_dir = process_list(rootfd);
	char comm[PROCESS_NAME];
	pid_t found = -ENOENT;

	for (pid_t pid; proc && (pid = process_next(proc));)
		if ((found < 0 || pid < found) &&
			strcmp(process_name(rootfd, pid, comm), name) == 0)
			found = pid;
	return found;
}

const char *process_path(pid_t pid, const char *file, char buf[static PROCESS_PATH])
{
	if (pid == PROCESS_SELF)
		(void)snprintf(buf, PROCESS_PATH, "/proc/self/%s", file);
	else
		(void)snprintf(buf, PROCESS_PATH, "/proc/%d/%s", (int)pid, file);
	return buf;
}

const char *process_name(int rootfd, pid_t pid, char buf[static PROCESS_NAME])
{
	char path[PROCESS_PATH];

	if (file_read_line(rootfd, process_path(pid, "comm", path), buf, PROCESS_NAME) < 0)
		(void)snprintf(buf, PROCESS_NAME, "?");
	return buf;
}

int process_read(int rootfd, pid_t pid, const char *file, char **ret, size_t *ret_len)
{
	char path[PROCESS_PATH];

	return file_read(rootfd, process_path(pid, file, path), FILE_IN_ROOT, FILE_CAP, ret,
		ret_len);
}

int process_strings(int rootfd, pid_t pid, const char *file, char ***ret)
{
	auto_free char *text = NULL;
	size_t len, n = 0;
	int r = process_read(rootfd, pid, file, &text, &len);

	if (r < 0)
		return r;
	for (size_t i = 0; i < len; i += strlen(text + i) + 1)
		n++;
	char **list = malloc((n + 1) * sizeof(*list) + len + 1);

	if (!list)
		return -ENOMEM;
	char *copy = (char *)(list + n + 1);

	memcpy(copy, text, len + 1);
	n = 0;
	for (size_t i = 0; i < len; i += strlen(copy + i) + 1)
		list[n++] = copy + i;
	list[n] = NULL;
	*ret = list;
	return 0;
}

bool process_status_value(const char *status, const char *name, char *buf, size_t size)
{
	size_t n = strlen(name);

	for (const char *p = status; p && *p; p = strchr(p, '\n'), p += p != NULL) {
		if (strncmp(p, name, n) != 0 || p[n] != ':')
			continue;
		p += n + 1;
		p += strspn(p, " \t");
		(void)snprintf(buf, size, "%.*s", (int)strcspn(p, "\n"), p);
		return true;
	}
	return false;
}

int process_memlock(int rootfd, pid_t pid, uint64_t *ret)
{
	static const char label[] = "Max locked memory ";
	auto_free char *text = NULL;
	int r = process_read(rootfd, pid, "limits", &text, NULL);
	const char *at = r < 0 ? NULL : strstr(text, label);
	char soft[32];

	if (r < 0)
		return r;
	if (!at || sscanf(at + strlen(label), "%31s", soft) != 1)
		return -EINVAL;
	*ret = strcmp(soft, "unlimited") == 0 ? PROCESS_UNLIMITED : strtoull(soft, NULL, 10);
	return 0;
}

pid_t process_of_hugepages(int rootfd, uint64_t *ret_bytes)
{
	DIR *proc auto_dir = process_list(rootfd);
	pid_t most = 0;

	*ret_bytes = 0;
	for (pid_t pid; proc && (pid = process_next(proc));) {
		auto_free char *text = NULL;
		char kb[32];
		uint64_t bytes;

		if (process_read(rootfd, pid, "status", &text, NULL) < 0 ||
			!process_status_value(text, "HugetlbPages", kb, sizeof(kb)))
			continue;
		bytes = strtoull(kb, NULL, 10) << 10;
		if (bytes > *ret_bytes) {
			*ret_bytes = bytes;
			most = pid;
		}
	}
	return most;
}

int process_cpus(int rootfd, pid_t pid, struct cpulist *ret)
{
	auto_free char *text = NULL;
	char list[CPULIST_MAX];
	int r = process_read(rootfd, pid, "status", &text, NULL);

	if (r < 0)
		return r;
	if (!process_status_value(text, "Cpus_allowed_list", list, sizeof(list)))
		return -EINVAL;
	return cpulist_parse(list, ret, NULL);
}

int process_namespace(int rootfd, pid_t pid, const char *kind, unsigned int *ret)
{
	char file[16], path[PROCESS_PATH], link[64];

	(void)snprintf(file, sizeof(file), "ns/%s", kind);
	int r = file_link_base(rootfd, process_path(pid, file, path), link, sizeof(link));

	if (r < 0)
		return r;
	return sscanf(link, "%*[a-z]:[%u]", ret) == 1 ? 0 : -EPROTO;
}

/* Its identity map covers every id. */
bool process_in_first_userns(int rootfd)
{
	unsigned long first, to, count;
	char path[PROCESS_PATH], line[128];

	return file_read_line(rootfd, process_path(PROCESS_SELF, "uid_map", path), line,
		       sizeof(line)) == 0 &&
		sscanf(line, "%lu %lu %lu", &first, &to, &count) == 3 && first == 0 && to == 0 &&
		count == 4294967295UL;
}

bool process_has_device(int rootfd, pid_t pid, dev_t device)
{
	char path[PROCESS_PATH];
	DIR *fds auto_dir = file_opendir(rootfd, process_path(pid, "fd", path));
	struct stat st;

	for (const char *fd; fds && (fd = file_next(fds));)
		if (fstatat(dirfd(fds), fd, &st, 0) == 0 && S_ISCHR(st.st_mode) &&
			st.st_rdev == device)
			return true;
	return false;
}

/* glibc's cpu_set_t ends at CPU 1023; both are arrays of words, bit 0 first. */
_Static_assert(sizeof(unsigned long) == sizeof(uint64_t), "64-bit words");

int process_affinity(struct cpulist *ret)
{
	struct cpulist set = {0};

	if (sched_getaffinity(0, sizeof(set.bits), (cpu_set_t *)(void *)set.bits) < 0)
		return -errno;
	*ret = set;
	return 0;
}

int process_pin(const struct cpulist *cpus)
{
	struct cpulist set = *cpus;

	return sched_setaffinity(0, sizeof(set.bits), (cpu_set_t *)(void *)set.bits) < 0 ? -errno
											 : 0;
}
