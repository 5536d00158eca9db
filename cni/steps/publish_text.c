/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "mem.h"
#include "own.h"
#include "publish_text.h"

bool publish_is_sibling(const struct attach *a, const char *ifname, const struct record *rec)
{
	return rec && rec->state == RECORD_ADDED && strcmp(ifname, a->rec.ifname) != 0 &&
		rec->pod_dir && own_same(&rec->pod_dir_is, &a->rec.pod_dir_is);
}

struct rendering {
	const struct attach *a;
	struct podfile file; /* owns what the siblings have */
	int64_t newest;      /* when its containers were asked for */
	int r;
};

/* Of several answers of the kubelet the last one counts. */
static void collect_containers(struct rendering *g, struct record *rec)
{
	if (rec->n_containers == 0 || (g->file.n_containers && rec->created < g->newest))
		return;
	for (size_t i = 0; i < g->file.n_containers; i++) {
		free(g->file.containers[i].name);
		codec_free(podfile_container_fields, &g->file.containers[i]);
	}
	free(g->file.containers);
	g->file.containers = steal_ptr(rec->containers);
	g->file.n_containers = rec->n_containers;
	rec->n_containers = 0;
	g->newest = rec->created;
}

static int collect(const char *container, const char *ifname, struct record *rec,
	const struct err *why, void *arg)
{
	struct rendering *g = arg;

	(void)container;
	(void)why;
	if (!publish_is_sibling(g->a, ifname, rec))
		return 0;
	struct podfile_interface *more = mem_more(g->file.interfaces, g->file.n_interfaces);

	if (!more)
		return g->r = -ENOMEM;
	*more = rec->interface;
	g->file.n_interfaces++;
	codec_init(podfile_interface_fields, &rec->interface);
	collect_containers(g, rec);
	/* They are the same for all: the kubelet sets them once. */
	if (!g->file.n_hugepages) {
		g->file.hugepages = steal_ptr(rec->hugepages);
		g->file.n_hugepages = rec->n_hugepages;
		rec->n_hugepages = 0;
	}
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strverscmp(((const struct podfile_interface *)a)->name,
		((const struct podfile_interface *)b)->name);
}

int publish_render(const struct attach *a, bool with_self, char **ret, struct err *e)
{
	struct rendering g = {.a = a};
	char boot_id[64];

	podfile_init(&g.file);
	(void)state_each(&a->m->state, a->rec.container, collect, &g);
	size_t others = g.file.n_interfaces, n = others + with_self;
	auto_free struct podfile_interface *all = calloc(n ? n : 1, sizeof(*all));
	struct podfile shown = g.file; /* borrows: only g.file is freed */

	if (!all)
		g.r = -ENOMEM;
	for (size_t i = 0; all && i < n; i++)
		all[i] = i < others ? g.file.interfaces[i] : a->rec.interface;
	if (g.r == 0 && n) {
		mem_sort(all, n, by_name);
		state_boot_id(a->m->root, boot_id);
		shown.interfaces = all;
		shown.n_interfaces = n;
		if (with_self && a->rec.n_containers &&
			(!g.file.n_containers || a->rec.created >= g.newest)) {
			shown.containers = a->rec.containers;
			shown.n_containers = a->rec.n_containers;
		}
		if (with_self && a->rec.n_hugepages) {
			shown.hugepages = a->rec.hugepages;
			shown.n_hugepages = a->rec.n_hugepages;
		}
		shown.pod.ns = a->rec.pod.ns;
		shown.pod.name = a->rec.pod.name;
		shown.pod.uid = a->rec.pod.uid;
		shown.pod.sandbox = a->rec.container;
		shown.node.boot_id = boot_id[0] ? boot_id : NULL;
		g.r = podfile_encode(&shown, ret, e);
	}
	podfile_free(&g.file);
	return g.r == -ENOMEM ? err_sys(e, ERR_INTERNAL, ENOMEM, "pod file") : g.r;
}
