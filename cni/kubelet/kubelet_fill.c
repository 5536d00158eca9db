/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bus.h"
#include "kubelet_fill.h"
#include "mem.h"

/* More than a node can have: whoever says so is broken. */
#define CONTAINERS_MAX 512
#define MEMORY_MAX 256
#define DEVICES_MAX 16384
#define NODE_MAX 1023
#define NAME_MAX_ 1024

static void free_memory(struct podfile_container *c)
{
	for (size_t i = 0; i < c->n_memory; i++) {
		free(c->memory[i].type);
		free(c->memory[i].numa_nodes);
	}
	free(c->memory);
}

void kubelet_forget(struct kubelet *k)
{
	for (size_t i = 0; i < k->n_containers; i++) {
		free(k->containers[i].name);
		free(k->containers[i].cpus);
		free_memory(&k->containers[i]);
	}
	free(k->containers);
	k->containers = NULL;
	k->n_containers = 0;
	for (size_t i = 0; i < k->n_devices; i++) {
		free(k->devices[i].resource);
		free(k->devices[i].container);
		free(k->devices[i].pod);
	}
	free(k->devices);
	k->devices = NULL;
	k->n_devices = 0;
}

void kubelet_forget_others(struct kubelet *k)
{
	size_t kept = 0;

	for (size_t i = 0; i < k->n_devices; i++) {
		if (k->devices[i].pod)
			free(k->devices[i].pod);
		else
			k->devices[kept++] = k->devices[i];
	}
	k->n_devices = kept;
}

/* Kubernetes' names are plain ASCII; what is not is damage, and would not fit into JSON. */
static bool plain(const char *text)
{
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i++)
		if (text[i] <= ' ' || text[i] >= 0x7f)
			return false;
	return n > 0 && n <= NAME_MAX_;
}

int kubelet_container(struct kubelet *k, const char *name, struct podfile_container **ret)
{
	for (size_t i = 0; i < k->n_containers; i++)
		if (strcmp(k->containers[i].name, name) == 0) {
			*ret = &k->containers[i];
			return 0;
		}
	if (!plain(name) || k->n_containers == CONTAINERS_MAX)
		return -EBADMSG;
	struct podfile_container *more = mem_more(k->containers, k->n_containers);

	if (!more || !(more->name = strdup(name)))
		return -ENOMEM;
	k->n_containers++;
	*ret = more;
	return 0;
}

int kubelet_cpus(struct podfile_container *c, const struct cpulist *cpus)
{
	const bool any = cpulist_count(cpus) > 0;
	char *text = any ? cpulist_format(cpus) : NULL;

	if (any && !text)
		return -ENOMEM;
	free(c->cpus);
	c->cpus = text;
	c->exclusive = any;
	return 0;
}

int kubelet_pod_cpus(struct kubelet *k, const struct cpulist *cpus)
{
	struct cpulist left = *cpus, taken;
	int r = 0;

	for (size_t i = 0; i < k->n_containers; i++)
		if (k->containers[i].cpus &&
			cpulist_parse(k->containers[i].cpus, &taken, NULL) == 0)
			cpulist_andnot(&left, &taken);
	for (size_t i = 0; r == 0 && i < k->n_containers; i++)
		if (!k->containers[i].cpus)
			r = kubelet_cpus(&k->containers[i], &left);
	return r;
}

static int nodes_of(const struct cpulist *set, struct podfile_memory *m)
{
	m->numa_nodes = calloc(cpulist_count(set) + 1, sizeof(*m->numa_nodes));
	if (!m->numa_nodes)
		return -ENOMEM;
	cpulist_each (n, set) {
		if (n > NODE_MAX)
			return -EBADMSG;
		m->numa_nodes[m->n_numa_nodes++] = n;
	}
	return 0;
}

int kubelet_memory(struct podfile_container *c, const char *type, uint64_t bytes,
	const struct cpulist *nodes)
{
	if (!plain(type) || strlen(type) > 64 || bytes > INT64_MAX || c->n_memory == MEMORY_MAX)
		return -EBADMSG;
	struct podfile_memory *m = mem_more(c->memory, c->n_memory);

	if (!m)
		return -ENOMEM;
	*m = (struct podfile_memory){.type = strdup(type), .bytes = (int64_t)bytes};
	int r = m->type ? nodes_of(nodes, m) : -ENOMEM;

	/* With its owner from here on, whole or not. */
	c->n_memory++;
	return r;
}

static int add_device(struct kubelet *k, const char *address, const char *resource,
	const char *container, const char *pod)
{
	if (k->n_devices == DEVICES_MAX)
		return -EBADMSG;
	struct kubelet_device *d = mem_more(k->devices, k->n_devices);

	if (!d)
		return -ENOMEM;
	d->pod = pod ? strdup(pod) : NULL;
	(void)snprintf(d->address, sizeof(d->address), "%.63s", address);
	if (!pod) {
		d->resource = resource && plain(resource) ? strdup(resource) : NULL;
		d->container = container && plain(container) ? strdup(container) : NULL;
	}
	k->n_devices++;
	return pod && !d->pod ? -ENOMEM : 0;
}

/* "0000:3b:02.1", and "0000-3b-02-1" of drivers of dynamic resources, which may not say otherwise.
 * Returns its length, 0: none begins here. */
static size_t address_at(const char *p, char address[static PCIADDR_LEN])
{
	static const char form[] = "hhhh:hh:hh.h";
	struct pciaddr a;
	size_t i;

	for (i = 0; form[i]; i++) {
		const bool ok = form[i] == 'h' ? isxdigit((unsigned char)p[i])
					       : p[i] == form[i] || p[i] == '-';
		if (!ok)
			return 0;
		address[i] = form[i] == 'h' ? (char)tolower((unsigned char)p[i]) : form[i];
	}
	address[i] = '\0';
	return pciaddr_parse(address, &a, NULL) == 0 && !isxdigit((unsigned char)p[i]) ? i : 0;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || strchr("_-.", c);
}

/* The same of a name on the auxiliary bus: a whole word. */
static size_t auxiliary_at(const char *p, char name[static KUBELET_DEVICE])
{
	size_t n = 0;

	while (p[n] && is_word(p[n]))
		n++;
	if (n == 0 || n >= KUBELET_DEVICE)
		return 0;
	memcpy(name, p, n);
	name[n] = '\0';
	return bus_is_auxiliary(name) ? n : 0;
}

int kubelet_devices(struct kubelet *k, const char *text, const char *resource,
	const char *container, const char *pod)
{
	char address[KUBELET_DEVICE];
	int r = 0;

	for (const char *p = text; r == 0 && *p;) {
		const bool inside = p > text && isxdigit((unsigned char)p[-1]);
		size_t n = inside ? 0 : address_at(p, address);

		if (!n && (p == text || !is_word(p[-1])))
			n = auxiliary_at(p, address);
		if (n)
			r = add_device(k, address, resource, container, pod);
		p += n ? n : 1;
	}
	return r;
}
