/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One conversation with a DPDK program through its telemetry socket: a packet with the command, a
 * packet of JSON back. A control thread of the program answers, never an lcore. Whoever answers is
 * not trusted: it may be slow, silent, talk nonsense or too much; every wait ends at the deadline.
 */
#ifndef LIVE_TELEMETRY_H
#define LIVE_TELEMETRY_H

#include <stdint.h>
#include <sys/types.h>

#include "codec.h"

struct telemetry {
	int fd;
	const char *path; /* the caller's; for messages */
	pid_t pid;        /* who listens, as this process sees it; 0: out of its sight */
	char *version;    /* "DPDK 22.11.4"; NULL before telemetry_greet */
	int64_t deadline; /* of clock_ms() */
};

#define TELEMETRY_NONE \
	{ \
		.fd = -1 \
	}

/*
 * Connects to the socket at path below root. -ECONNREFUSED: nobody listens any more; -EACCES;
 * -ETIMEDOUT: its queue is full and nobody takes the next.
 */
int telemetry_open(int root, const char *path, int64_t deadline, struct telemetry *ret,
	struct err *e);
/* Waits for the greeting: version. */
int telemetry_greet(struct telemetry *t, struct err *e);
/*
 * Asks and decodes: fields is the table of an object whose one key is the command without its
 * parameters. A program that does not know the command leaves it absent. -ETIMEDOUT, -ECONNRESET,
 * -EMSGSIZE, -EINVAL: not what telemetry says.
 */
int telemetry_ask(struct telemetry *t, const char *command, const struct codec_field *fields,
	void *ret, struct err *e);
void telemetry_close(struct telemetry *t);

#endif
