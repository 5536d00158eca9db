/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statistics and notes leave by here, and never hold up who writes them: a pipe that nobody reads, a
 * stopped terminal or a full disk costs the text, not the forwarding and not the answer to a signal.
 * A text that a slow reader has begun to take is finished before the next: no line is torn.
 */
#ifndef L2FWD_OUTPUT_H
#define L2FWD_OUTPUT_H

#include <stddef.h>
#include <stdint.h>

struct output {
	int fd;
	char *rest; /* a text that was begun, owned */
	size_t at, len;
	uint64_t lost; /* texts that were not taken */
	int error;     /* errno of the last write, 0: it worked */
};

/* Takes over text, which malloc() made. */
void output_text(struct output *o, char *text, size_t len);
/* Gives a slow reader so long for the last one. */
void output_end(struct output *o, int timeout_ms);

/* A line of less than PIPE_BUF bytes, now or never. */
void output_line(int fd, const char *line, size_t len);

#endif
