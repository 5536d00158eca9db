/* SPDX-License-Identifier: Apache-2.0 */
/* What the user gives wins: over what. */
#ifndef LIB_EAL_CONFLICTS_H
#define LIB_EAL_CONFLICTS_H

#include "eal_given.h"

/* The first option of the user's that a derived argument gives way to, or NULL. */
struct eal_given *eal_conflict_among(struct eal_given *given, size_t n, enum eal_id id,
	const char *value);

#endif
