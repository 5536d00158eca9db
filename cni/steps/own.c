/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#ifndef STATX_INO /* a C library without statx */
#include <linux/stat.h>
#endif

#include "clock.h"
#include "own.h"

#define PATIENCE_MS 1000

const char *own_claim(const char *kind, const struct record_object *o, char buf[static CLAIM_NAME])
{
	(void)snprintf(buf, CLAIM_NAME, "%.8s-%" PRIx64 "-%" PRIx64 "-%" PRIx64, kind,
		(uint64_t)o->device, (uint64_t)o->inode, (uint64_t)o->born);
	return buf;
}

int own_object(int dir, const char *name, struct record_object *ret)
{
	struct statx st;

	if (syscall(SYS_statx, dir, name, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH,
		    STATX_INO | STATX_BTIME, &st) < 0)
		return -errno;
	*ret = (struct record_object){(int64_t)makedev(st.stx_dev_major, st.stx_dev_minor),
		(int64_t)st.stx_ino, 0};
	if (st.stx_mask & STATX_BTIME)
		ret->born = st.stx_btime.tv_sec * 1000000000 + st.stx_btime.tv_nsec;
	return 0;
}

/* Without an identity nothing tells a new sandbox from another pod. */
static bool same_pod(const struct record *a, const struct record *b)
{
	if (!a->pod.uid || !b->pod.uid)
		return !a->pod.uid && !b->pod.uid;
	return strcmp(a->pod.uid, b->pod.uid) == 0;
}

static int refuse(const struct record *theirs, const char *what, struct err *e)
{
	const bool named = theirs->pod.name != NULL;
	int r = err_set(e, ERR_REFUSED, EPERM, "%s: it is used by %s %s%s%s", what,
		named ? "pod" : "container", named && theirs->pod.ns ? theirs->pod.ns : "",
		named && theirs->pod.ns ? "/" : "", named ? theirs->pod.name : theirs->container);

	err_remedy(e, "give each pod one of its own");
	return r;
}

/* The owner's sandbox is locked: what its record says stays so. */
static int judge(const struct attach *a, const struct sandbox *b, const struct claim_owner *owner,
	const char *what, const struct record_object *o, own_leads leads, struct err *e)
{
	auto_record struct record theirs;

	record_init(&theirs);
	int r = sandbox_read(b, owner->ifname, &theirs, e);

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	if (theirs.state != RECORD_ADDED || same_pod(&theirs, &a->rec) ||
		!leads(a->m, &theirs, o) || !attach_netns_alive(a->m, &theirs))
		return 0;
	return refuse(&theirs, what, e);
}

/* An older sandbox of the pod on its way out is soon done: a failed ADD costs the pod seconds. */
static int lock_other(const struct attach *a, const char *container, struct sandbox *other,
	struct err *e)
{
	const int64_t end = clock_ms() + PATIENCE_MS;

	/* plan has no lock of its own, and makes nothing. */
	if (a->sandbox->dir < 0)
		return sandbox_lock(&a->m->state, container, SANDBOX_TRY, other, e);
	for (;;) {
		struct err why = ERR_INIT;
		int r = sandbox_lock(&a->m->state, container, SANDBOX_TRY_CREATE, other, &why);

		if (r == -EAGAIN && clock_ms() < end) {
			(void)poll(NULL, 0, 10);
			continue;
		}
		if (r < 0)
			*e = why;
		return r;
	}
}

int own_settle(const struct attach *a, const char *what, const char *claim,
	const struct record_object *o, own_leads leads, enum own *ret, struct sandbox *other,
	struct err *e)
{
	struct claim_owner owner;
	int r = claim_read(&a->m->state, claim, &owner);

	*ret = OWN_NOBODYS;
	if (r == -ENOENT || r == -EBADF)
		return 0;
	if (r == -EINVAL)
		return claim_damaged(claim, e);
	if (r < 0)
		return err_sys(e, ERR_STATE, -r, "claim %s: read", claim);
	if (strcmp(owner.container, a->rec.container) == 0) {
		*ret = OWN_OURS;
		return 0;
	}
	r = lock_other(a, owner.container, other, e);
	if (r == -ENOENT && e->code == ERR_NONE)
		return 0;
	/* It may have given it up before we had its lock. */
	if (r == 0 && claim_is(&a->m->state, claim, &owner)) {
		*ret = OWN_TO_TAKE;
		r = judge(a, other, &owner, what, o, leads, e);
	}
	if (r < 0 || *ret != OWN_TO_TAKE)
		sandbox_unlock(&a->m->state, other);
	if (r < 0)
		err_prefix(e, "%s", what);
	return r;
}
