/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "assigned.h"
#include "detach.h"
#include "locality.h"
#include "log.h"
#include "mem.h"
#include "mode.h"
#include "nic.h"
#include "pool.h"
#include "prepare.h"

static char *copy(const char *text)
{
	return *text ? strdup(text) : NULL;
}

static int open_pod(struct attach *a, const struct request *req, struct err *e)
{
	const char *override = getenv("CNI_NETNS_OVERRIDE");
	int r = netns_open(req->netns, &a->pod, e);

	if (r < 0)
		return r;
	if (a->pod.cookie == a->m->netns.cookie &&
		!(override && (strcmp(override, "1") == 0 || strcmp(override, "true") == 0))) {
		r = err_set(e, ERR_NETNS, EINVAL,
			"CNI_NETNS %s: it is the plugin's own network namespace", req->netns);
		err_remedy(e, "give the pod's; CNI_NETNS_OVERRIDE=1 permits it all the same");
		return r;
	}
	return netns_nl_open(&a->pod, &a->pod_nl, e);
}

static void fill_record(struct attach *a, const struct request *req)
{
	struct record *rec = &a->rec;

	rec->state = RECORD_ADDING;
	rec->created = (int64_t)time(NULL);
	rec->boot_id = copy(a->m->boot_id);
	rec->network = strdup(a->conf.name);
	rec->container = strdup(req->container);
	rec->ifname = strdup(req->ifname);
	rec->pod.ns = copy(req->pod.pod_namespace);
	rec->pod.name = copy(req->pod.pod_name);
	rec->pod.uid = copy(req->pod.pod_uid);
	rec->netns.path = strdup(req->netns);
	rec->netns.inode = a->pod.inode;
	rec->netns.cookie = (int64_t)a->pod.cookie;
	rec->args = copy(req->args);
	rec->path = copy(req->path);
	rec->mac = copy(req->pod.mac);
}

int prepare_kubelet_dir(const struct attach *a, struct err *e)
{
	const char *dir = a->conf.kubelet_dir;
	int r;

	if (!dir || policy_allows_kubelet_dir(&a->m->policy, dir))
		return 0;
	r = err_set(e, ERR_REFUSED, EPERM, "kubeletDir %s: the node's policy does not allow it",
		dir);
	err_remedy(e,
		"leave it out where the kubelet's directory is " KUBELET_DIR
		", or let the node's owner add "
		"it to \"kubeletDirs\" in /etc/dpdk-cni/policy.json");
	return r;
}

int prepare(struct attach *a, const struct request *req, struct err *e)
{
	int r = netconf_decode(req->tree, &a->conf, e);

	if (r == 0)
		r = policy_load(a->m->root, &a->m->policy, e);
	if (r == 0)
		r = prepare_kubelet_dir(a, e);
	if (r == 0)
		r = open_pod(a, req, e);
	if (r < 0)
		return r;
	fill_record(a, req);
	a->input = req->input;
	r = netconf_excerpt(req->tree, &a->conf, &a->rec.input, e);
	if (r < 0)
		return r;
	if (!a->rec.network || !a->rec.container || !a->rec.ifname || !a->rec.netns.path ||
		!a->rec.input)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "attachment");
	a->mac = netconf_mac(&a->conf, a->rec.mac);
	kubelet_init(&a->kubelet, a->m->root, a->conf.kubelet_dir, a->rec.pod.ns, a->rec.pod.name,
		a->rec.pod.uid);
	return 0;
}

/* A NIC that is not on the host may be in some pod: whose record means the same one? */
struct search {
	const struct attach *a;
	struct claim_owner owner;
	char claim[CLAIM_NAME];
	bool found;
};

