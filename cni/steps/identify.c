/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "identify.h"
#include "link_id.h"
#include "match.h"
#include "mem.h"
#include "upper.h"

static const struct link *with_index(const struct link_list *list, int64_t index)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->items[i].index == index)
			return &list->items[i];
	return NULL;
}

int identify_capture(struct attach *a, struct err *e)
{
	const struct link *l = &a->rec.link;
	auto_links struct link_list host = {0};
	auto_close int sysfs = -1;

	if (l->parent || !l->name)
		return 0;
	int r = link_id_open(&a->m->netns, &sysfs, e);

	if (r < 0)
		return r;
	a->rec.link_id = link_id(sysfs, l->name);
	if (a->rec.link_id == 0)
		return err_set(e, ERR_DEVICE, ENODEV, "link %s: sysfs does not know it", l->name);
	if (!upper_is_pair(l) || l->peer_netns != CODEC_ABSENT)
		return 0;
	r = link_dump(a->m->nl, &host, e);

	const struct link *peer = r == 0 ? with_index(&host, l->peer) : NULL;

	a->rec.peer_id = peer ? link_id(sysfs, peer->name) : CODEC_ABSENT;
	return r;
}

int identify(const struct attach *a, const struct netns *ns, const struct link_list *list,
	int64_t index, const struct link **ret, struct err *e)
{
	const struct link *image = &a->rec.link, *expected = with_index(list, index);
	auto_close int sysfs = -1;

	if (image->parent || a->rec.link_id == CODEC_ABSENT) {
		*ret = match_find(a, list, index);
		return 0;
	}
	int r = link_id_open(ns, &sysfs, e);

	if (r < 0)
		return r;
	*ret = expected && link_id(sysfs, expected->name) == a->rec.link_id ? expected : NULL;
	for (size_t i = 0; !*ret && i < list->n; i++)
		if (!list->items[i].parent && MATCH_SAME(list->items[i].kind, image->kind) &&
			link_id(sysfs, list->items[i].name) == a->rec.link_id)
			*ret = &list->items[i];
	return 0;
}

bool identify_lives_unseen(const struct attach *a, const struct link_list *host)
{
	const struct link *peer = with_index(host, a->rec.link.peer);
	auto_close int sysfs = -1;

	return peer && a->rec.peer_id != CODEC_ABSENT &&
		link_id_open(&a->m->netns, &sysfs, NULL) == 0 &&
		link_id(sysfs, peer->name) == a->rec.peer_id;
}
