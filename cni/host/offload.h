/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Features of a network device by which frames reach a program as no wire would carry them: several
 * in one, or without their checksum. By name, for their numbers differ between kernels.
 */
#ifndef HOST_OFFLOAD_H
#define HOST_OFFLOAD_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

enum offload_side {
	OFFLOAD_RECEIVE, /* GRO and LRO: what comes in is put together */
	OFFLOAD_SEND, /* checksums and segmentation: left to the receiver by a device in software */
};

struct offload_list {
	char **names;
	size_t n;
};
void offload_free(struct offload_list *l);
#define auto_offload auto_with(offload_free)

/* In the caller's network namespace: those that are asked for now and can be changed. What has no
 * ethtool has none. */
int offload_read(const char *name, enum offload_side side, struct offload_list *ret, struct err *e);

/* All of these on, or off; an error where the device did not follow. */
int offload_set(const char *name, char *const *names, size_t n, bool on, struct err *e);

#endif
