/* SPDX-License-Identifier: Apache-2.0 */
/* A call to the IPAM plugin of an attachment, by the protocol. */
#ifndef STEPS_DELEGATE_H
#define STEPS_DELEGATE_H

#include "exec.h"
#include "request.h"

struct delegate {
	const char *type; /* plugin's name */
	const char *container, *netns, *ifname, *args, *path;
	const char *input; /* the full network configuration */
	int lock_fd; /* inherited, so that a child outliving us keeps the sandbox locked; -1 */
};

/* ret_out: what it printed, owned; may be NULL. Its own code and message are passed on. */
int delegate_call(const struct delegate *d, const char *command, char **ret_out, struct err *e);

/* DEL. A plugin that does not speak the configuration's version never gave a lease for it: its
 * refusal keeps no pod from going. */
int delegate_release(const struct delegate *d, struct err *e);

/* GC and STATUS are of 1.1: a plugin that does not know the command has no objection. */
int delegate_ask(const struct delegate *d, const char *command, struct err *e);

/* For an attachment that left no record: what the runtime says is all there is. */
struct delegate delegate_of_request(const struct request *r, const char *type);

#endif
