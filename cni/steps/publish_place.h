/* SPDX-License-Identifier: Apache-2.0 */
/* Where the pod file goes: a directory that the network names, or a volume of the pod. */
#ifndef STEPS_PUBLISH_PLACE_H
#define STEPS_PUBLISH_PLACE_H

#include "attach.h"

/* Fills rec.pod_dir and pod_dir_is with where the network wants the pod file, opened and writable; leaves it NULL
 * where it wants none. */
int publish_place(struct attach *a, struct err *e);

/* Opens the pod_dir of a record, following nothing that a pod may have planted. The fd, or -errno;
 * -ENOENT too where it leads to another directory by now. */
int publish_open(const struct machine *m, const struct record *rec);

#endif
