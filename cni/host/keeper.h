/* SPDX-License-Identifier: Apache-2.0 */
/* The process between us and a plugin that we run; see exec.h. */
#ifndef HOST_KEEPER_H
#define HOST_KEEPER_H

#include <stdbool.h>
#include <sys/types.h>

struct keeper {
	pid_t pid;
	int in, out; /* the plugin's stdin (not blocking) and stdout (not blocking) */
	int report;  /* readable when the plugin has ended */
};
#define KEEPER_INIT ((struct keeper){-1, -1, -1, -1})

struct keeper_report {
	int errnum; /* it could not be run */
	int status; /* of waitpid(2) */
	bool late;  /* its time was over */
};

/* Runs the file, with this environment, in a process group of its own. */
int keeper_start(const char *file, char **env, int timeout_ms, struct keeper *ret);

/* Waits for both, the plugin ended first where it shall be stopped. Closes what k has open. */
int keeper_end(struct keeper *k, bool stop, struct keeper_report *ret);

#endif
