/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kubelet was told: the flags of the running one win over its configuration file, as
 * they do there. Only what bears on CPUs, memory and devices of pods.
 */
#ifndef DOCTOR_KUBELET_CONFIG_H
#define DOCTOR_KUBELET_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "document.h"
#include "kubelet.h"

struct kubelet_config {
	bool there;     /* a file, or a running kubelet with flags */
	char path[512]; /* of the file; "" where there is none */
	struct document *doc;
	char *arguments; /* of the running kubelet: each ends in a NUL */
	size_t arguments_len;
};

/* path NULL: what the running kubelet names, else its usual file if there. pid of the kubelet, or
 * negative. A file that is named must be there. */
int kubelet_config_read(int rootfd, const char *path, int pid, struct kubelet_config *ret,
	struct err *e);
void kubelet_config_free(struct kubelet_config *k);

/* The running kubelet's --root-dir; false: it has none. The configuration file knows no such key. */
bool kubelet_config_root(int rootfd, int pid, char *buf, size_t size);

/* A setting by its key in the file and its flag (NULL: it has none); NULL: not set. A flag's
 * value may be of several settings, see kubelet_config_part. */
const char *kubelet_config_get(const struct kubelet_config *k, const char *key, const char *flag);
bool kubelet_config_is(const struct kubelet_config *k, const char *key, const char *flag,
	bool otherwise);

/* One entry of a map, "memory" of kubeReserved: from the flag's "cpu=1,memory=1Gi" if it is given. */
bool kubelet_config_part(const struct kubelet_config *k, const char *key, const char *flag,
	const char *entry, char *buf, size_t size);
/* The i'th entry of a map of the file; NULL behind the last. */
const char *kubelet_config_entry(const struct kubelet_config *k, const char *key, size_t i,
	const char **ret_value);

/* A Kubernetes quantity: bytes ("1Gi", "500M", "1.5G", "1e9"), or thousandths of a CPU. Rounds up.
 * -EINVAL: it is none. */
int quantity_parse(const char *text, int64_t scale, int64_t *ret);
#define QUANTITY_BYTES 1
#define QUANTITY_MILLI 1000

#endif
