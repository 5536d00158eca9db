/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "displace.h"
#include "displaced.h"
#include "link_id.h"
#include "log.h"
#include "match.h"
#include "mem.h"

struct displaced_search {
	const struct machine *m;
	const char *name;
	const struct link_list *host;
	const struct link *found;
	int sysfs; /* of the host; -1: not opened yet */
	bool known;
};

static bool is_it(struct displaced_search *s, const struct displaced *d, const struct link *l)
{
	if (d->parent || l->parent)
		return MATCH_SAME(d->parent, l->parent) && MATCH_SAME(d->port_name, l->port_name);
	if (s->sysfs < 0 && link_id_open(&s->m->netns, &s->sysfs, NULL) < 0)
		return false;
	return link_id(s->sysfs, l->name) == d->link_id;
}

static bool look(const struct displaced *d, void *arg)
{
	struct displaced_search *s = arg;
	struct claim_owner owner;

	if (strcmp(d->name, s->name) != 0)
		return false;
	for (size_t i = 0; i < s->host->n && !s->found; i++)
		if (is_it(s, d, &s->host->items[i]))
			s->found = &s->host->items[i];
	/* Somebody gave it its name back, or it is no more. */
	if (s->found ? strcmp(s->found->name, d->name) == 0
		     : !d->claim || claim_read(&s->m->state, d->claim, &owner) < 0) {
		displaced_forget(s->m->root, d);
		s->found = NULL;
		return false;
	}
	s->known = true;
	return true;
}

int displace_find(const struct machine *m, const char *name, const struct link_list *host,
	const struct link **ret)
{
	struct displaced_search s = {.m = m, .name = name, .host = host, .sysfs = -1};

	displaced_each(m->root, look, &s);
	mem_closep(&s.sysfs);
	if (s.found)
		log_warning(
			"device %s: it is called %s since somebody took its name; %s is another one",
			name, s.found->name, name);
	*ret = s.found;
	return s.known;
}

/* What it is known by, and what it is to be called: borrowed, not owned. */
static struct displaced of(const struct attach *a, const char *now)
{
	return (struct displaced){
		.name = a->rec.link.name,
		.now = (char *)(uintptr_t)now,
		.parent = a->rec.link.parent,
		.port_name = a->rec.link.port_name,
		.link_id = a->rec.link_id,
		.claim = a->rec.claim,
	};
}

struct mine {
	struct attach *a;
	struct err *e;
	int r;
};

static bool take_name(const struct displaced *d, void *arg)
{
	struct mine *s = arg;
	struct link *image = &s->a->rec.link;

	if (image->parent || d->parent ? !MATCH_SAME(d->parent, image->parent) ||
				!MATCH_SAME(d->port_name, image->port_name)
				       : d->link_id != s->a->rec.link_id)
		return false;
	if (strcmp(image->name, d->name) == 0) {
		displaced_forget(s->a->m->root, d);
		return true;
	}
	auto_free char *now = image->name;

	image->name = strdup(d->name);
	if (!image->name) {
		image->name = steal_ptr(now);
		s->r = err_sys(s->e, ERR_INTERNAL, ENOMEM, "link");
		return true;
	}
	const struct displaced again = of(s->a, now);

	s->r = displaced_write(s->a->m->root, &again, s->e);
	return true;
}

int displace_capture(struct attach *a, struct err *e)
{
	struct mine s = {a, e, 0};

	if (a->rec.link.name)
		displaced_each(a->m->root, take_name, &s);
	return s.r;
}

int displace_settle(const struct attach *a, const char *now, struct err *e)
{
	const struct displaced d = of(a, now);

	if (strcmp(now, d.name) != 0)
		return displaced_write(a->m->root, &d, e);
	displaced_forget(a->m->root, &d);
	return 0;
}
