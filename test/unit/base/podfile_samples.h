/* SPDX-License-Identifier: Apache-2.0 */
/* Pod files as the plugin would publish them: for the round trip, and for the JSON Schema. */
#ifndef TEST_UNIT_BASE_PODFILE_SAMPLES_H
#define TEST_UNIT_BASE_PODFILE_SAMPLES_H

#include "podfile.h"

/* Each ends up in *p, initialised; lists and strings are static, so it must not be freed. */
void sample_empty(struct podfile *p);   /* a pod without interfaces */
void sample_minimal(struct podfile *p); /* what is required, no more */
void sample_full(struct podfile *p);    /* every member there is */
void sample_limits(struct podfile *p);  /* the ends of every range */

#endif
