/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pod file: rendered from the records of the sandbox, never read back (the pod may write
 * there), replaced atomically. The newest sandbox of a pod owns it: an older one's late DEL does
 * not touch it. Another pod's it never is, while that pod lives.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "assigned.h"
#include "file.h"
#include "log.h"
#include "mem.h"
#include "publish_place.h"
#include "publish_text.h"
#include "steps.h"

/* Every attachment may have one; capture finds out. */
static bool wanted(const struct attach *a)
{
	(void)a;
	return true;
}

/* The claim of a pod file is named by a hash of its directory (64-bit FNV-1a). */
static const char *file_claim(const char *dir, char buf[static CLAIM_NAME])
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (; *dir; dir++)
		h = (h ^ (uint8_t)*dir) * UINT64_C(0x100000001b3);
	(void)snprintf(buf, CLAIM_NAME, "podfile-%016llx", (unsigned long long)h);
	return buf;
}

struct stranger {
	const struct attach *a;
	struct err *e;
};

/* Of two pods of a kubelet; without an identity nothing tells a new sandbox from another pod. */
static int refuse_stranger(const char *container, const char *ifname, struct record *rec,
	const struct err *why, void *arg)
{
	const struct stranger *s = arg;
	const struct record *mine = &s->a->rec;

	(void)container;
	(void)ifname;
	(void)why;
	if (!rec || !rec->pod_dir || strcmp(rec->pod_dir, mine->pod_dir) != 0 || !rec->pod.uid ||
		!mine->pod.uid || strcmp(rec->pod.uid, mine->pod.uid) == 0 ||
		rec->state != RECORD_ADDED || !attach_netns_alive(s->a->m, rec))
		return 0;
	int r = err_set(s->e, ERR_REFUSED, EPERM, "pod file directory %s: it is used by pod %s/%s",
		mine->pod_dir, rec->pod.ns ? rec->pod.ns : "",
		rec->pod.name ? rec->pod.name : rec->pod.uid);

	err_remedy(s->e, "give each pod a directory of its own");
	return r;
}

static int check_owner(const struct attach *a, struct err *e)
{
	struct stranger s = {a, e};
	struct claim_owner owner;
	char claim[CLAIM_NAME];

	if (claim_read(&a->m->state, file_claim(a->rec.pod_dir, claim), &owner) < 0 ||
		strcmp(owner.container, a->rec.container) == 0)
		return 0;
	return state_each(&a->m->state, owner.container, refuse_stranger, &s);
}

static int capture(struct attach *a, struct err *e)
{
	int r = publish_place(a, e);

	if (r < 0 || !a->rec.pod_dir)
		return r;
	assigned_containers(a);
	return check_owner(a, e);
}

/* The temporary is named after the sandbox: no two writers share it, none is ever orphaned. */
static int write_file(const struct attach *a, int dir, const char *text)
{
	char tmp[64];

	(void)snprintf(tmp, sizeof(tmp), "." PODFILE_NAME ".%.40s", a->rec.container);
	if (text)
		return file_replace(dir, PODFILE_NAME, tmp, text, strlen(text), 0644);
	(void)unlinkat(dir, tmp, 0);
	return unlinkat(dir, PODFILE_NAME, 0) < 0 && errno != ENOENT ? -errno : 0;
}

static int apply(struct attach *a, struct err *e)
{
	auto_free char *text = NULL;
	char claim[CLAIM_NAME];
	const struct claim_owner owner = attach_owner(a);

	if (!a->rec.pod_dir)
		return 0;
	auto_close int dir = publish_open(a);
	int r = dir < 0
		? err_sys(e, ERR_PODFILE, -dir, "pod file directory %s: open", a->rec.pod_dir)
		: publish_render(a, true, &text, e);

	if (r == 0)
		r = claim_replace(&a->m->state, file_claim(a->rec.pod_dir, claim), &owner, e);
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
	(void)claim_replace(&a->m->state, file_claim(rec->pod_dir, claim), &o, NULL);
	return 1;
}

static void not_updated(const struct attach *a, int r)
{
	log_warning("pod file %s/" PODFILE_NAME ": update: %s", a->rec.pod_dir, strerror(-r));
}

/* Never fails: a pod file that cannot be updated keeps no device and no pod from going. */
static int undo(struct attach *a, struct err *e)
{
	struct claim_owner now, mine = attach_owner(a);
	auto_free char *text = NULL;
	char claim[CLAIM_NAME];
	struct err why = ERR_INIT;
	int r;

	(void)e;
	if (!a->rec.pod_dir)
		return 0;
	r = claim_read(&a->m->state, file_claim(a->rec.pod_dir, claim), &now);
	if (r < 0 || strcmp(now.container, mine.container) != 0) {
		if (r < 0 && r != -ENOENT)
			not_updated(a, r);
		return 0;
	}
	auto_close int dir = publish_open(a);

	r = dir < 0 ? dir : publish_render(a, false, &text, &why);
	if (r == 0)
		r = write_file(a, dir, text);
	/* Not there: the volume went with the pod. */
	if (r < 0 && dir != -ENOENT)
		not_updated(a, r);
	if (strcmp(now.ifname, mine.ifname) == 0 &&
		state_each(&a->m->state, mine.container, inherit, a) == 0)
		claim_drop(&a->m->state, claim, &mine);
	return 0;
}

/* The pod may do with the file as it likes: nothing to hold it to. */
static int check(struct attach *a, struct err *e)
{
	(void)a;
	(void)e;
	return 0;
}

/* In a path that people read, no slash comes twice. */
static void describe(const struct attach *a, struct plan *p)
{
	auto_free char *path = NULL;
	char *to;

	if (!a->rec.pod_dir || asprintf(&path, "%s/" PODFILE_NAME, a->rec.pod_dir) < 0)
		return;
	to = path;
	for (const char *from = path; *from; from++)
		if (*from != '/' || from[1] != '/')
			*to++ = *from;
	*to = '\0';
	plan_add(p, "pod file", NULL, path);
}

const struct step step_publish = {"publish", wanted, capture, apply, undo, check, describe};
