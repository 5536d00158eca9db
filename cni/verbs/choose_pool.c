/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "choose.h"
#include "locality.h"
#include "log.h"
#include "mem.h"
#include "pool.h"

/* Why each of the VFs could not be had, as many as a message holds. */
struct reasons {
	char text[800];
	size_t more;
};

static void add_reason(struct reasons *r, const char *address, const char *why)
{
	const size_t n = strlen(r->text);
	/* Most messages begin with it. */
	const bool named = strncmp(why, address, strlen(address)) == 0;

	if (n + strlen(why) + PCIADDR_LEN + 8 > sizeof(r->text)) {
		r->more++;
		return;
	}
	(void)snprintf(r->text + n, sizeof(r->text) - n, "%s%s%s%s", n ? "; " : "",
		named ? "" : address, named ? "" : ": ", why);
}

/* In a pod it is not to be seen, whose claim says which. A dead one's VF may be on its way back. */
static int ask_owner(struct attach *a, const char *address, bool heal, struct err *why)
{
	struct claim_owner owner;
	char name[CLAIM_NAME];

	if (claim_read(&a->m->state, claim_name(address, NULL, NULL, name), &owner) < 0)
		return -ENODEV;
	*why = ERR_INIT;
	int r = choose_settle(a, &owner, name, heal, address, why);

	return r == 0 ? 1 : r;
}

static int try_vf(struct attach *a, const struct pool_vf *vf, bool heal, struct err *why)
{
	auto_nic struct nic n;

	nic_init(&n);
	int r = nic_find_pci(a->m, vf->address, &n, why);

	if (r == -ENODEV)
		return ask_owner(a, vf->address, heal, why);
	if (r == 0)
		r = choose_take(a, &n, heal, why);
	if (r < 0 && a->rec.claim)
		choose_unclaim(a);
	if (r == 0 && vf->no_carrier)
		log_warning("pf: VF %s is taken, though its PF %s has no carrier: no other is free",
			vf->address, vf->pf);
	return r;
}

static const char *and_more(const struct netconf *c)
{
	return c->n_pf > 1 ? ", ..." : "";
}

static int all_are_others(const struct netconf *c, struct err *e)
{
	int r = err_set(e, ERR_AGAIN, EAGAIN,
		"pf: every VF that %s%s names is a device plugin's or sriov-cni's", c->pf[0],
		and_more(c));

	err_remedy(e,
		"name PFs that no device plugin of the kubelet has, or let the pod request one of "
		"its resources");
	return r;
}

static int none_is_free(const struct netconf *c, size_t n, const struct reasons *why, struct err *e)
{
	char more[48] = "";

	if (why->more)
		(void)snprintf(more, sizeof(more), "; and %zu more", why->more);
	int r = err_set(e, ERR_AGAIN, EAGAIN, "pf: none of the %zu VFs of %s%s%s is free: %s%s", n,
		c->pf[0], and_more(c), c->numa == NUMA_REQUIRE ? " near the pod's CPUs" : "",
		why->text, more);

	err_remedy(e, "dpdk-cni list shows who has them; delete a pod, or make more VFs");
	return r;
}

/* The first that is free. Being taken, held or somewhere else is no error as long as one is. */
int choose_of_pool(struct attach *a, bool heal, struct err *e)
{
	auto_pool struct pool p = {0};
	struct reasons reasons = {0};
	int r = pool_list(a->m, &a->conf, &a->kubelet, &p, e);

	if (r == 0)
		r = locality_arrange(a, &p, e);
	if (r == 0)
		r = pool_carrier_first(&p, e);
	if (r < 0)
		return r;
	for (size_t i = 0; i < p.n; i++) {
		struct err why = ERR_INIT;

		r = try_vf(a, &p.vf[i], heal, &why);
		if (r >= 0)
			return r;
		log_debug("pf: VF %s: %s", p.vf[i].address, why.msg);
		add_reason(&reasons, p.vf[i].address, why.msg);
	}
	return p.n == 0 ? all_are_others(&a->conf, e) : none_is_free(&a->conf, p.n, &reasons, e);
}
