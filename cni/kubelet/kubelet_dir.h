/* SPDX-License-Identifier: Apache-2.0 */
/* The kubelet's directory, and what is in it. */
#ifndef KUBELET_KUBELET_DIR_H
#define KUBELET_KUBELET_DIR_H

#include "kubelet_types.h"

/* A file or socket below the directory, which root owns (or whoever runs this). flags as of
 * open(2). */
int kubelet_open(const struct kubelet *k, const char *path, int flags, struct err *e);
/* The whole of a file, at most cap bytes; owned text. */
int kubelet_read(const struct kubelet *k, const char *path, size_t cap, char **ret, struct err *e);
/* Is there such a directory? Other runtimes name their pods too, on machines that have no kubelet. */
bool kubelet_is_here(const struct kubelet *k);

#endif
