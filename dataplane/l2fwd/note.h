/* SPDX-License-Identifier: Apache-2.0 */
/* A line for a person, on stderr: stdout belongs to the statistics. */
#ifndef L2FWD_NOTE_H
#define L2FWD_NOTE_H

#include <stdio.h>

#define note(fmt, ...) ((void)fprintf(stderr, "dpdk-pod-l2fwd: " fmt "\n", ##__VA_ARGS__))

#endif
