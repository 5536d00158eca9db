/* SPDX-License-Identifier: Apache-2.0 */
/* A directory that stands for the root of a machine; a fresh one for each test. */
#ifndef TEST_UNIT_MACHINE_TREE_H
#define TEST_UNIT_MACHINE_TREE_H

#include <sys/types.h>

extern int tree_root;       /* its fd */
extern char tree_path[256]; /* and where it really is */

/* For cmocka_unit_test_setup_teardown. */
int tree_set_up(void **state);
int tree_tear_down(void **state);

/* Paths are relative to the root; directories on the way are made. */
void tree_file(const char *path, const char *text, mode_t mode);
void tree_link(const char *path, const char *target);
void tree_dir(const char *path);
/* A file that nobody can read without waiting. */
void tree_fifo(const char *path);
/* NUMA nodes 0 and 1 on socket 0, 2 and 3 on socket 1, two CPUs each; node 4 is memory alone. */
void tree_four_nodes(void);

#endif
