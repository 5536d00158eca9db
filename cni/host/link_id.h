/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a link that software made is known by: the inode of its directory in sysfs, a number that
 * the kernel does not give out again while it runs. Name, index and addresses are the pod's to
 * choose; this stays with the link whatever it is called and wherever it is moved.
 */
#ifndef HOST_LINK_ID_H
#define HOST_LINK_ID_H

#include "netns.h"

/* A sysfs that shows the links of that namespace, mounted nowhere. */
int link_id_open(const struct netns *ns, int *ret_sysfs, struct err *e);

/* 0: there is no link of this name. */
int64_t link_id(int sysfs, const char *name);

#endif
