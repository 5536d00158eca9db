/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "dra.h"
#include "file.h"
#include "mem.h"

#define TOP "/var/run/kubernetes.io/dra-device-attributes"
#define LEVELS 3 /* kind of claim, claim, request */
#define FILE_CAP (1u << 20)
#define API_GROUP "metadata.resource.k8s.io/"
#define BUS_ID "resource.kubernetes.io/pciBusID"

struct attribute {
	char *name, *string;
};

struct dra_device {
	struct attribute *attributes;
	size_t n_attributes;
};

struct dra_request {
	struct dra_device *devices;
	size_t n_devices;
};

struct metadata {
	char *api_version;
	struct dra_request *requests;
	size_t n_requests;
};

static const struct codec_field attribute_fields[] = {
	CODEC_STRING(struct attribute, string, "string", 1024),
	CODEC_END,
};

static const struct codec_field device_fields[] = {
	CODEC_OBJMAP(struct dra_device, attributes, n_attributes, "attributes", struct attribute,
		name, attribute_fields),
	CODEC_END,
};

static const struct codec_field request_fields[] = {
	CODEC_OBJECTS(struct dra_request, devices, n_devices, "devices", struct dra_device,
		device_fields),
	CODEC_END,
};

static const struct codec_field metadata_fields[] = {
	CODEC_STRING(struct metadata, api_version, "apiVersion", 256),
	CODEC_OBJECTS(struct metadata, requests, n_requests, "requests", struct dra_request,
		request_fields),
	CODEC_END,
};

/* Devices without a bus address are other drivers' business. */
static int add_devices(struct offers *o, const char *file, const struct metadata *m)
{
	int r = 0;

	for (size_t q = 0; q < m->n_requests; q++)
		for (size_t n = 0; n < m->requests[q].n_devices; n++) {
			const struct dra_device *dev = &m->requests[q].devices[n];

			for (size_t a = 0; a < dev->n_attributes && r == 0; a++)
				if (dev->attributes[a].string &&
					strcmp(dev->attributes[a].name, BUS_ID) == 0)
					r = offers_add(o, file, dev->attributes[a].string, NULL);
		}
	return r;
}

static int decode(struct offers *o, const char *file, const char *text, size_t len)
{
	struct err e = ERR_INIT;
	size_t used = 1;

	while (used && text[strspn(text, " \t\r\n")]) {
		struct metadata m;
		int r = codec_decode_next(metadata_fields, &m, text, len, "metadata", ERR_DECODE,
			&used, &e);
		bool ours = r == 0 && m.api_version &&
			strncmp(m.api_version, API_GROUP, strlen(API_GROUP)) == 0;

		if (r == 0) {
			r = ours ? add_devices(o, file, &m) : 0;
			codec_free(metadata_fields, &m);
		}
		if (ours || r == -ENOMEM)
			return r;
		text += used;
		len -= used;
	}
	return offers_add(o, file, NULL, e.msg[0] ? e.msg : "no object of " API_GROUP " in it");
}

static int read_one(int root, struct offers *o, const char *file)
{
	auto_free char *text = NULL;
	size_t len;
	int r = file_read(root, file, FILE_IN_ROOT, FILE_CAP, &text, &len);

	if (r == -ENOMEM)
		return r;
	return r < 0 ? offers_add(o, file, NULL, strerror(-r)) : decode(o, file, text, len);
}

static bool is_metadata(const char *name)
{
	static const char end[] = "-metadata.json";
	size_t n = strlen(name);

	return n >= sizeof(end) && strcmp(name + n - (sizeof(end) - 1), end) == 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The entries of a directory that can be read, by name: an order that stays. */
static int entries(int root, const char *dir, char ***ret, size_t *ret_n)
{
	auto_dir DIR *d = file_opendir(root, dir);
	int r = 0;

	for (const char *name; r == 0 && d && (name = file_next(d));) {
		char **more = name[0] == '.' ? NULL : mem_more(*ret, *ret_n);

		if (name[0] == '.')
			continue;
		if (more)
			*more = strdup(name);
		if (!more || !*more)
			r = -ENOMEM;
		else
			(*ret_n)++;
	}
	mem_sort(*ret, *ret_n, by_name);
	return r;
}

static int walk(int root, struct offers *o, const char *dir, int level)
{
	char **names = NULL;
	size_t n = 0;
	int r = entries(root, dir, &names, &n);

	for (size_t i = 0; i < n; i++) {
		char path[PATH_MAX];

		if (r == 0 &&
			snprintf(path, sizeof(path), "%s/%s", dir, names[i]) < (int)sizeof(path)) {
			if (level < LEVELS)
				r = walk(root, o, path, level + 1);
			else if (is_metadata(names[i]))
				r = read_one(root, o, path);
		}
		free(names[i]);
	}
	free(names);
	return r;
}

int dra_read(int root, struct offers *to)
{
	return walk(root, to, TOP, 0);
}
