/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "kernel.h"
#include "mem.h"
#include "nodes.h"

#define MODULES_MAX (16u << 20)
#define CPUINFO_MAX (16u << 20)
#define CPU_DIR "/sys/devices/system/cpu"

int kernel_release(int rootfd, char buf[static KERNEL_RELEASE], int *ret_major, int *ret_minor)
{
	int r = kernel_sysctl(rootfd, "kernel/osrelease", buf, KERNEL_RELEASE);

	if (r == 0 && sscanf(buf, "%d.%d", ret_major, ret_minor) != 2)
		r = -EINVAL;
	return r;
}

int kernel_sysctl(int rootfd, const char *name, char *buf, size_t size)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "/proc/sys/%.100s", name);
	return file_read_line(rootfd, path, buf, size);
}

bool kernel_cpu_says(int rootfd, const char *word)
{
	auto_free char *text = NULL;

	return file_read(rootfd, "/proc/cpuinfo", FILE_IN_ROOT, CPUINFO_MAX, &text, NULL) == 0 &&
		strstr(text, word);
}

bool kernel_swap(int rootfd, char *buf, size_t size)
{
	auto_free char *text = NULL;

	if (file_read(rootfd, "/proc/swaps", FILE_IN_ROOT, 65536, &text, NULL) < 0)
		return false;
	/* A heading, and a line for each. */
	const char *line = strchr(text, '\n');
	const int n = line ? (int)strcspn(line + 1, " \t\n") : 0;

	if (n > 0)
		(void)snprintf(buf, size, "%.*s", n, line + 1);
	return n > 0;
}

int kernel_irq_mask(int rootfd, char *buf, size_t size)
{
	return file_read_line(rootfd, "/proc/irq/default_smp_affinity", buf, size);
}

/* The end of a word; blanks within double quotes do not end it. */
static char *word_end(char *p)
{
	bool quoted = false;

	for (; *p && (quoted || !strchr(" \t\n", *p)); p++)
		quoted ^= *p == '"';
	return p;
}

int cmdline_read(int rootfd, struct cmdline *ret)
{
	auto_free char *text = NULL;
	int r = file_read(rootfd, "/proc/cmdline", FILE_IN_ROOT, sizeof(ret->text) - 1, &text,
		NULL);
	char *p = ret->text;

	if (r < 0)
		return r;
	(void)snprintf(ret->text, sizeof(ret->text), "%s", text);
	for (ret->n = 0; ret->n < ARRAY_SIZE(ret->args);) {
		p += strspn(p, " \t\n");
		char *end = word_end(p), *equals;
		const bool last = !*end;

		if (!*p)
			break;
		*end = '\0';
		if (strcmp(p, "--") == 0)
			break;
		equals = strchr(p, '=');
		if (equals)
			*equals = '\0';
		ret->args[ret->n].key = p;
		ret->args[ret->n++].value = equals ? equals + 1 : "";
		if (last)
			break;
		p = end + 1;
	}
	return 0;
}

const char *cmdline_get(const struct cmdline *c, const char *key)
{
	for (size_t i = c->n; i > 0; i--)
		if (strcmp(c->args[i - 1].key, key) == 0)
			return c->args[i - 1].value;
	return NULL;
}

static bool exists(int rootfd, const char *path)
{
	auto_close int fd = file_open(rootfd, path, O_PATH, 0, FILE_IN_ROOT);

	return fd >= 0;
}

bool kernel_has_driver(int rootfd, const char *driver)
{
	char path[160];

	(void)snprintf(path, sizeof(path), "/sys/bus/pci/drivers/%.64s", driver);
	return exists(rootfd, path);
}

/* The list has a line "kernel/drivers/…/NAME.ko.xz: …" for each. */
static bool listed(int rootfd, const char *release, const char *list, const char *name)
{
	auto_free char *text = NULL;
	char path[256], file[80];

	(void)snprintf(path, sizeof(path), "/lib/modules/%s/%s", release, list);
	(void)snprintf(file, sizeof(file), "/%.64s.ko", name);
	return file_read(rootfd, path, FILE_IN_ROOT, MODULES_MAX, &text, NULL) == 0 &&
		strstr(text, file);
}

bool kernel_has_module_file(int rootfd, const char *name)
{
	char release[KERNEL_RELEASE];
	int major, minor;

	return kernel_release(rootfd, release, &major, &minor) == 0 &&
		(listed(rootfd, release, "modules.dep", name) ||
			listed(rootfd, release, "modules.builtin", name));
}

void kernel_cpus(int rootfd, const char *which, struct cpulist *ret)
{
	char path[96];

	*ret = (struct cpulist){0};
	(void)snprintf(path, sizeof(path), CPU_DIR "/%.32s", which);
	(void)nodes_read_list(rootfd, path, ret);
}

bool kernel_has_smt(int rootfd)
{
	int64_t active;

	return file_read_int(rootfd, CPU_DIR "/smt/active", &active) == 0 && active == 1;
}

int64_t kernel_memory(int rootfd, const char *entry)
{
	auto_free char *text = NULL;
	const size_t n = strlen(entry);

	if (file_read(rootfd, "/proc/meminfo", FILE_IN_ROOT, 65536, &text, NULL) < 0)
		return 0;
	for (const char *line = text; line && *line;
		line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
		if (strncmp(line, entry, n) == 0 && line[n] == ':')
			return strtoll(line + n + 1, NULL, 10) * 1024;
	return 0;
}

bool kernel_has_uverbs(int rootfd)
{
	return exists(rootfd, "/sys/class/infiniband_verbs");
}

bool kernel_limits_hugepages(int rootfd)
{
	auto_free char *all = NULL, *unified = NULL;
	int hierarchy, groups, enabled;

	/* Lines "hugetlb 0 1 1"; newer kernels may do without the file. */
	if (file_read(rootfd, "/proc/cgroups", FILE_IN_ROOT, 65536, &all, NULL) == 0) {
		const char *line = strstr(all, "\nhugetlb");

		return line &&
			sscanf(line, "\nhugetlb %d %d %d", &hierarchy, &groups, &enabled) == 3 &&
			enabled == 1;
	}
	return file_read(rootfd, "/sys/fs/cgroup/cgroup.controllers", FILE_IN_ROOT, 65536, &unified,
		       NULL) == 0 &&
		strstr(unified, "hugetlb");
}
