/* SPDX-License-Identifier: Apache-2.0 */
/* What the user gave of EAL's command line, by hand. */
#ifndef LIB_EAL_GIVEN_H
#define LIB_EAL_GIVEN_H

#include "eal_options.h"
#include "err.h"

/* An option the user gave: where in the vector, and its value. */
struct eal_given {
	enum eal_id id;
	char *value; /* NULL: none */
	size_t first, count;
	char *replaces; /* what was derived and gave way, for the explanation */
};

/* All up to "--" of an argument vector without a program's name, which may be NULL. */
int eal_given_scan(char *const *argv, struct eal_given **ret, size_t *ret_n, struct err *e);
void eal_given_free(struct eal_given *given, size_t n);
/* The first of that kind, or NULL. */
const struct eal_given *eal_given_find(const struct eal_given *given, size_t n, enum eal_id id);

#endif
