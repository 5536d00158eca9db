/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A recorded machine: files of /proc, /sys and /dev in a temporary directory, laid over a base
 * that all tests share (machine.c describes it), and what system calls would say there.
 */
#ifndef TEST_UNIT_LIB_MACHINE_H
#define TEST_UNIT_LIB_MACHINE_H

#include "facts.h"
#include "test.h"

/* text "-> x" is a symlink to x, "/" a directory, NULL takes away what the base has. */
struct entry {
	const char *path, *text;
};

/* What the base has mounted; a machine with more mounts repeats it. */
#define MACHINE_MOUNTS \
	"20 1 0:20 / /proc rw - proc proc rw\n" \
	"30 23 0:26 / /sys/fs/cgroup ro,nosuid shared:9 - cgroup2 cgroup rw\n"
#define MACHINE_HUGE \
	MACHINE_MOUNTS "40 23 0:40 / /huge rw,relatime - hugetlbfs none rw,pagesize=2M\n"

struct machine {
	char dir[64];
	int root;
};

void machine_make(struct machine *m, const struct entry *over);
/* Without the base: nothing but the entries. */
void machine_make_bare(struct machine *m, const struct entry *entries);
void machine_remove(struct machine *m);

/* Two CPUs-only defaults: affinity as list, a link "net1" of MTU 1500, root, all limits off. */
struct facts_source machine_source(const struct machine *m, const char *affinity);
/* Facts of a machine as it is. */
struct dpdkpod_facts *machine_facts(const struct machine *m, const char *affinity);

#define assert_has(text, part) \
	do { \
		if (!strstr((text), (part))) \
			fail_msg("\"%s\" does not hold \"%s\"", (text), (part)); \
	} while (0)

#endif
