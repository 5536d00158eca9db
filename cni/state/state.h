/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /run/dpdk-cni on disk: pods/<container>/<ifname>.json and claims/. Directories 0700, files 0600,
 * on tmpfs: kernel objects die with the kernel, and so does what is known of them.
 *
 * One lock: flock on the sandbox's directory pods/<container>. A caller waits for its own
 * sandbox's and only tries another's (busy is -EAGAIN), so no two ever wait for each other.
 */
#ifndef STATE_STATE_H
#define STATE_STATE_H

#include <stdbool.h>

#include "record.h"

struct state {
	int pods, claims; /* directory fds */
};

/* create: makes the directories. Without, -ENOENT where there is no state at all (no error set). */
int state_open(int rootfd, bool create, struct state *ret, struct err *e);
void state_close(struct state *s);
#define auto_state auto_with(state_close)

struct sandbox {
	int dir; /* locked; -1: none */
	char container[256];
};
#define SANDBOX_INIT ((struct sandbox){.dir = -1})

/* With or without making it, waiting for its lock or not. */
enum sandbox_how { SANDBOX_CREATE, SANDBOX_TRY_CREATE, SANDBOX_WAIT, SANDBOX_TRY };

/* -ENOENT (no error set): there is no such sandbox; -EAGAIN: another process works on it. */
int sandbox_lock(const struct state *s, const char *container, enum sandbox_how how,
	struct sandbox *ret, struct err *e);
/* Removes the directory where nothing is left in it, and unlocks. */
void sandbox_unlock(const struct state *s, struct sandbox *b);

/* In a locked sandbox. Reading: -ENOENT (no error set) where there is none. */
int sandbox_read(const struct sandbox *b, const char *ifname, struct record *ret, struct err *e);
/* What can be read of a record that sandbox_read refuses; in lost, what cannot (record_salvage). */
int sandbox_salvage(const struct sandbox *b, const char *ifname, struct record *ret, char *lost,
	size_t size, struct err *e);
int sandbox_write(const struct sandbox *b, const struct record *r, struct err *e);
/* The record and whatever a killed writer left beside it. */
int sandbox_remove(const struct sandbox *b, const char *ifname, struct err *e);

/* Without a lock: a snapshot. f gets NULL and the error for a record that cannot be read.
 * A non-zero return of f ends the walk. container NULL: every sandbox. */
typedef int (*state_visit)(const char *container, const char *ifname, struct record *r,
	const struct err *why, void *arg);
int state_each(const struct state *s, const char *container, state_visit f, void *arg);

/* The kernel's boot id; "" where it cannot be read. */
void state_boot_id(int rootfd, char buf[static 64]);

#endif
