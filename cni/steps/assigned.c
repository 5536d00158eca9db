/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "assigned.h"
#include "cgroup.h"
#include "hugepages.h"
#include "mem.h"
#include "units.h"

int assigned_allowed(struct attach *a, const struct nic *n, struct err *e)
{
	const char *id = nic_id(n);
	const struct kubelet_device *d = *id ? kubelet_owner(&a->kubelet, id) : NULL;

	if (!d || !d->pod)
		return 0;
	int r = err_set(e, ERR_REFUSED, EBUSY, "device %s: the kubelet gave it to pod %s", id,
		d->pod);

	err_remedy(e,
		"name a NIC that no device plugin hands out, or let the pod request it as a resource: "
		"its address then comes in deviceID");
	return r;
}

int assigned_describe(struct attach *a, struct err *e)
{
	struct podfile_interface *i = &a->rec.interface;
	const char *id = i->pci_address ? i->pci_address : i->auxiliary;
	const struct kubelet_device *d = id ? kubelet_owner(&a->kubelet, id) : NULL;

	if (!d || d->pod)
		return 0;
	int r = d->container ? mem_set_text(&i->container, d->container, e) : 0;

	return r == 0 && d->resource ? mem_set_text(&i->resource, d->resource, e) : r;
}

void assigned_containers(struct attach *a)
{
	(void)kubelet_ask(&a->kubelet);
	/* Once: the answer does not change, and the record owns it then. */
	if (a->kubelet.n_containers == 0)
		return;
	a->rec.containers = steal_ptr(a->kubelet.containers);
	a->rec.n_containers = a->kubelet.n_containers;
	a->kubelet.n_containers = 0;
}

static void add_limit(struct record *rec, const struct cgroup *cg, int root, uint64_t size)
{
	char name[UNITS_LEN];
	struct cgroup_hugetlb h;
	uint64_t limit;

	(void)cgroup_hugetlb_at(root, cg, size, &h);
	limit = h.max < h.rsvd ? h.max : h.rsvd;
	if (limit == CGROUP_NO_LIMIT)
		return;
	struct podfile_memory *more = mem_more(rec->hugepages, rec->n_hugepages);

	if (!more || mem_set_text(&more->type, units_resource(size, name), NULL) < 0)
		return;
	more->bytes = (int64_t)limit;
	rec->n_hugepages++;
}

void assigned_hugepages(struct attach *a)
{
	struct hugepages_list l auto_with(hugepages_free) = {0};
	struct cgroup cg;

	if (!a->rec.pod.uid || a->rec.n_hugepages ||
		cgroup_of_pod(a->m->root, "hugetlb", a->rec.pod.uid, &cg) < 0 ||
		hugepages_read(a->m->root, &l) < 0)
		return;
	for (size_t i = 0; i < l.n_sizes; i++)
		add_limit(&a->rec, &cg, a->m->root, l.sizes[i].size);
}
