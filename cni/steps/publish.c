/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pod file: rendered from the records of the sandbox, never read back (the pod may write
 * there), replaced atomically. The newest sandbox of a pod owns it (own.h): an older one's late DEL
 * does not touch it. Another pod never gets it while that pod lives.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "assigned.h"
#include "file.h"
#include "log.h"
#include "mem.h"
#include "own.h"
#include "publish_place.h"
#include "publish_text.h"
#include "steps.h"

/* Every attachment may have one; capture finds out. */
static bool wanted(const struct attach *a)
{
	(void)a;
	return true;
}

/* In a path that people read, no slash comes twice. */
static const char *in_words(const struct attach *a, char buf[static PATH_MAX])
{
	size_t n = 0;

	for (const char *from = a->rec.pod_dir; *from && n < PATH_MAX - 1; from++)
		if (*from != '/' || from[1] != '/')
			buf[n++] = *from;
	while (n > 1 && buf[n - 1] == '/')
		n--;
	buf[n] = '\0';
	return buf;
}

static const char *claim_of(const struct record *rec, char buf[static CLAIM_NAME])
{
	return own_claim("podfile", &rec->pod_dir_is, buf);
}

static bool leads(const struct machine *m, const struct record *theirs,
	const struct record_object *o)
{
	auto_close int dir = theirs->pod_dir ? publish_open(m, theirs) : -1;

	return dir >= 0 && own_same(&theirs->pod_dir_is, o);
}

static int settle(const struct attach *a, enum own *ret, struct sandbox *other, struct err *e)
{
	char claim[CLAIM_NAME], dir[PATH_MAX], what[PATH_MAX + 32];

	(void)snprintf(what, sizeof(what), "pod file directory %s", in_words(a, dir));
	return own_settle(a, what, claim_of(&a->rec, claim), &a->rec.pod_dir_is, leads, ret, other,
		e);
}

static int capture(struct attach *a, struct err *e)
{
	int r = publish_place(a, e);

	if (r < 0 || !a->rec.pod_dir)
		return r;
	assigned_containers(a);
	assigned_hugepages(a);
	/* Refused before anything was touched; apply asks again, under the other's lock. */
	struct sandbox other = SANDBOX_INIT;
	enum own whose;

	r = settle(a, &whose, &other, e);
	sandbox_unlock(&a->m->state, &other);
	return r;
}

/* The temporary is named after the sandbox: no two writers share it. */
static const char *temporary(const struct attach *a, char buf[static NAME_MAX + 1])
{
	(void)snprintf(buf, NAME_MAX + 1, "." PODFILE_NAME ".%.240s", a->rec.container);
	return buf;
}

static int write_file(const struct attach *a, int dir, const char *text)
{
	char tmp[NAME_MAX + 1];

	if (text)
		return file_replace(dir, PODFILE_NAME, temporary(a, tmp), text, strlen(text), 0644);
	return unlinkat(dir, PODFILE_NAME, 0) < 0 && errno != ENOENT ? -errno : 0;
}

/* The claim becomes this sandbox's, and with it the file. */
static int own(const struct attach *a, struct sandbox *other, struct err *e)
{
	enum { TRIES = 100 };
	const struct claim_owner owner = attach_owner(a);
	char claim[CLAIM_NAME];

	(void)claim_of(&a->rec, claim);
	for (int i = 0; i < TRIES; i++) {
		enum own whose;
		int r = settle(a, &whose, other, e);

		if (r < 0 || whose == OWN_OURS)
			return r;
		if (whose == OWN_TO_TAKE)
			return claim_replace(&a->m->state, claim, &owner, e);
		r = claim_take(&a->m->state, claim, &owner, e);
		if (r != -EEXIST)
			return r;
	}
	return err_set(e, ERR_AGAIN, EAGAIN,
		"pod file directory %s: it keeps changing hands; try again later", a->rec.pod_dir);
}

static int write_owned(struct attach *a, struct err *e)
{
	auto_free char *text = NULL;
	auto_close int dir = publish_open(a->m, &a->rec);
	int r = dir < 0
		? err_sys(e, ERR_PODFILE, -dir, "pod file directory %s: open", a->rec.pod_dir)
		: publish_render(a, true, &text, e);

	if (r < 0)
		return r;
	r = write_file(a, dir, text);
	if (r < 0) {
		r = err_sys(e, ERR_PODFILE, -r, "pod file %s/" PODFILE_NAME ": write",
			a->rec.pod_dir);
		if (r == -ENOSPC)
			err_remedy(e, "make room in this directory (an emptyDir's sizeLimit?)");
	}
	return r;
}

