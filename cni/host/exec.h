/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Other plugins: found in CNI_PATH and run by the protocol. One of the two seams for tests.
 *
 * Between us and the plugin stands a keeper: a fork of ours that holds what we hold (the sandbox's
 * lock above all), waits for the plugin, ends it when its time is over, and ends what the plugin
 * left in its process group. Killed at any moment, we leave the lock with the keeper until the
 * plugin has ended, and no longer: the plugin itself never has the lock, nor has a daemon of its.
 */
#ifndef HOST_EXEC_H
#define HOST_EXEC_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

/* The plugin's path in a PATH-like list of directories, owned; -ENOENT with the directories
 * that were searched. Names with '/' are refused: a network's author may not name a path. */
int exec_find(const char *name, const char *cni_path, char **ret, struct err *e);

/* Is this file the program that runs, under whatever name? */
bool exec_is_self(const char *file);

/* What to run, for which attachment: the CNI_* variables are set so, the rest of the environment
 * is ours. NULL members become empty variables. */
struct exec_call {
	const char *file;
	const char *command, *container, *netns, *ifname, *args, *path;
	const char *input; /* stdin */
	int timeout_ms;    /* after which it is killed */
};

/* Set in every plugin's environment: whoever finds it in his own was called by dpdk-cni. */
#define EXEC_DELEGATED "DPDK_CNI_DELEGATED"

struct exec_answer {
	char *out; /* stdout, owned */
	size_t len;
	int status; /* exit status; 128 + signal when killed */
};

/* Runs it to its end. stderr is passed through. ERR_AGAIN and -ETIMEDOUT: it took too long. */
int exec_run(const struct exec_call *c, struct exec_answer *ret, struct err *e);

#endif
