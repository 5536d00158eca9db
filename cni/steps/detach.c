/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "detach.h"
#include "log.h"
#include "mem.h"
#include "pci.h"
#include "steps.h"

/* A VF of the same address that was made since (sriov_numvfs) was never given to this pod. */
static bool made_anew(const struct machine *m, const struct record *rec)
{
	struct pci_device d;

	if (!rec->interface.pci_address || rec->pci.inode == CODEC_ABSENT ||
		pci_read(m->root, rec->interface.pci_address, &d, NULL) < 0 ||
		d.inode == rec->pci.inode)
		return false;
	log_warning(
		"device %s: it was made anew meanwhile, with VF attributes and link of its own: left",
		d.address);
	return true;
}

/* For list and STATUS: whoever called may never call again. */
static int keep_problem(struct attach *a, const struct err *why)
{
	struct err e = ERR_INIT;
	char *text = NULL;

	if (asprintf(&text, "%s%s%s", why->msg, why->remedy[0] ? "; remedy: " : "", why->remedy) <
		0)
		return -ENOMEM;
	free(a->rec.problem);
	a->rec.problem = text;
	a->rec.problem_code = why->code;
	int r = sandbox_write(a->sandbox, &a->rec, &e);

	if (r < 0)
		log_warning("%s", e.msg);
	return r;
}

/* May this undo touch the device? Not one that is back, nor one that somebody else has claimed. A
 * claim that is missing is taken again: the record says what the device was. */
static int own_device(struct attach *a, const struct claim_owner *owner, struct err *e)
{
	enum claim_holder holder = CLAIM_OTHERS;
	int r;

	a->owns = false;
	if (!a->rec.claim || a->rec.returned == 1)
		return 0;
	r = claim_holder(&a->m->state, a->rec.claim, owner, &holder, e);
	if (r == 0 && holder == CLAIM_NOBODYS) {
		r = claim_take(&a->m->state, a->rec.claim, owner, e);
		if (r == -EEXIST) /* just now, by somebody else */
			return 0;
		if (r == 0)
			log_warning("claim %s: it was missing; taken again", a->rec.claim);
		holder = CLAIM_OURS;
	}
	a->owns = r == 0 && holder == CLAIM_OURS;
	if (a->owns && made_anew(a->m, &a->rec)) {
		a->owns = false;
		a->device_back = true;
	}
	return r;
}

/* Something else is left to undo; a device that is back waits for none of it. The record says so
 * first, or the next try would take back what is somebody else's by then. */
static void keep(struct attach *a, const struct claim_owner *owner, const struct err *why)
{
	if (a->device_back)
		a->rec.returned = 1;
	if (keep_problem(a, why) == 0 && a->device_back && a->rec.claim)
		(void)claim_drop(&a->m->state, a->rec.claim, owner); /* the record stays */
}

int detach(struct attach *a, size_t reached, struct err *e)
{
	const struct claim_owner owner = attach_owner(a);
	const bool whole = a->rec.state == RECORD_ADDED;
	struct err why = ERR_INIT;

	a->rec.state = RECORD_UNDOING;
	/* A full /run must not keep the device from going back. */
	if (sandbox_write(a->sandbox, &a->rec, &why) < 0)
		log_warning("%s", why.msg);
	int r = own_device(a, &owner, e);

	if (r == 0)
		r = steps_undo(a, reached, e);
	if (r < 0) {
		keep(a, &owner, e);
		if (a->device_back)
			err_prefix(e, "the NIC is back, but something is left");
		return r;
	}
	r = sandbox_retire(a->sandbox, a->rec.ifname, e);
	if (r < 0)
		return r;
	/* A record that was finished knows all its claims. */
	if (!whole)
		a->claim_left = claim_drop_all(&a->m->state, &owner);
	else if (a->rec.claim)
		attach_drop(a, a->rec.claim);
	if (a->claim_left < 0)
		return claim_undropped(-a->claim_left, e);
	return sandbox_remove(a->sandbox, a->rec.ifname, e);
}

