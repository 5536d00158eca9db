/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /run/dpdk-cni on disk: pods/<container>/<ifname>.json and claims/. Directories 0700, files 0600,
 * on tmpfs: kernel objects die with the kernel, and so does what is known of them.
 *
 * One lock covers all that belongs to the attachments of a sandbox (records, claims, pod file,
 * device information, lease, device): flock on its directory pods/<container>. Whoever decides by
 * one of these, or changes it, holds that lock; where the directory does not exist it is made
 * first, because an ADD of the same sandbox would make it too. A lock on a directory that was
 * removed meanwhile is worth nothing and is taken again. Where no lock can be had (a read-only
 * /run) nothing is touched.
 *
 * Order: state_enter (ADD: shared, GC: alone, and never waiting), then one's own sandbox, waiting;
 * then other sandboxes, which are only tried (busy is -EAGAIN). So nobody who holds a lock ever
 * waits for one, except ADD's own sandbox, whose holder waits for nothing.
 *
 * state_each reads without a lock, for those who only tell people: list, STATUS, plan, doctor. Who
 * acts on what he saw there locks first and reads again.
 */
#ifndef STATE_STATE_H
#define STATE_STATE_H

#include <stdbool.h>

#include "record.h"

#define STATE_DIR "run/dpdk-cni"
#define STATE_RECORD_SUFFIX ".json"
#define STATE_TEMPORARY_SUFFIX ".tmp"
#define STATE_WRITABLE \
	"the plugin runs as root and keeps its state on the tmpfs /run: check that it is writable " \
	"and not full"

struct state {
	int pods, claims; /* directory fds */
};

/* create: makes the directories. Without, -ENOENT where there is no state at all (no error set). */
int state_open(int rootfd, bool create, struct state *ret, struct err *e);
void state_close(struct state *s);
#define auto_state auto_with(state_close)

/* ADD shares the state with other ADDs until state_close; it waits for a GC to end. */
int state_enter(const struct state *s, struct err *e);
/* GC has it alone: no ADD is under way that the runtime's list cannot know. -EAGAIN: one is. */
int state_enter_alone(const struct state *s, struct err *e);

struct sandbox {
	int dir;   /* locked; -1: none */
	int begun; /* the empty temporary of a record, see sandbox_begin; -1: none */
	char container[256];
};
#define SANDBOX_INIT ((struct sandbox){.dir = -1, .begun = -1})

/* With or without making it, waiting for its lock or not. */
enum sandbox_how { SANDBOX_CREATE, SANDBOX_TRY_CREATE, SANDBOX_WAIT, SANDBOX_TRY };

/* -ENOENT (no error set): there is no such sandbox; -EAGAIN: another process works on it. */
int sandbox_lock(const struct state *s, const char *container, enum sandbox_how how,
	struct sandbox *ret, struct err *e);
/* Removes the directory where nothing is left in it, and unlocks. */
void sandbox_unlock(const struct state *s, struct sandbox *b);

/*
 * In a locked sandbox. An attachment has claims only while it has a record or, before and after
 * that, a temporary: a killed call leaves one of them, and where there is neither nobody has to
 * look for claims.
 *
 *   ADD:  begin, claims are taken, write          DEL:  retire, claims are dropped, remove
 */
/* -EEXIST (no error set): a killed call left the temporary, and claims perhaps. */
int sandbox_begin(struct sandbox *b, const char *ifname, struct err *e);
/* Is that temporary there? */
bool sandbox_left(const struct sandbox *b, const char *ifname);
/* -ENOENT (no error set) where there is none. */
int sandbox_read(const struct sandbox *b, const char *ifname, struct record *ret, struct err *e);
/* What can be read of a record that sandbox_read refuses; in lost, what cannot (record_salvage). */
int sandbox_salvage(const struct sandbox *b, const char *ifname, struct record *ret, char *lost,
	size_t size, struct err *e);
int sandbox_write(struct sandbox *b, const struct record *r, struct err *e);
/* The record becomes the temporary. */
int sandbox_retire(const struct sandbox *b, const char *ifname, struct err *e);
/* Is there a record, whatever is in it? */
bool sandbox_has(const struct sandbox *b, const char *ifname);
/* The temporary alone, which a killed call left beside a record. */
int sandbox_tidy(const struct sandbox *b, const char *ifname, struct err *e);
/* Record and temporary. */
int sandbox_remove(struct sandbox *b, const char *ifname, struct err *e);

/* Without a lock: a snapshot. f gets NULL and the error for a record that cannot be read.
 * A non-zero return of f ends the walk. container NULL: every sandbox. */
typedef int (*state_visit)(const char *container, const char *ifname, struct record *r,
	const struct err *why, void *arg);
int state_each(const struct state *s, const char *container, state_visit f, void *arg);

/* The same without reading anything: the names that are there; ifname "" for what has none, an
 * empty sandbox too. */
enum state_file { STATE_RECORD, STATE_TEMPORARY, STATE_EMPTY };
typedef int (*state_name_visit)(const char *container, const char *ifname, enum state_file kind,
	void *arg);
int state_each_name(const struct state *s, state_name_visit f, void *arg);

/* One record, without a lock. -ENOENT (no error set): there is none, or its text does not contain
 * needle (NULL: any does), which is found out much faster than what the text means. */
int state_read(const struct state *s, const char *container, const char *ifname, const char *needle,
	struct record *ret, struct err *e);

/* The kernel's boot id; "" where it cannot be read. */
void state_boot_id(int rootfd, char buf[static 64]);

#endif
