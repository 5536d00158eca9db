/* SPDX-License-Identifier: Apache-2.0 */
/* The kubelet's directories, and what is in them. */
#ifndef KUBELET_KUBELET_DIR_H
#define KUBELET_KUBELET_DIR_H

#include "kubelet_types.h"

/* A file or socket below a directory of the kubelet's, which root owns (or whoever runs this). flags
 * as of open(2). */
int kubelet_open(int root, const char *dir, const char *path, int flags, struct err *e);
/* Is there such a directory? Other runtimes name their pods too, on machines that have no kubelet. */
bool kubelet_is_here(const struct kubelet *k);

#endif
