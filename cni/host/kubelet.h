/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kubelet assigned to a pod: CPUs, memory and devices of each container; and which devices
 * it gave to other pods. From its PodResources service; where that has no answer, from the state
 * files that it keeps. It is asked once, when first needed, and never for long: what stays unknown is
 * absent, and why says the reason.
 */
#ifndef HOST_KUBELET_H
#define HOST_KUBELET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "pciaddr.h"
#include "podfile.h"

#define KUBELET_DIR "/var/lib/kubelet"
/* All that the kubelet may cost a call, in milliseconds. */
#define KUBELET_PATIENCE 2000

/* A PCI device that the kubelet gave to a container. */
struct kubelet_device {
	char address[PCIADDR_LEN];
	char *resource, *container; /* NULL of other pods */
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

	bool asked_others, asked_checkpoint;
	char *checkpoint; /* the text; NULL: none */
	int64_t patience; /* what is left of it */
};

/* dir NULL: KUBELET_DIR. No ns, name and uid: no pod of a kubelet, which is not asked then. */
void kubelet_init(struct kubelet *k, int root, const char *dir, const char *ns, const char *name,
	const char *uid);
void kubelet_free(struct kubelet *k);
#define auto_kubelet auto_with(kubelet_free)

/* Asks for the pod, unless it did so before; the source says whether there was an answer. */
enum kubelet_source kubelet_ask(struct kubelet *k);

/* Whom the kubelet gave that device; NULL: nobody, as far as is known. */
const struct kubelet_device *kubelet_owner(struct kubelet *k, const char *address);

/* Does any device plugin of the kubelet have it, given to a pod or not? */
bool kubelet_registered(struct kubelet *k, const char *address);

#endif
