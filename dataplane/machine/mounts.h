/* SPDX-License-Identifier: Apache-2.0 */
/* The mounts of this process, from /proc/self/mountinfo: /proc/self/mounts does not tell which of
 * them others cover. */
#ifndef MACHINE_MOUNTS_H
#define MACHINE_MOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mount {
	long id, parent;
	char *root; /* what of the file system is seen there */
	char *point;
	char *options; /* of the mount: "rw,nosuid" */
	char *type;    /* of the file system */
	char *super;   /* options of the file system: "rw,pagesize=2M" */
};

struct mounts {
	struct mount *items;
	size_t n;
};

/* No /proc, no mounts. To be freed in any case. */
int mounts_read(int root, struct mounts *ret);
void mounts_free(struct mounts *m);

/* Does another one cover it, so that no path leads there? The order of lines is not that of mounting. */
bool mount_is_hidden(const struct mounts *all, const struct mount *m);
/* A hugetlbfs that a path leads to. */
bool mount_has_hugepages(const struct mounts *all, const struct mount *m);
/* The first of those with pages of that size, or NULL. */
const struct mount *mounts_hugetlbfs(const struct mounts *all, uint64_t page_size);
/* Is that path in one of the kernel's own file systems? */
bool mount_point_is_the_kernels(const char *point);
bool mount_is_read_only(const struct mount *m);
/* Of a hugetlbfs, bytes; 0: it does not say. */
uint64_t mount_page_size(const struct mount *m);

#endif
