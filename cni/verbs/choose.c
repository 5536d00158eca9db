/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "assigned.h"
#include "choose.h"
#include "detach.h"
#include "locality.h"
#include "mem.h"
#include "mode.h"
#include "prepare.h"

/* A NIC that is not on the host may be in some pod: whose record means the same one? */
struct owner_search {
	const struct attach *a;
	struct claim_owner owner;
	char claim[CLAIM_NAME];
	bool found;
};

static int look(const char *container, const char *ifname, struct record *rec,
	const struct err *why, void *arg)
{
	struct owner_search *s = arg;
	enum claim_holder holder;
	const struct claim_owner o = claim_owner(container, ifname);

	(void)why;
	if (!rec || !rec->claim || rec->returned == 1 || !nic_matches(s->a->m, &s->a->conf, rec) ||
		claim_holder(&s->a->m->state, rec->claim, &o, &holder, NULL) < 0 ||
		holder == CLAIM_OTHERS)
		return 0;
	(void)snprintf(s->claim, sizeof(s->claim), "%s", rec->claim);
	s->owner = o;
	s->found = true;
	return 1;
}

int choose_settle(struct attach *a, const struct claim_owner *owner, const char *claim, bool heal,
	const char *what, struct err *e)
{
	if (heal)
		return detach_dead(a->m, a->sandbox, owner, claim, what, e);
	(void)err_set(e, ERR_OWNED, EEXIST, "%s: interface %s of container %s has it", what,
		owner->ifname, owner->container);
	err_remedy(e,
		"dpdk-cni list tells whether it is alive; ADD takes back what a dead owner left");
	return -EEXIST;
}

static int absent(struct attach *a, bool heal, struct err *why, struct err *e)
{
	struct owner_search s = {.a = a};
	struct netconf_selector by;
	char what[128] = "NIC";

	(void)state_each(&a->m->state, NULL, look, &s);
	if (!s.found) {
		*e = *why;
		return -ENODEV;
	}
	if (netconf_selector(&a->conf, &by, NULL) == 0)
		(void)snprintf(what, sizeof(what), "%s %.80s", by.key, by.value);
	return choose_settle(a, &s.owner, s.claim, heal, what, e);
}

/* Takes the claim, or settles with who has it. 1: something was settled, look again. */
static int claim(struct attach *a, const struct nic *n, bool heal, struct err *e)
{
	const struct claim_owner mine = attach_owner(a);
	struct claim_owner owner;
	char name[CLAIM_NAME];
	int r;

	(void)claim_name(n->pci.address, n->auxiliary, &n->link, name);
	if (!heal && claim_read(&a->m->state, name, &owner) == 0)
		return choose_settle(a, &owner, name, heal, nic_name(n), e);
	r = heal ? claim_take(&a->m->state, name, &mine, e) : 0;
	if (r == -EEXIST) {
		r = claim_read(&a->m->state, name, &owner);
		if (r == -ENOENT) /* given back just now */
			return 1;
		r = r < 0 ? claim_damaged(name, e)
			  : choose_settle(a, &owner, name, heal, nic_name(n), e);
		return r == 0 ? 1 : r;
	}
	if (r < 0)
		return r;
	return mem_set_text(&a->rec.claim, name, e);
}

void choose_unclaim(struct attach *a)
{
	attach_drop(a, a->rec.claim);
	(void)mem_set_text(&a->rec.claim, NULL, NULL);
}

/* It may have gone into a pod, or been renamed, between our look and our claim. */
static bool changed_hands(const struct attach *a, const struct nic *n)
{
	auto_link struct link again;

	codec_init(link_fields, &again);
	return n->link.name &&
		(link_get(a->m->nl, n->link.index, NULL, &again, NULL) < 0 ||
			strcmp(again.name, n->link.name) != 0);
}

/* 1: it changed hands meanwhile. What was refused then tells nothing of the next look. */
static int allowed(struct attach *a, const struct nic *n, struct err *e)
{
	struct err why = ERR_INIT;
	int r = nic_allowed(a->m, n, a->rec.pod.uid != NULL, &why);

	if (r == 0)
		r = assigned_allowed(a, n, &why);
	if (r == 0)
		r = locality_allowed(a, n, &why);
	if (r < 0 && changed_hands(a, n))
		return 1;
	if (r < 0)
		*e = why;
	return r;
}

int choose_take(struct attach *a, struct nic *n, bool heal, struct err *e)
{
	int r = allowed(a, n, e);

	if (r == 0)
		r = claim(a, n, heal, e);
	if (r != 0)
		return r;
	if (heal && changed_hands(a, n)) {
		choose_unclaim(a);
		return 1;
	}
	r = prepare_mode(a, n, heal, e);
	if (r == 0)
		r = nic_describe(n, a->rec.ifname, a->rec.network, &a->rec.interface, e);
	if (r == 0)
		r = assigned_describe(a, e);
	if (r < 0)
		return r;
	locality_warn(a, n);
	if (n->pci.address[0])
		a->rec.pci.inode = n->pci.inode;
	a->rec.interface.mode = a->rec.pci.target ? PODFILE_VFIO : PODFILE_NETDEV;
	link_free(&a->rec.link);
	a->rec.link = n->link;
	codec_init(link_fields, &n->link);
	return 0;
}

/* The one that the network names. 1: something was settled, look again. */
static int try_named(struct attach *a, bool heal, struct err *e)
{
	auto_nic struct nic n;
	struct err why = ERR_INIT;
	int r;

	nic_init(&n);
	r = nic_find(a->m, &a->conf, &n, &why);
	if (r == -ENODEV && why.code == ERR_DEVICE) {
		r = absent(a, heal, &why, e);
		return r == 0 ? 1 : r;
	}
	if (r < 0) {
		*e = why;
		return r;
	}
	return choose_take(a, &n, heal, e);
}

int prepare_nic(struct attach *a, bool heal, struct err *e)
{
	enum { TRIES = 8 };
	struct netconf_selector by;
	int r = netconf_selector(&a->conf, &by, e);

	if (r < 0)
		return r;
	for (int i = 0; i < TRIES; i++) {
		r = by.by == SELECT_PF ? choose_of_pool(a, heal, e) : try_named(a, heal, e);
		if (r <= 0)
			return r;
	}
	return err_set(e, ERR_AGAIN, EAGAIN, "the NIC keeps changing hands; try again later");
}
