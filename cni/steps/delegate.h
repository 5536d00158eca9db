/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A call to the IPAM plugin of an attachment, by the protocol. A network's author names it, and it
 * runs as root: ourselves, and plugins that are known to do something else than give addresses,
 * are none, and the node's policy may name those that are. The NIC never waits for it without end.
 */
#ifndef STEPS_DELEGATE_H
#define STEPS_DELEGATE_H

#include "attach.h"
#include "exec.h"
#include "request.h"

struct delegate {
	const char *type; /* plugin's name */
	const char *container, *netns, *ifname, *args, *path;
	const char *input;   /* the full network configuration */
	const char *version; /* that the network is of */
	const struct policy *policy;
	bool recorded; /* it was allowed when it gave the lease: what policy says now keeps none */
};

/* Is it there, and may it be asked? */
int delegate_find(const struct delegate *d, char **ret_file, struct err *e);

/* ret_out: what it printed, owned; may be NULL. Its own code and words are passed on, with its name. */
int delegate_call(const struct delegate *d, const char *command, char **ret_out, struct err *e);

/* DEL. A plugin that does not speak the configuration's version never gave a lease for it: its
 * refusal keeps no pod from going. Nor does one that is missing or must not be asked, unless a
 * lease of its is on record. */
int delegate_release(const struct delegate *d, struct err *e);

/* GC and STATUS are of 1.1: a plugin that does not know the command, but the version, has no
 * objection. */
int delegate_ask(const struct delegate *d, const char *command, struct err *e);

/* For an attachment that left no record: what the runtime says is all there is. */
struct delegate delegate_of_request(const struct request *r, const struct netconf *c,
	const struct policy *policy);

#endif
