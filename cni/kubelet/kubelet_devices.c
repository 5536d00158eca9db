/* SPDX-License-Identifier: Apache-2.0 */
/* The checkpoint of the kubelet's device manager: which devices its plugins have, and whose they are. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "file.h"
#include "json_pick.h"
#include "kubelet_dir.h"
#include "kubelet_fill.h"
#include "kubelet_state.h"
#include "log.h"
#include "mem.h"

#define CHECKPOINT "kubelet_internal_checkpoint"
#define WHAT "kubelet: " KUBELET_PLUGINS_DIR "/" CHECKPOINT
#define CHECKPOINT_MAX (16u << 20)

struct device_entry {
	char *uid, *container, *resource, *ids;
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

struct allocation_reading {
	struct kubelet *k;
	FILE *registered;
};

/* The IDs of one allocation, to f. */
static int each_entry(const char *text, size_t len, struct allocation_reading *g,
	int (*f)(struct allocation_reading *g, const struct device_entry *d), struct err *e)
{
	struct device_entry d;
	int r = codec_decode(device_fields, &d, text, len, WHAT, ERR_IO, e);

	if (r == 0 && d.ids)
		r = f(g, &d);
	codec_free(device_fields, &d);
	return r;
}

static int note_ids(struct allocation_reading *g, const struct device_entry *d)
{
	(void)fprintf(g->registered, "%s\n", d->ids);
	return 0;
}

static int take_allocated(const char *text, size_t len, void *arg, struct err *e)
{
	return each_entry(text, len, arg, note_ids, e);
}

static int take_registered(const char *text, size_t len, void *arg, struct err *e)
{
	struct allocation_reading *g = arg;

	(void)e;
	(void)fprintf(g->registered, "%.*s\n", (int)len, text);
	return 0;
}

static int open_checkpoint(const struct kubelet *k, struct err *e)
{
	return kubelet_open(k->root, KUBELET_PLUGINS_DIR, CHECKPOINT, O_RDONLY | O_NONBLOCK, e);
}

static int read_checkpoint(struct kubelet *k, const struct json_pick *picks, size_t n,
	struct err *e)
{
	auto_close int fd = open_checkpoint(k, e);

	return fd < 0 ? fd : json_pick_file(fd, CHECKPOINT_MAX, picks, n, WHAT, e);
}

/* An address is found in what is not JSON, too: better one NIC too many. */
static bool read_damaged(struct kubelet *k)
{
	auto_close int fd = open_checkpoint(k, NULL);

	free(steal_ptr(k->known_devices));
	return fd >= 0 && file_read_fd(fd, JSON_PICK_MAX, &k->known_devices, NULL) >= 0;
}

static void read_known(struct kubelet *k)
{
	struct allocation_reading g = {.k = k};
	const struct json_pick picks[] = {
		{.path = {"Data", "RegisteredDevices"}, .take = take_registered, .arg = &g},
		{.path = {"Data", "PodDeviceEntries", "*"}, .take = take_allocated, .arg = &g},
	};
	struct err why = ERR_INIT;
	size_t size;

	g.registered = open_memstream(&k->known_devices, &size);
	if (!g.registered)
		return;
	int r = read_checkpoint(k, picks, ARRAY_SIZE(picks), &why);

	(void)fclose(g.registered);
	if (r == 0 || why.errnum == ENOENT || why.errnum == ENOTDIR)
		return;
	if (!read_damaged(k))
		log_warning("%s: which NICs device plugins have stays unknown", why.msg);
}

const char *kubelet_state_known_devices(struct kubelet *k)
{
	if (!k->asked_known)
		read_known(k);
	k->asked_known = true;
	return k->known_devices ? k->known_devices : "";
}

static int note_owner(struct allocation_reading *g, const struct device_entry *d)
{
	const bool own = d->uid && strcmp(d->uid, g->k->uid) == 0;
	char pod[300];

	(void)snprintf(pod, sizeof(pod), "with UID %s", d->uid ? d->uid : "unknown");
	return kubelet_devices(g->k, d->ids, d->resource, d->container, own ? NULL : pod);
}

static int take_entry(const char *text, size_t len, void *arg, struct err *e)
{
	return each_entry(text, len, arg, note_owner, e);
}

int kubelet_state_devices(struct kubelet *k, struct err *e)
{
	struct allocation_reading g = {.k = k};
	const struct json_pick pick = {.path = {"Data", "PodDeviceEntries", "*"},
		.take = take_entry,
		.arg = &g};

	return read_checkpoint(k, &pick, 1, e);
}
