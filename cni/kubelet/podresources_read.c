/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An answer of the PodResources service, which on a large node is large: never held as a whole, but
 * taken apart pod by pod as it comes, each within bounds.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kubelet_fill.h"
#include "mem.h"
#include "podresources.pb-c.h"
#include "podresources_read.h"

/* Of one pod: as it is sent, and what it may take in memory. */
#define POD_MAX (1u << 20)
#define POD_MEMORY_MAX (3u << 20)

enum { TAG, LENGTH, BODY, SKIP, SKIP_VARINT };

/* protobuf-c allocates what the sender's lengths say. */
struct purse {
	size_t left;
};

static void *purse_alloc(void *arg, size_t size)
{
	struct purse *p = arg;

	if (size > p->left)
		return NULL;
	p->left -= size;
	return malloc(size ? size : 1);
}

static void purse_free(void *arg, void *p)
{
	(void)arg;
	free(p);
}

static int read_set(const int64_t *ids, size_t n, struct cpulist *ret)
{
	*ret = (struct cpulist){0};
	for (size_t i = 0; i < n; i++) {
		if (ids[i] < 0 || ids[i] >= CPULIST_MAX)
			return -EBADMSG;
		cpulist_add(ret, (unsigned int)ids[i]);
	}
	return 0;
}

static int read_memory(struct podfile_container *to, const V1__ContainerMemory *m)
{
	struct cpulist nodes = {0};

	for (size_t i = 0; m->topology && i < m->topology->n_nodes; i++) {
		const int64_t id = m->topology->nodes[i]->id;

		if (id < 0 || id >= CPULIST_MAX)
			return -EBADMSG;
		cpulist_add(&nodes, (unsigned int)id);
	}
	return kubelet_memory(to, m->memory_type, m->size, &nodes);
}

/* pod NULL: ours. */
static int read_devices(struct kubelet *k, const V1__ContainerResources *c, const char *pod)
{
	int r = 0;

	for (size_t i = 0; i < c->n_devices; i++)
		for (size_t j = 0; r == 0 && j < c->devices[i]->n_device_ids; j++)
			r = kubelet_devices(k, c->devices[i]->device_ids[j],
				c->devices[i]->resource_name, c->name, pod);
	for (size_t i = 0; i < c->n_dynamic_resources; i++) {
		const V1__DynamicResource *d = c->dynamic_resources[i];

		for (size_t j = 0; r == 0 && j < d->n_claim_resources; j++)
			r = kubelet_devices(k, d->claim_resources[j]->device_name,
				d->claim_resources[j]->driver_name, c->name, pod);
	}
	return r;
}

static int read_own(struct kubelet *k, const V1__PodResources *p)
{
	struct podfile_container *to;
	struct cpulist set;
	int r = 0;

	for (size_t i = 0; r == 0 && i < p->n_containers; i++) {
		const V1__ContainerResources *c = p->containers[i];

		r = kubelet_container(k, c->name, &to);
		if (r == 0)
			r = read_set(c->cpu_ids, c->n_cpu_ids, &set);
		if (r == 0)
			r = kubelet_cpus(to, &set);
		for (size_t j = 0; r == 0 && j < c->n_memory; j++)
			r = read_memory(to, c->memory[j]);
		if (r == 0)
			r = read_devices(k, c, NULL);
	}
	if (r == 0 && p->n_cpu_ids) {
		r = read_set(p->cpu_ids, p->n_cpu_ids, &set);
		if (r == 0)
			r = kubelet_pod_cpus(k, &set);
	}
	return r;
}

static int take_pod(struct podresources_reader *in, const V1__PodResources *p)
{
	char pod[400];
	int r = 0;

	if (in->k->name && in->k->ns && strcmp(p->name, in->k->name) == 0 &&
		strcmp(p->namespace_, in->k->ns) == 0) {
		/* A second one of that name is a damaged answer. */
		if (in->found)
			return -EBADMSG;
		in->found = true;
		return in->others_only ? 0 : read_own(in->k, p);
	}
	(void)snprintf(pod, sizeof(pod), "%.64s/%.255s", p->namespace_, p->name);
	for (size_t i = 0; r == 0 && i < p->n_containers; i++)
		r = read_devices(in->k, p->containers[i], pod);
	return r;
}

static int end_pod(struct podresources_reader *in)
{
	struct purse purse = {POD_MEMORY_MAX};
	ProtobufCAllocator allocator = {purse_alloc, purse_free, &purse};
	V1__PodResources *p = v1__pod_resources__unpack(&allocator, in->have, in->pod);

	free(steal_ptr(in->pod));
	in->at = TAG;
	if (!p)
		return -EBADMSG;
	int r = take_pod(in, p);

	v1__pod_resources__free_unpacked(p, &allocator);
	return r;
}

/* One byte of a varint. 1: it is complete, in in->value. */
static int varint(struct podresources_reader *in, uint8_t byte)
{
	if (in->shift > 63)
		return -EBADMSG;
	in->value |= (uint64_t)(byte & 0x7f) << in->shift;
	in->shift += 7;
	return !(byte & 0x80);
}

/* A field's tag has come. */
static int begin(struct podresources_reader *in)
{
	const unsigned int wire = in->value & 7;

	in->field = in->value >> 3;
	if (in->field == 0)
		return -EBADMSG;
	switch (wire) {
	case 0:
		in->at = SKIP_VARINT;
		return 0;
	case 1:
	case 5:
		in->at = SKIP;
		in->left = wire == 1 ? 8 : 4;
		return 0;
	case 2:
		in->at = LENGTH;
		return 0;
	default:
		return -EBADMSG;
	}
}

static int begin_body(struct podresources_reader *in)
{
	in->left = in->value;
	if (in->field != 1) {
		in->at = in->left ? SKIP : TAG;
		return 0;
	}
	if (in->left > POD_MAX)
		return -EFBIG;
	in->at = BODY;
	in->have = 0;
	in->pod = malloc(in->left + 1);
	if (!in->pod)
		return -ENOMEM;
	return in->left ? 0 : end_pod(in);
}

static int one_byte(struct podresources_reader *in, uint8_t byte)
{
	int r = varint(in, byte);

	if (r <= 0)
		return r;
	if (in->at == TAG)
		r = begin(in);
	else if (in->at == LENGTH)
		r = begin_body(in);
	else {
		in->at = TAG;
		r = 0;
	}
	in->value = 0;
	in->shift = 0;
	return r;
}

int podresources_read(const uint8_t *data, size_t len, void *arg)
{
	struct podresources_reader *in = arg;
	int r = 0;

	while (r == 0 && len) {
		size_t n = 1;

		if (in->at == BODY || in->at == SKIP) {
			n = len < in->left ? len : (size_t)in->left;
			if (in->at == BODY) {
				memcpy(in->pod + in->have, data, n);
				in->have += n;
			}
			in->left -= n;
			if (in->left == 0 && in->at == BODY)
				r = end_pod(in);
			else if (in->left == 0)
				in->at = TAG;
		} else {
			r = one_byte(in, *data);
		}
		data += n;
		len -= n;
	}
	return r;
}

bool podresources_whole(const struct podresources_reader *in)
{
	return in->at == TAG && in->shift == 0;
}

void podresources_reset(struct podresources_reader *in)
{
	free(in->pod);
	*in = (struct podresources_reader){.k = in->k, .others_only = in->others_only};
	if (in->others_only)
		kubelet_forget_others(in->k);
	else
		kubelet_forget(in->k);
}
