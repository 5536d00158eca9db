/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked of the kubelet and what it answered: the struct that the whole room works on. */
#ifndef KUBELET_KUBELET_TYPES_H
#define KUBELET_KUBELET_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "pciaddr.h"
#include "podfile.h"

#define KUBELET_DIR "/var/lib/kubelet"
/* A constant of the kubelet's interface to device plugins: --root-dir does not move it. */
#define KUBELET_PLUGINS_DIR "/var/lib/kubelet/device-plugins"

#define KUBELET_DEVICE 64

/* A PCI or auxiliary device that the kubelet gave to a container. */
struct kubelet_device {
	char address[KUBELET_DEVICE]; /* "0000:3b:02.1", "mlx5_core.sf.4" */
	char *resource, *container;   /* NULL of other pods */
	char *pod; /* another one's, for people: "namespace/name" or "with UID ..."; NULL: ours */
};

enum kubelet_source { KUBELET_SILENT, KUBELET_SERVICE, KUBELET_FILES };

struct kubelet {
	/* about whom; borrowed. ns and name for the service, uid for the files. */
	int root;
	const char *dir;
	const char *ns, *name, *uid;

	/* the answer */
	bool asked;
	enum kubelet_source source; /* of containers */
	struct podfile_container *containers;
	size_t n_containers;
	struct kubelet_device *devices;
	size_t n_devices;
	struct err why; /* of silence */

	bool asked_others, asked_known;
	char *known_devices; /* IDs of what device plugins have */
	int64_t patience;    /* what is left of it */
};

#endif
