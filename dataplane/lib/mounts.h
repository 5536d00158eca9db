/* SPDX-License-Identifier: Apache-2.0 */
/* The mounts of this process, from /proc/self/mountinfo: /proc/self/mounts does not tell which of
 * them others cover. */
#ifndef LIB_MOUNTS_H
#define LIB_MOUNTS_H

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
	bool hidden;   /* another mount covers it */
};

struct mounts {
	struct mount *items;
	size_t n;
};

/* No /proc, no mounts. To be freed in any case. */
int mounts_read(int root, struct mounts *ret);
void mounts_free(struct mounts *m);

bool mount_is_read_only(const struct mount *m);
/* Of a hugetlbfs, bytes; 0: it does not say. */
uint64_t mount_page_size(const struct mount *m);

#endif
