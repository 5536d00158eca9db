/* SPDX-License-Identifier: Apache-2.0 */
/* The library's inner errors (struct err) as its callers see them. */
#ifndef LIB_ERROR_H
#define LIB_ERROR_H

#include <dpdkpod/dpdkpod.h>

#include "err.h"

/* Copies e out where the caller asked for it; returns r. */
int error_out(struct dpdkpod_error *ret, const struct err *e, int r);

#endif
