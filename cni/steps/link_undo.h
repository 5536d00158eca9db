/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way back of a link. It asks the kernel where the link is and what it looks like, and makes
 * that equal the image; what was done or half done before does not matter.
 */
#ifndef STEPS_LINK_UNDO_H
#define STEPS_LINK_UNDO_H

#include "attach.h"

int link_undo(struct attach *a, struct err *e);

#endif
