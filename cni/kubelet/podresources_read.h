/* SPDX-License-Identifier: Apache-2.0 */
/* Between who calls the kubelet's service and who reads the answer. */
#ifndef KUBELET_PODRESOURCES_READ_H
#define KUBELET_PODRESOURCES_READ_H

#include "kubelet_types.h"

struct podresources_reader {
	struct kubelet *k;
	bool others_only; /* the pod itself is known already */
	bool found;       /* the pod was there */

	/* where in the answer */
	int at;
	uint64_t value; /* the varint that is being read */
	unsigned int shift;
	uint64_t field;
	uint64_t left; /* of the body, or of what is skipped */
	uint8_t *pod;
	size_t have;
};

/* The next piece (grpc_sink). The answers to Get and to List are the same: pods in field 1. */
int podresources_read(const uint8_t *data, size_t len, void *reader);
/* Was that all of it? */
bool podresources_whole(const struct podresources_reader *in);
/* From the beginning, and with nothing kept of what was read. */
void podresources_reset(struct podresources_reader *in);

#endif
