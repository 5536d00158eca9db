/* SPDX-License-Identifier: Apache-2.0 */
/* One attachment in flight: what the steps read and write. Owned by the verb. */
#ifndef STEPS_ATTACH_H
#define STEPS_ATTACH_H

#include "claim.h"
#include "kubelet.h"
#include "netconf.h"
#include "netns.h"
#include "policy.h"
#include "record.h"
#include "result.h"
#include "state.h"

/* The machine and its owner's word: the same for every attachment of a call. */
struct machine {
	int root;           /* fd of / */
	struct netns netns; /* the plugin's own network namespace: the host's */
	struct nl_sock *nl;
	struct state state;
	struct policy policy;
	char boot_id[64];
};

#define MACHINE_INIT ((struct machine){.root = -1, .netns = NETNS_INIT, .state = {-1, -1}})

/* Everything but the policy: policy_load is for the verbs that grant something. */
int machine_open(struct machine *m, struct err *e);
void machine_close(struct machine *m);
#define auto_machine auto_with(machine_close)

struct attach {
	struct machine *m;
	struct sandbox *sandbox; /* locked */
	struct record rec;
	struct netconf conf; /* of rec.input */
	const char
		*input;   /* ADD, CHECK: this call's configuration; NULL: the recorded one counts */
	const char *prev; /* CHECK: this call's prevResult, the last word of the whole list */
	const char *mac;  /* wanted for the NIC; NULL: as it is */
	char *pf_mac;     /* ADD: what the PF says of the VF's, before; NULL: it says nothing */
	struct kubelet kubelet; /* ADD: whom to ask what the pod was assigned */
	struct netns pod;       /* fd -1: gone */
	struct nl_sock *pod_nl; /* NULL: gone */
	struct result result;   /* ADD: grows; CHECK: what ADD answered */
	bool owns;              /* undo: the device's claim is still ours */
	bool device_back;       /* undo: the device is on the host (or no more) */
	int claim_left;         /* undo: -errno of a claim that could not be dropped, 0: none */
};

int attach_init(struct attach *a, struct machine *m, struct sandbox *b);
void attach_free(struct attach *a);
#define auto_attach auto_with(attach_free)

/* Fills conf, mac, pod and result from the record. A namespace that is gone is no error; one of
 * another cookie under the same path is another one, and gone as well. tried: a second path to
 * look under (what the runtime says now), or NULL. */
int attach_resume(struct attach *a, const char *tried, struct err *e);

/* Is the network namespace of a record still there? */
bool attach_netns_alive(const struct machine *m, const struct record *r);

static inline struct claim_owner attach_owner(const struct attach *a)
{
	return claim_owner(a->rec.container, a->rec.ifname);
}

/* Drops a claim of this attachment; a failure is kept in claim_left. */
static inline void attach_drop(struct attach *a, const char *claim)
{
	const struct claim_owner mine = attach_owner(a);
	int r = claim_drop(&a->m->state, claim, &mine);

	if (r < 0)
		a->claim_left = r;
}

#endif
