/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with an attachment, as list and STATUS tell it. */
#ifndef VERBS_PROBLEM_H
#define VERBS_PROBLEM_H

#include "attach.h"

enum problem {
	PROBLEM_NONE,
	PROBLEM_PASSES, /* ends by itself, or with the next DEL or ADD */
	PROBLEM_FAULT,  /* somebody has to see to the device */
};

/* Text for people, with what to do; buf is untouched where there is no problem. */
enum problem problem_find(const struct machine *m, const struct record *rec, char *buf,
	size_t size);

#endif
