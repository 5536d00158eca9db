/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DPDK programs by their telemetry sockets, where EAL puts them:
 * <runtime directory>/dpdk/<file prefix>/dpdk_telemetry.v2, and …v2:1, …v2:2 for more processes of
 * one prefix. A socket may outlive its program; only a connection tells.
 */
#ifndef LIVE_PROGRAMS_H
#define LIVE_PROGRAMS_H

#include <stddef.h>
#include <sys/types.h>

#include "err.h"

struct programs {
	char *dir;      /* <runtime directory>/dpdk */
	char **sockets; /* paths below root, sorted */
	size_t n;
};

/*
 * The sockets below root of programs of that environment and user; of all file prefixes where
 * prefix is NULL. None is no error: n is 0. -EACCES: may not look.
 */
int programs_find(int root, char *const *env, uid_t uid, const char *prefix, struct programs *ret,
	struct err *e);
/*
 * The same for one process: by its environment and user, and in its own root, which ret_root
 * becomes a descriptor of, also where no socket is found there.
 */
int programs_find_of(int root, pid_t pid, const char *prefix, int *ret_root, struct programs *ret,
	struct err *e);
void programs_free(struct programs *p);

#endif