static int look(const char *container, const char *ifname, struct record *rec,
	const struct err *why, void *arg)
{
	struct search *s = arg;
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

static int settle_owner(struct attach *a, const struct claim_owner *owner, const char *claim,
	bool heal, const char *what, struct err *e)
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
	struct search s = {.a = a};
	struct netconf_selector by;
	char what[128] = "NIC";

	(void)state_each(&a->m->state, NULL, look, &s);
	if (!s.found) {
		*e = *why;
		return -ENODEV;
	}
	if (netconf_selector(&a->conf, &by, NULL) == 0)
		(void)snprintf(what, sizeof(what), "%s %.80s", by.key, by.value);
	return settle_owner(a, &s.owner, s.claim, heal, what, e);
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
		return settle_owner(a, &owner, name, heal, nic_name(n), e);
	r = heal ? claim_take(&a->m->state, name, &mine, e) : 0;
	if (r == -EEXIST) {
		r = claim_read(&a->m->state, name, &owner);
		if (r == -ENOENT) /* given back just now */
			return 1;
		r = r < 0 ? claim_damaged(name, e)
			  : settle_owner(a, &owner, name, heal, nic_name(n), e);
		return r == 0 ? 1 : r;
	}
	if (r < 0)
		return r;
	return mem_set_text(&a->rec.claim, name, e);
}

static void unclaim(struct attach *a)
{
	const struct claim_owner mine = attach_owner(a);

	claim_drop(&a->m->state, a->rec.claim, &mine);
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

/* Found, allowed, claimed, and described in the record. 1: look again. */
static int take(struct attach *a, struct nic *n, bool heal, struct err *e)
{
	int r = nic_allowed(a->m, n, a->rec.pod.uid != NULL, e);

	if (r == 0)
		r = assigned_allowed(a, n, e);
	if (r == 0)
		r = locality_allowed(a, n, e);
	if (r == 0)
		r = claim(a, n, heal, e);
	if (r != 0)
		return r;
	if (heal && changed_hands(a, n)) {
		unclaim(a);
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
	return take(a, &n, heal, e);
}

/* The first of the PFs' VFs that is free. Being taken, held or somewhere else is no error there. */
static int try_pool(struct attach *a, bool heal, struct err *e)
{
	auto_pool struct pool p = {0};
	struct err last = ERR_INIT;
	int r = pool_list(a->m, &a->conf, &a->kubelet, &p, e);

	if (r == 0)
		r = locality_arrange(a, &p, e);
	for (size_t i = 0; r == 0 && i < p.n; i++) {
		auto_nic struct nic n;
		struct err why = ERR_INIT;

		nic_init(&n);
		int t = nic_find_pci(a->m, p.vf[i].address, &n, &why);

		if (t == 0)
			t = take(a, &n, heal, &why);
		if (t >= 0)
			return t;
		if (a->rec.claim)
			unclaim(a);
		log_debug("pf: VF %s: %s", p.vf[i].address, why.msg);
		last = why;
	}
	if (r < 0)
		return r;
	if (p.n == 0) {
		r = err_set(e, ERR_AGAIN, EAGAIN,
			"pf: every VF that %s%s names is a device plugin's or sriov-cni's",
			a->conf.pf[0], a->conf.n_pf > 1 ? ", ..." : "");
		err_remedy(e,
			"name PFs that no device plugin of the kubelet has, or let the pod request one of "
			"its resources");
		return r;
	}
	r = err_set(e, ERR_AGAIN, EAGAIN, "pf: none of the %zu VFs of %s%s%s is free%s%s", p.n,
		a->conf.pf[0], a->conf.n_pf > 1 ? ", ..." : "",
		a->conf.numa == NUMA_REQUIRE ? " near the pod's CPUs" : "",
		last.msg[0] ? "; the last: " : "", last.msg);
	err_remedy(e, "dpdk-cni list shows who has them; delete a pod, or make more VFs");
	return r;
}

int prepare_nic(struct attach *a, bool heal, struct err *e)
{
	enum { TRIES = 8 };
	struct netconf_selector by;
	int r = netconf_selector(&a->conf, &by, e);

	if (r < 0)
		return r;
	for (int i = 0; i < TRIES; i++) {
		r = by.by == SELECT_PF ? try_pool(a, heal, e) : try_named(a, heal, e);
		if (r <= 0)
			return r;
	}
	return err_set(e, ERR_AGAIN, EAGAIN, "the NIC keeps changing hands; try again later");
}
