/* SPDX-License-Identifier: Apache-2.0 */
/* Network namespaces: opened by path, proven by their cookie, entered for one call. */
#ifndef HOST_NETNS_H
#define HOST_NETNS_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "nl.h"

struct netns {
	int fd;          /* -1: not open */
	int64_t inode;   /* shown by ls -l /proc/PID/ns/net; may be given out again */
	uint64_t cookie; /* never given out again while the kernel runs */
};
#define NETNS_INIT ((struct netns){.fd = -1})

void netns_close(struct netns *ns);
#define auto_netns auto_with(netns_close)

/* path NULL: the caller's own. -ENOENT: no such path, or it is not a network namespace any more
 * (a leftover mount point is a plain file): whoever lived there is gone. */
int netns_open(const char *path, struct netns *ret, struct err *e);

/* The one of this inode and cookie by whatever name it still has: a mount or a process. -ENOENT:
 * nothing seen from here holds it. */
int netns_find(int64_t inode, uint64_t cookie, struct netns *ret);

/* The same without its cookie, silently, and without entering it. */
int netns_open_bare(const char *path, struct netns *ret);

/* Every other network namespace that can be seen from here, each once: of processes, of our mounts,
 * and, where deep, of everybody's mounts and open files. f returns true to end the walk; what it is
 * given is open as long as it runs, and has no cookie. known_as: for messages. -EACCES: some
 * process may not be looked at (CAP_SYS_PTRACE), and what it lives in was not seen, perhaps. */
typedef bool (*netns_visit)(const struct netns *ns, const char *known_as, void *arg);
int netns_each(bool deep, netns_visit f, void *arg);

/* Runs f(arg) in the namespace and comes back; returns f's result. A failed return home is
 * the one thing that cannot be carried on from: the process ends. */
int netns_run(const struct netns *ns, int (*f)(void *arg, struct err *e), void *arg, struct err *e);

/* A netlink socket living in the namespace. */
int netns_nl_open(const struct netns *ns, struct nl_sock **ret, struct err *e);

#endif
