/* SPDX-License-Identifier: Apache-2.0 */
/* The checkpoint of the kubelet's device manager: which devices its plugins have, and whose they are. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "kubelet_dir.h"
#include "kubelet_fill.h"
#include "kubelet_state.h"
#include "log.h"

#define CHECKPOINT "device-plugins/kubelet_internal_checkpoint"
#define CHECKPOINT_MAX (4u << 20)

struct device_entry {
	char *uid, *container, *resource, *ids;
};

struct checkpoint {
	struct device_entry *entries;
	size_t n;
};

/* The IDs are {"<NUMA node>": [ID, ...]}, before 1.20 [ID, ...]: addresses are found in either. */
#define D struct device_entry
static const struct codec_field device_fields[] = {
	CODEC_STRING(D, uid, "PodUID", 256),
	CODEC_STRING(D, container, "ContainerName", 1024),
	CODEC_STRING(D, resource, "ResourceName", 1024),
	CODEC_RAWJSON(D, ids, "DeviceIDs"),
	CODEC_END,
};
#undef D

static const struct codec_field data_fields[] = {
	CODEC_OBJECTS(struct checkpoint, entries, n, "PodDeviceEntries", struct device_entry,
		device_fields),
	CODEC_END,
};

static const struct codec_field checkpoint_fields[] = {
	CODEC_INNER("Data", data_fields),
	CODEC_END,
};

const char *kubelet_state_checkpoint(struct kubelet *k)
{
	struct err why = ERR_INIT;

	if (!k->asked_checkpoint &&
		kubelet_read(k, CHECKPOINT, CHECKPOINT_MAX, &k->checkpoint, &why) < 0 &&
		why.errnum != ENOENT && why.errnum != ENOTDIR)
		log_warning("%s: which NICs device plugins have stays unknown", why.msg);
	k->asked_checkpoint = true;
	return k->checkpoint ? k->checkpoint : "";
}

int kubelet_state_devices(struct kubelet *k, struct err *e)
{
	const char *text = kubelet_state_checkpoint(k);
	struct checkpoint c;
	char pod[300];

	if (!*text)
		return err_set(e, ERR_IO, ENOENT, "kubelet: %s/" CHECKPOINT ": there is none",
			k->dir);
	int r = codec_decode(checkpoint_fields, &c, text, strlen(text), "kubelet: " CHECKPOINT,
		ERR_IO, e);

	if (r < 0)
		return r;
	for (size_t i = 0; r == 0 && i < c.n; i++) {
		const struct device_entry *d = &c.entries[i];
		const bool own = d->uid && strcmp(d->uid, k->uid) == 0;

		(void)snprintf(pod, sizeof(pod), "with UID %s", d->uid ? d->uid : "unknown");
		if (d->ids)
			r = kubelet_devices(k, d->ids, d->resource, d->container, own ? NULL : pod);
	}
	codec_free(checkpoint_fields, &c);
	return r;
}
