/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NICs of a program: PCI devices whose nodes in /dev it has open (a whole IOMMU group for VFIO),
 * the PCI devices and kernel interfaces that its ports name; called as the pod file calls them.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "file.h"
#include "iommu.h"
#include "live.h"
#include "mem.h"
#include "process.h"

struct gather {
	const struct dpdkpod_facts *f;
	struct live *l;
};

static struct live_nic *nic_add(struct live *l)
{
	struct live_nic *more = mem_more(l->nics, l->n_nics);

	if (!more)
		return NULL;
	l->n_nics++;
	more->port = more->node = more->group = CODEC_ABSENT;
	return more;
}

static struct live_nic *nic_find(struct live *l, const char *pci)
{
	for (size_t i = 0; i < l->n_nics; i++)
		if (l->nics[i].pci && strcmp(l->nics[i].pci, pci) == 0)
			return &l->nics[i];
	return NULL;
}

/* A PCI device, once. -ENODEV: it is out of sight (or no PCI device). */
static int add_device(struct gather *g, const char *pci, bool only_vfio, struct live_nic **ret)
{
	struct live_nic *nic;
	struct device d;

	if (device_read(g->f, pci, &d, NULL) < 0)
		return -ENODEV;
	/* A group may hold bridges and their like, which nobody drives. */
	if (only_vfio && d.kind != DRIVER_VFIO)
		return 0;
	nic = nic_find(g->l, d.bdf);
	if (!nic) {
		nic = nic_add(g->l);
		if (!nic)
			return -ENOMEM;
		nic->pci = strdup(d.bdf);
		nic->driver = d.driver[0] ? strdup(d.driver) : NULL;
		nic->node = d.node < 0 ? CODEC_ABSENT : d.node;
		nic->group = d.group < 0 ? CODEC_ABSENT : d.group;
		if (!nic->pci || (d.driver[0] && !nic->driver))
			return -ENOMEM;
	}
	if (ret)
		*ret = nic;
	return 0;
}

/* ------------------------------------------------------------------ what it has open */

static int on_group_device(const struct pci_device *d, void *arg)
{
	int r = add_device(arg, d->address, true, NULL);

	return r == -ENODEV ? 0 : r;
}

static int add_group(struct gather *g, const char *group)
{
	int r = iommu_each(g->f->source.root, strtoll(group, NULL, 10), on_group_device, g);

	return r == -ENOENT ? 0 : r;
}

static int add_by_class(struct gather *g, const char *class, const char *name)
{
	struct bus_place p;

	if (bus_place_of(g->f->source.root, class, name, &p) < 0)
		return 0;
	int r = add_device(g, bus_is_own(&p) ? p.pci : p.device, false, NULL);

	return r == -ENODEV ? 0 : r;
}

static int on_fd(struct gather *g, int dir, const char *fd)
{
	static const struct {
		const char *node, *class;
	} nodes[] = {{"/dev/vfio/devices/", "vfio-dev"}, {"/dev/uio", "uio"},
		{"/dev/infiniband/uverbs", "infiniband_verbs"}};
	char target[PATH_MAX];
	ssize_t n = readlinkat(dir, fd, target, sizeof(target) - 1);
	const char *base;

	if (n < 0)
		return errno == ENOENT ? 0 : -errno;
	target[n] = '\0';
	base = strrchr(target, '/');
	if (!base)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(nodes); i++)
		if (strncmp(target, nodes[i].node, strlen(nodes[i].node)) == 0)
			return add_by_class(g, nodes[i].class, base + 1);
	if (strncmp(target, "/dev/vfio/", 10) != 0 || strcmp(base, "/vfio") == 0)
		return 0;
	base++;
	return add_group(g, strncmp(base, "noiommu-", 8) == 0 ? base + 8 : base);
}

/* ------------------------------------------------------------------ what its ports name */

static int add_interface(struct gather *g, const char *name, struct live_nic **ret)
{
	const int root = g->f->source.root;
	struct bus_place p = {.numa_node = CODEC_ABSENT};
	struct pci_device pci;
	const bool placed = bus_place_of(root, "net", name, &p) == 0;
	const bool known = p.pci[0] && pci_read(root, p.pci, &pci, NULL) == 0;

	/* A USB NIC hangs on the PCI bus by a device that is no NIC: it is near to that, no more. */
	if (placed && !bus_is_own(&p) && add_device(g, p.device, false, ret) == 0)
		return 0;
	if (known && bus_is_own(&p) && pci_is_network(&pci) &&
		add_device(g, p.pci, false, ret) == 0)
		return 0;
	*ret = nic_add(g->l);
	if (!*ret)
		return -ENOMEM;
	(*ret)->node = p.numa_node;
	return 0;
}

static int add_port(struct gather *g, const struct live_port *p)
{
	struct live_nic *nic = NULL;
	int r = 0;

	if (p->iface)
		r = add_interface(g, p->iface, &nic);
	else if (p->name && pciaddr_valid(p->name))
		r = add_device(g, p->name, false, &nic);
	if (!nic)
		return r == -ENODEV ? 0 : r;
	nic->port = p->id;
	if (p->iface && !nic->interface) {
		nic->interface = strdup(p->iface);
		return nic->interface ? 0 : -ENOMEM;
	}
	return r;
}

static int name_by_pod_file(const struct dpdkpod *pod, struct live *l)
{
	for (size_t i = 0; pod && i < dpdkpod_interface_count(pod); i++) {
		const struct dpdkpod_interface *interface = dpdkpod_interface_at(pod, i);
		const char *pci = dpdkpod_interface_pci_address(interface);
		struct live_nic *nic = pci ? nic_find(l, pci) : NULL;

		if (!nic || nic->interface)
			continue;
		nic->interface = strdup(dpdkpod_interface_name(interface));
		if (!nic->interface)
			return -ENOMEM;
	}
	return 0;
}

int live_devices(const struct dpdkpod_facts *f, const struct dpdkpod *pod, struct live *l,
	struct err *e)
{
	struct gather g = {f, l};
	char path[PROCESS_PATH];
	DIR *fds auto_dir = file_opendir(f->source.root, process_path((pid_t)l->pid, "fd", path));
	int r = fds ? 0 : -errno;

	for (const char *fd; r == 0 && fds && (fd = file_next(fds));)
		r = on_fd(&g, dirfd(fds), fd);
	for (size_t i = 0; r == 0 && i < l->ports.n; i++)
		r = add_port(&g, &l->ports.v[i]);
	if (r == 0)
		r = name_by_pod_file(pod, l);
	if (r < 0) {
		(void)err_sys(e, ERR_IO, -r, "%s: cannot tell which devices the program has", path);
		live_process_denied(r, e);
	}
	return r;
}