static int apply(struct attach *a, struct err *e)
{
	struct sandbox other = SANDBOX_INIT;

	if (!a->rec.pod_dir)
		return 0;
	int r = own(a, &other, e);

	if (r == 0)
		r = write_owned(a, e);
	sandbox_unlock(&a->m->state, &other);
	return r;
}

/* Another attachment of this sandbox that publishes there takes the claim over. */
static int inherit(const char *container, const char *ifname, struct record *rec,
	const struct err *why, void *arg)
{
	const struct attach *a = arg;
	char claim[CLAIM_NAME];
	const struct claim_owner o = claim_owner(container, ifname);

	(void)why;
	if (!publish_is_sibling(a, ifname, rec))
		return 0;
	(void)claim_replace(&a->m->state, claim_of(rec, claim), &o, NULL);
	return 1;
}

static void not_updated(const struct attach *a, int r)
{
	log_warning("pod file %s/" PODFILE_NAME ": update: %s", a->rec.pod_dir, strerror(-r));
}

static int rewrite(struct attach *a, int dir)
{
	auto_free char *text = NULL;
	struct err why = ERR_INIT;
	int r = publish_render(a, false, &text, &why);

	return r < 0 ? r : write_file(a, dir, text);
}

/* A pod file that cannot be updated does not make DEL fail: the pod might have seen to that. A claim
 * that cannot be read does, since nobody but root can be the cause. */
static int undo(struct attach *a, struct err *e)
{
	struct claim_owner now, mine = attach_owner(a);
	char claim[CLAIM_NAME], tmp[NAME_MAX + 1];

	if (!a->rec.pod_dir)
		return 0;
	/* Gone with the pod's volume, or another directory by now: nothing of ours is in there. */
	auto_close int dir = publish_open(a->m, &a->rec);

	if (dir >= 0)
		(void)unlinkat(dir, temporary(a, tmp), 0);
	int r = claim_read(&a->m->state, claim_of(&a->rec, claim), &now);

	if (r < 0 || strcmp(now.container, mine.container) != 0) {
		return r < 0 && r != -ENOENT ? err_sys(e, ERR_STATE, -r, "claim %s: read", claim)
					     : 0;
	}
	r = dir < 0 ? dir : rewrite(a, dir);
	if (r < 0 && dir != -ENOENT)
		not_updated(a, r);
	if (strcmp(now.ifname, mine.ifname) == 0 &&
		state_each(&a->m->state, mine.container, inherit, a) == 0)
		attach_drop(a, claim);
	return 0;
}

/* 1: it is not what would be published now. */
static int compare(const struct attach *a, int dir, struct err *e)
{
	auto_free char *want = NULL, *is = NULL;
	size_t len;
	int r = publish_render(a, true, &want, e);

	if (r == 0)
		r = file_read(dir, PODFILE_NAME, FILE_STRICT, strlen(want) + 1, &is, &len);
	if (r == -EFBIG || (r == 0 && (len != strlen(want) || memcmp(is, want, len) != 0)))
		return 1;
	return r;
}

/* What the pod goes by is what the host wrote. */
static int check(struct attach *a, struct err *e)
{
	struct claim_owner owner;
	char claim[CLAIM_NAME], path[PATH_MAX];

	/* A newer sandbox of the pod has it by now. */
	if (!a->rec.pod_dir || claim_read(&a->m->state, claim_of(&a->rec, claim), &owner) < 0 ||
		strcmp(owner.container, a->rec.container) != 0)
		return 0;
	auto_close int dir = publish_open(a->m, &a->rec);
	int r = dir < 0 ? dir : compare(a, dir, e);

	if (r > 0)
		r = err_set(e, ERR_MISMATCH, EINVAL,
			"pod file %s/" PODFILE_NAME ": it is not as it was published",
			in_words(a, path));
	else if (r < 0)
		r = err_sys(e, ERR_MISMATCH, -r, "pod file %s/" PODFILE_NAME, in_words(a, path));
	return r;
}

static void describe(const struct attach *a, struct plan *p)
{
	char dir[PATH_MAX], path[PATH_MAX + sizeof(PODFILE_NAME)];

	if (!a->rec.pod_dir)
		return;
	(void)snprintf(path, sizeof(path), "%s/" PODFILE_NAME, in_words(a, dir));
	plan_add(p, "pod file", NULL, path);
}

const struct step step_publish = {"publish", wanted, capture, apply, undo, check, describe};
