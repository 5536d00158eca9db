/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VLANs, macvlans and their like that others have on top of the NIC, in other namespaces. ADD takes
 * no NIC that somebody uses so; DEL removes those that came while the pod had it: they would take the
 * next pod's frames.
 */
#ifndef STEPS_UPPERS_H
#define STEPS_UPPERS_H

#include "attach.h"

/* The first that is seen, for a person: 1, and its name and namespace; 0: none. */
int uppers_find(const struct machine *m, int64_t index, char *buf, size_t size);

/* ADD of a NIC that may be taken though it is used: those that are there now are nobody's to remove. */
int uppers_capture(struct attach *a, struct err *e);

/* The NIC is on the host, as now. Removes those that came, names one that it could not remove. */
int uppers_remove(struct attach *a, const struct link *now, struct err *e);

#endif
