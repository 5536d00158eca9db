/* SPDX-License-Identifier: Apache-2.0 */
/* What several checks ask of the subject. */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "pod_doctor.h"
#include "file.h"

#define LEAST (UINT64_C(64) << 20) /* bytes that any DPDK program maps */

uint64_t doctor_total_pages(const struct doctor *d, const struct facts_size *s)
{
	uint64_t total = 0;

	for (size_t i = 0; i < d->facts->n_pages; i++)
		if (d->facts->pages[i].page_size == s->size)
			total += d->facts->pages[i].total_pages;
	return total;
}

uint64_t doctor_takeable(const struct doctor *d, const struct facts_size *s)
{
	const struct dpdkpod_facts *f = d->facts;
	uint64_t pages = 0, allowed = s->limit.room / s->size;

	for (size_t i = 0; i < f->n_pages; i++)
		if (f->pages[i].page_size == s->size &&
			cpulist_has(&f->eal_nodes, (unsigned int)f->pages[i].node))
			pages += f->pages[i].free_pages;
	if (pages > s->free) /* reserved ones are somebody's */
		pages = s->free;
	return (pages < allowed ? pages : allowed) * s->size;
}

uint64_t doctor_to_map(const struct doctor *d)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < d->facts->n_sizes; i++)
		bytes += doctor_takeable(d, &d->facts->sizes[i]);
	return bytes > LEAST ? bytes : LEAST;
}

bool doctor_own_interface(const struct doctor *d, const struct podfile_interface *i)
{
	return !i->container || (d->pod->container && strcmp(i->container, d->pod->container) == 0);
}

bool doctor_uses_kernel(const struct doctor *d)
{
	for (size_t i = 0; d->pod && i < d->pod->file.n_interfaces; i++)
		if (d->pod->file.interfaces[i].mode == PODFILE_NETDEV &&
			doctor_own_interface(d, &d->pod->file.interfaces[i]))
			return true;
	return false;
}

bool doctor_uses_vfio(const struct doctor *d)
{
	for (size_t i = 0; i < d->n_devices; i++)
		if (d->devices[i].present && d->devices[i].d.kind == DRIVER_VFIO)
			return true;
	return false;
}

bool doctor_needs_physical(const struct doctor *d)
{
	for (size_t i = 0; i < d->n_devices; i++) {
		const struct device *one = &d->devices[i].d;

		if (d->devices[i].present &&
			(one->kind == DRIVER_UIO ||
				(one->kind == DRIVER_VFIO &&
					(one->no_iommu || iommu_unsafe(d->facts->source.root)))))
			return true;
	}
	return false;
}
