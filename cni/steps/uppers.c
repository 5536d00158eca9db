/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "mem.h"
#include "upper.h"
#include "uppers.h"

#define IDENTITY 48

/* By namespace and index. */
static const char *identity(const struct upper *u, char buf[static IDENTITY])
{
	(void)snprintf(buf, IDENTITY, "%lld/%d", (long long)u->netns->inode, (int)u->link->index);
	return buf;
}

static const char *kind_of(const struct link *l)
{
	return l->kind ? l->kind : "link";
}

/* A runtime has every right; whoever takes some away should know what for. */
static void warn_if(int r)
{
	if (r == -EACCES)
		log_warning(
			"some process may not be looked at (CAP_SYS_PTRACE is missing): VLANs, macvlans and "
			"NICs in its network namespace are not seen");
}

struct text {
	char *buf;
	size_t size;
};

static bool describe(const struct upper *u, void *arg)
{
	const struct text *t = arg;

	(void)snprintf(t->buf, t->size, "%s (%s) in the network namespace of %s", u->link->name,
		kind_of(u->link), u->known_as);
	return true;
}

int uppers_find(const struct machine *m, int64_t index, char *buf, size_t size)
{
	struct text t = {buf, size};

	buf[0] = '\0';
	warn_if(upper_each(&m->netns, index, false, describe, &t));
	return buf[0] != '\0';
}

struct capture {
	struct attach *a;
	bool no_memory;
};

static bool note(const struct upper *u, void *arg)
{
	struct capture *c = arg;
	struct record *rec = &c->a->rec;
	char **more = mem_more(rec->uppers, rec->n_uppers), buf[IDENTITY];

	if (more)
		*more = strdup(identity(u, buf));
	if (more && *more)
		rec->n_uppers++;
	c->no_memory |= !more || !*more;
	return false;
}

int uppers_capture(struct attach *a, struct err *e)
{
	struct capture c = {.a = a};

	warn_if(upper_each(&a->m->netns, a->rec.link.index, true, note, &c));
	return c.no_memory ? err_sys(e, ERR_INTERNAL, ENOMEM, "uppers") : 0;
}

struct removal {
	const struct attach *a;
	const char *name;
	struct err *e;
	int r;
};

static bool was_there(const struct record *rec, const struct upper *u)
{
	char buf[IDENTITY];

	(void)identity(u, buf);
	for (size_t i = 0; i < rec->n_uppers; i++)
		if (strcmp(rec->uppers[i], buf) == 0)
			return true;
	return false;
}

static bool remove_one(const struct upper *u, void *arg)
{
	struct removal *x = arg;
	struct nl_reply reply;

	if (was_there(&x->a->rec, u))
		return false;
	log_info("link %s: removing %s (%s), which the pod has left on top of it in the network "
		 "namespace of %s",
		x->name, u->link->name, kind_of(u->link), u->known_as);
	if (link_delete(u->nl, u->link->index, &reply) == 0 || reply.errnum == ENODEV)
		return false;
	x->r = nl_refused(x->e, ERR_KERNEL, &reply,
		"link %s: remove %s (%s) on top of it, in the network namespace of %s", x->name,
		u->link->name, kind_of(u->link), u->known_as);
	return false;
}

int uppers_remove(struct attach *a, const struct link *now, struct err *e)
{
	struct removal x = {a, now->name, e, 0};

	warn_if(upper_each(&a->m->netns, now->index, true, remove_one, &x));
	return x.r;
}
