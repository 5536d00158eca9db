/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"
#include "tree.h"

int tree_root;
char tree_path[256];

int tree_set_up(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	(void)snprintf(tree_path, sizeof(tree_path), "%s/dpdk-cni-test.XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(tree_path))
		return -1;
	tree_root = open(tree_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return tree_root < 0 ? -1 : 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

int tree_tear_down(void **state)
{
	(void)state;
	return close(tree_root) < 0 || nftw(tree_path, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0
		? -1
		: 0;
}

static void parents(const char *path)
{
	char part[512];

	for (const char *p = path; (p = strchr(p, '/')); p++) {
		(void)snprintf(part, sizeof(part), "%.*s", (int)(p - path), path);
		if (*part)
			assert_true(mkdirat(tree_root, part, 0755) == 0 || errno == EEXIST);
	}
}

void tree_file(const char *path, const char *text, mode_t mode)
{
	parents(path);
	int fd = openat(tree_root, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	assert_int_equal(close(fd), 0);
}

void tree_link(const char *path, const char *target)
{
	parents(path);
	assert_int_equal(symlinkat(target, tree_root, path), 0);
}

void tree_dir(const char *path)
{
	parents(path);
	assert_true(mkdirat(tree_root, path, 0755) == 0 || errno == EEXIST);
}

void tree_fifo(const char *path)
{
	parents(path);
	assert_int_equal(mkfifoat(tree_root, path, 0644), 0);
}

void tree_four_nodes(void)
{
	char path[128], text[32];

	tree_file("sys/devices/system/node/online", "0-4\n", 0444);
	tree_file("sys/devices/system/node/node4/cpulist", "\n", 0444);
	for (int cpu = 0; cpu < 8; cpu++) {
		(void)snprintf(path, sizeof(path),
			"sys/devices/system/cpu/cpu%d/topology/physical_package_id", cpu);
		(void)snprintf(text, sizeof(text), "%d\n", cpu / 4);
		tree_file(path, text, 0444);
	}
	for (int node = 0; node < 4; node++) {
		(void)snprintf(path, sizeof(path), "sys/devices/system/node/node%d/cpulist", node);
		(void)snprintf(text, sizeof(text), "%d-%d\n", node * 2, node * 2 + 1);
		tree_file(path, text, 0444);
	}
}
