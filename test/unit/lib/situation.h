/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A recorded container in a file of its own (situations/), read into a scenario. A line each, what is
 * indented below a line is its text; "#" begins a remark:
 *
 *   affinity LIST                 CPUs of sched_getaffinity
 *   topology NODESxCORESxTHREADS  of the machine; CPUs are numbered as on x86: second threads last
 *   pages KB FREE/TOTAL...        hugepages of a size, per node
 *   file PATH                     with the text below; "link PATH TARGET", "dir PATH"
 *   netdev NAME MTU up|down       a link of this network namespace
 *   env NAME=VALUE
 *   uid N, memlock BYTES, nofile N, container NAME, version X.Y, user ARGUMENTS
 *   pod                           the pod file, below
 *   expect                        the vector, below: lines are joined by blanks
 *   note PART                     a remark that holds this; all of them, in order
 *   error ERRNO PART, remedy PART instead of expect
 */
#ifndef TEST_UNIT_LIB_SITUATION_H
#define TEST_UNIT_LIB_SITUATION_H

#include "scenario.h"

struct situation {
	struct scenario s; /* points into what follows */
	struct entry *entries;
	size_t n_entries;
	struct facts_link links[16];
	char *env[16];
	size_t n_links, n_env, n_notes;
	char *text;   /* the file, cut into strings */
	char **owned; /* strings made besides */
	size_t n_owned;
};

/* A file that cannot be read as above fails the test. */
void situation_read(const char *path, struct situation *ret);
void situation_free(struct situation *s);

#endif