int detach_record(struct machine *m, struct sandbox *b, struct record *rec, const char *tried,
	struct err *e)
{
	auto_attach struct attach a;

	attach_init(&a, m, b);
	a.rec = *rec;
	record_init(rec);
	int r = attach_resume(&a, tried, e);

	return r < 0 ? r : detach(&a, STEPS_ALL, e);
}

static int refuse_alive(const struct record *rec, const char *what, struct err *e)
{
	char since[40] = "?", pod[600] = "";
	time_t t = (time_t)rec->created;
	struct tm tm;

	if (gmtime_r(&t, &tm))
		(void)strftime(since, sizeof(since), "%Y-%m-%dT%H:%M:%SZ", &tm);
	if (rec->pod.name)
		(void)snprintf(pod, sizeof(pod), "pod %s%s%s, ", rec->pod.ns ? rec->pod.ns : "",
			rec->pod.ns ? "/" : "", rec->pod.name);
	(void)err_set(e, ERR_OWNED, EEXIST,
		"%s: it belongs to %sinterface %s of container %s, since %s", what, pod,
		rec->ifname, rec->container, since);
	err_remedy(e,
		"name another NIC, or delete that pod; dpdk-cni release %s %s takes it away by force",
		rec->container, rec->ifname);
	return -EEXIST;
}

int detach_leftover(struct machine *m, struct sandbox *b, const char *ifname, struct err *e)
{
	const struct claim_owner owner = claim_owner(b->container, ifname);

	if (!sandbox_left(b, ifname))
		return 0;
	/* A call died while it wrote the record anew: the old one counts, and its claims do. */
	if (sandbox_has(b, ifname))
		return sandbox_tidy(b, ifname, e);
	int r = claim_drop_all(&m->state, &owner);

	return r < 0 ? claim_undropped(-r, e) : sandbox_remove(b, ifname, e);
}

static int free_in(struct machine *m, struct sandbox *b, const struct claim_owner *owner,
	const char *claim, const char *what, struct err *e)
{
	auto_record struct record rec;
	struct err why = ERR_INIT;

	record_init(&rec);
	int r = sandbox_read(b, owner->ifname, &rec, e);

	if (r < 0 && r != -ENOENT)
		return r;
	/* A killed call's, or of an earlier attachment of that name: what it has is something else. */
	if (r == -ENOENT || !rec.claim || strcmp(rec.claim, claim) != 0 || rec.returned == 1) {
		r = claim_drop(&m->state, claim, owner);
		return r < 0 ? claim_undropped(-r, e) : 0;
	}
	if (rec.state == RECORD_ADDED && attach_netns_alive(m, &rec)) {
		if (!made_anew(m, &rec))
			return refuse_alive(&rec, what, e);
		/* The pod has lost it for good; its record stays, for its DEL. */
		r = claim_drop(&m->state, claim, owner);
		return r < 0 ? claim_undropped(-r, e) : 0;
	}
	log_info("%s: taking back what interface %s of container %s left", what, owner->ifname,
		owner->container);
	r = detach_record(m, b, &rec, NULL, &why);
	/* A lease that cannot be given back keeps its record, and no device from the next pod. */
	if (r < 0 && why.code != ERR_NONE)
		log_warning("container %s: %s", owner->container, why.msg);
	if (r < 0 && claim_is(&m->state, claim, owner)) {
		*e = why;
		return r;
	}
	return 0;
}

int detach_dead(struct machine *m, struct sandbox *mine, const struct claim_owner *owner,
	const char *claim, const char *what, struct err *e)
{
	struct sandbox other = SANDBOX_INIT;
	int r;

	if (strcmp(owner->container, mine->container) == 0)
		return free_in(m, mine, owner, claim, what, e);
	r = sandbox_lock(&m->state, owner->container, SANDBOX_TRY_CREATE, &other, e);
	if (r < 0) {
		err_prefix(e, "%s", what);
		return r;
	}
	r = free_in(m, &other, owner, claim, what, e);
	sandbox_unlock(&m->state, &other);
	return r;
}
