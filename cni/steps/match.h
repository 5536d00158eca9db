/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the attachment's link in a list of links, by what cannot be changed about it. */
#ifndef STEPS_MATCH_H
#define STEPS_MATCH_H

#include "attach.h"

/* Equal strings, or both absent. */
#define MATCH_SAME(a, b) ((a) && (b) ? strcmp((a), (b)) == 0 : (a) == (b))

bool match_altname(const struct link *l, const char *name);
/* Is it the network interface of that PCI device, whatever bus lies between? */
bool match_pci(const struct machine *m, const struct link *l, const char *address);
/* The link that uses this name, as its name or an altname; NULL: the name is free. */
const struct link *match_name(const struct link_list *list, const char *name);

/*
 * Is this link the recorded one? A device with a bus address is known by that. Others are known
 * by their index, which survives renaming, and must be of the same kind and have the same
 * other end or MAC: a pod may delete its link and make another.
 */
bool match_record(const struct attach *a, const struct link *l, int64_t index);
const struct link *match_find(const struct attach *a, const struct link_list *list, int64_t index);

/* preferred, or one that no link of the list has. */
int64_t match_free_index(const struct link_list *list, int64_t preferred);

#endif
