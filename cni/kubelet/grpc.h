/* SPDX-License-Identifier: Apache-2.0 */
/* One gRPC call with one answer, by HTTP/2 (libnghttp2) on a connected socket. */
#ifndef KUBELET_GRPC_H
#define KUBELET_GRPC_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

enum grpc_code {
	GRPC_OK = 0,
	GRPC_RESOURCE_EXHAUSTED = 8,
};

/* How the server ended the call. */
struct grpc_status {
	int code; /* enum grpc_code, or another of gRPC's */
	char message[200];
};

/* Gets the answer piece by piece as it comes, before it is known how the call ends. A negative
 * errno gives the call up. */
typedef int (*grpc_sink)(const uint8_t *data, size_t len, void *arg);

struct grpc_call {
	const char *path; /* "/package.Service/Method" */
	const void *request;
	size_t len;
	int64_t deadline; /* by clock_ms; never waits beyond it */
	grpc_sink sink;
	void *arg;
};

/* 0: the server ended the call and *ret says how. -ETIMEDOUT, -EPROTO (this is no gRPC, or it broke
 * off), -EFBIG, what the sink said. fd is nonblocking, and of no use afterwards. */
int grpc_unary(int fd, const struct grpc_call *c, struct grpc_status *ret, struct err *e);

#endif
