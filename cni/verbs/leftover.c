/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "leftover.h"

#define SWEPT "the next GC of any network, or the DEL of that attachment, removes it"

static bool has_record(const struct state *s, const struct claim_owner *o)
{
	char path[NAME_MAX + 40];

	(void)snprintf(path, sizeof(path), "%s/%s" STATE_RECORD_SUFFIX, o->container, o->ifname);
	return faccessat(s->pods, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

bool leftover_claim(const struct state *s, const char *name, const struct claim_owner *o)
{
	/* A temporary is never left by a call that goes on. */
	return o && (name[0] == '.' || !has_record(s, o));
}

bool leftover_busy(const struct state *s, const char *container)
{
	struct sandbox b = SANDBOX_INIT;
	const int r = sandbox_lock(s, container, SANDBOX_TRY, &b, NULL);

	if (r == 0)
		(void)close(b.dir);
	return r == -EAGAIN;
}

struct telling {
	const struct state *s;
	leftover_visit f;
	void *arg;
};

static int tell_claim(const char *name, const struct claim_owner *o, void *arg)
{
	const struct telling *t = arg;
	struct leftover l = {.damaged = !o};

	(void)snprintf(l.path, sizeof(l.path), "claims/%.300s", name);
	if (!o) {
		(void)snprintf(l.why, sizeof(l.why),
			"it is not a claim: nothing of dpdk-cni looks like that, and an ADD of that "
			"device is refused");
		(void)snprintf(l.remedy, sizeof(l.remedy), "rm /" STATE_DIR "/%s", l.path);
		return t->f(&l, t->arg);
	}
	if (!leftover_claim(t->s, name, o) || leftover_busy(t->s, o->container))
		return 0;
	(void)snprintf(l.why, sizeof(l.why),
		"a killed call left this claim of interface %s of container %s, which has no record",
		o->ifname, o->container);
	(void)snprintf(l.remedy, sizeof(l.remedy), SWEPT "; so does the next ADD of the device");
	return t->f(&l, t->arg);
}

static int tell_file(const char *container, const char *ifname, enum state_file kind, void *arg)
{
	const struct telling *t = arg;
	struct leftover l = {.damaged = false};

	if (kind == STATE_RECORD || leftover_busy(t->s, container))
		return 0;
	(void)snprintf(l.path, sizeof(l.path), "pods/%s", container);
	(void)snprintf(l.why, sizeof(l.why), "a killed call left %s%s",
		*ifname ? "the temporary of interface " : "this directory, which is empty", ifname);
	(void)snprintf(l.remedy, sizeof(l.remedy), SWEPT);
	return t->f(&l, t->arg);
}

int leftover_each(const struct state *s, leftover_visit f, void *arg)
{
	struct telling t = {s, f, arg};
	int r = claim_each(s, tell_claim, &t);

	return r ? r : state_each_name(s, tell_file, &t);
}
