/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "bus.h"
#include "match.h"

bool match_altname(const struct link *l, const char *name)
{
	for (size_t i = 0; i < l->n_altnames; i++)
		if (strcmp(l->altnames[i], name) == 0)
			return true;
	return false;
}

static bool uses_name(const struct link *l, const char *name)
{
	return strcmp(l->name, name) == 0 || match_altname(l, name);
}

const struct link *match_name(const struct link_list *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (uses_name(&list->items[i], name))
			return &list->items[i];
	return NULL;
}

static const struct link *by_index(const struct link_list *list, int64_t index)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->items[i].index == index)
			return &list->items[i];
	return NULL;
}

bool match_pci(const struct machine *m, const struct link *l, const char *address)
{
	struct bus_place p;

	if (!l->parent || !l->parent_bus)
		return false;
	if (strcmp(l->parent_bus, "pci") == 0)
		return strcmp(l->parent, address) == 0;
	return bus_place(m->root, l->parent_bus, l->parent, &p) == 0 && bus_is_own(&p) &&
		strcmp(p.pci, address) == 0;
}

/* virtio3 may be virtio4 once the PCI device had another driver for a while. */
static bool same_device(const struct attach *a, const struct link *l)
{
	const struct link *image = &a->rec.link;

	return MATCH_SAME(l->parent, image->parent) ||
		(a->rec.interface.pci_address && MATCH_SAME(l->parent_bus, image->parent_bus) &&
			match_pci(a->m, l, a->rec.interface.pci_address));
}

bool match_record(const struct attach *a, const struct link *l, int64_t index)
{
	const struct link *image = &a->rec.link;

	if (image->parent)
		return same_device(a, l) && MATCH_SAME(l->port_name, image->port_name);
	if (l->index != index || !MATCH_SAME(l->kind, image->kind))
		return false;
	return (image->peer != CODEC_ABSENT && l->peer == image->peer) ||
		MATCH_SAME(l->mac, image->mac) ||
		(a->rec.interface.mac && MATCH_SAME(l->mac, a->rec.interface.mac));
}

const struct link *match_find(const struct attach *a, const struct link_list *list, int64_t index)
{
	for (size_t i = 0; i < list->n; i++)
		if (match_record(a, &list->items[i], index))
			return &list->items[i];
	return NULL;
}

int64_t match_free_index(const struct link_list *list, int64_t preferred)
{
	int64_t highest = 0;

	if (!by_index(list, preferred))
		return preferred;
	for (size_t i = 0; i < list->n; i++)
		if (list->items[i].index > highest)
			highest = list->items[i].index;
	if (highest < INT32_MAX)
		return highest + 1;
	/* A pod may have taken the last one there is. */
	for (highest = 1; by_index(list, highest);)
		highest++;
	return highest;
}
