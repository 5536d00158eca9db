/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>
#include <string.h>

#include "driver.h"
#include "mem.h"

static const struct driver {
	const char *name;
	enum driver_kind kind;
	bool shares_group; /* sets driver_managed_dma in the kernel's struct pci_driver */
	const char *verbs;
} drivers[] = {
	{"igb_uio", DRIVER_UIO},
	{"uio_pci_generic", DRIVER_UIO},
	{"mlx4_core", DRIVER_BIFURCATED, .verbs = "mlx4_ib"},
	{"mlx5_core", DRIVER_BIFURCATED, .verbs = "mlx5_ib"},
	{"mlx5_core.sf", DRIVER_BIFURCATED, .verbs = "mlx5_ib"}, /* scalable functions */
	{"mana", DRIVER_BIFURCATED, .verbs = "mana_ib"},
	{"pci-stub", DRIVER_STUB, .shares_group = true},
	{"pciback", DRIVER_STUB}, /* of the module xen-pciback */
	{"pcieport", DRIVER_KERNEL, .shares_group = true},
};

static bool is_dash(char c)
{
	return c == '-' || c == '_';
}

/*
 * vfio-pci, and its variants: most call themselves by their module's name (mlx5_vfio_pci,
 * virtio_vfio_pci, pds_vfio_pci, nvgrace_gpu_vfio_pci, ism_vfio_pci, qat_vfio_pci), which has
 * underscores; xe-vfio-pci and, before Linux 5.19, hisi-acc-vfio-pci have dashes.
 */
static bool is_vfio(const char *name)
{
	const size_t n = strlen(name), end = strlen(DRIVER_VFIO_PCI);

	if (strcmp(name, DRIVER_VFIO_PCI) == 0)
		return true;
	if (n < end + 2)
		return false;
	name += n - end;
	return is_dash(name[-1]) && strncmp(name, "vfio", 4) == 0 && is_dash(name[4]) &&
		strcmp(name + 5, "pci") == 0;
}

static const struct driver *find_driver(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(drivers); i++)
		if (strcmp(name, drivers[i].name) == 0)
			return &drivers[i];
	return NULL;
}

enum driver_kind driver_kind(const char *name)
{
	const struct driver *d = find_driver(name);

	if (!*name)
		return DRIVER_NONE;
	if (is_vfio(name))
		return DRIVER_VFIO;
	return d ? d->kind : DRIVER_KERNEL;
}

bool driver_shares_group(const char *name)
{
	const struct driver *d = find_driver(name);

	return !*name || is_vfio(name) || (d && d->shares_group);
}

const char *driver_verbs_module(const char *name)
{
	const struct driver *d = find_driver(name);

	return d ? d->verbs : NULL;
}
