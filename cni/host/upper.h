/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is on top of a network device: VLANs, macvlans and their like, which go on using it wherever
 * it is moved. In its own namespace sysfs names them; those in others are looked for there.
 */
#ifndef HOST_UPPER_H
#define HOST_UPPER_H

#include "link.h"
#include "netns.h"

/* The name of one in the link's own namespace, "" where there is none. An error where sysfs
 * does not tell. */
int upper_find(int rootfd, const char *link, char *buf, size_t size, struct err *e);

struct upper {
	const struct netns *netns; /* where it is */
	const char *known_as;      /* that namespace, for messages */
	struct nl_sock *nl;        /* in there */
	const struct link *link;
};

/* Calls f for each in another namespace than home, where the link with that index is, until one
 * returns true. -EACCES: as netns_each. The two ends of a pair are not on top of each other. */
typedef bool (*upper_visit)(const struct upper *u, void *arg);
int upper_each(const struct netns *home, int64_t index, bool deep, upper_visit f, void *arg);
/* The same for the other end of a pair, in our own namespace first. */
int upper_other_end(const struct netns *home, int64_t index, upper_visit f, void *arg);

/* Is it a kind of which each link names another as its other end? */
bool upper_is_pair(const struct link *l);

#endif
