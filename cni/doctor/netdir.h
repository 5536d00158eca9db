/* SPDX-License-Identifier: Apache-2.0 */
/* Network configurations as runtimes read them: files that hold one plugin, or a list of them. */
#ifndef DOCTOR_NETDIR_H
#define DOCTOR_NETDIR_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

/* A plugin of a configuration, with the list's name and version in it, as the runtime hands it
 * over. */
struct netdir_plugin {
	char *type;
	char *text;
};

struct netdir_file {
	char *path;
	struct netdir_plugin *plugins;
	size_t n;
	bool named, is_stdin; /* named by the caller: not of the directory */
	bool ours;      /* dpdk-cni is among them, or is named in a file that cannot be read */
	struct err err; /* why it cannot be read; code ERR_NONE: it can */
};

struct netdir {
	struct netdir_file *files; /* in the order in which a runtime looks at them */
	size_t n;
};

/* Every .conf, .conflist and .json of the directory, and behind them file ("-" is stdin; NULL:
 * none). Fails for want of memory only: no directory, no files. */
int netdir_read(int rootfd, const char *dir, const char *file, struct netdir *ret, struct err *e);
void netdir_free(struct netdir *d);
#define auto_netdir auto_with(netdir_free)

#endif
