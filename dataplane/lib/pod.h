/* SPDX-License-Identifier: Apache-2.0 */
/* The pod file as an object of the library: decoded once, then only read. */
#ifndef LIB_POD_H
#define LIB_POD_H

#include <dpdkpod/dpdkpod.h>

#include "codec.h"
#include "cpulist.h"
#include "podfile.h"

struct dpdkpod_interface {
	const struct podfile_interface *f;
};

struct dpdkpod {
	char *path;
	struct podfile file;
	struct dpdkpod_interface *interfaces;
	char *container;
};

/*
 * From text that came from path. container (may be NULL) is the name given by the environment;
 * without it the one whose CPUs are cpus is taken (cpus may be NULL: not known).
 */
int pod_from_text(const char *path, const char *text, size_t len, const char *container,
	const struct cpulist *cpus, struct dpdkpod **ret, struct err *e);

/* What the file says of the container this process runs in, or NULL. */
const struct podfile_container *pod_own_container(const struct dpdkpod *pod);

/* Is the interface meant for another container of the pod? */
bool pod_interface_foreign(const struct dpdkpod *pod, const struct podfile_interface *i);

#endif
