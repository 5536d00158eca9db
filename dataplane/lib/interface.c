/* SPDX-License-Identifier: Apache-2.0 */
/* What the pod file says of one interface. Unknown: NULL or -1. */
#include <limits.h>

#include "codec.h"
#include "pod.h"

static int number_or_unknown(int64_t v)
{
	return v == CODEC_ABSENT || v > INT_MAX ? -1 : (int)v;
}

enum dpdkpod_mode dpdkpod_interface_mode(const struct dpdkpod_interface *i)
{
	return i->f->mode == PODFILE_VFIO ? DPDKPOD_VFIO : DPDKPOD_NETDEV;
}

const char *dpdkpod_interface_name(const struct dpdkpod_interface *i)
{
	return i->f->name;
}

const char *dpdkpod_interface_network(const struct dpdkpod_interface *i)
{
	return i->f->network;
}

const char *dpdkpod_interface_resource(const struct dpdkpod_interface *i)
{
	return i->f->resource;
}

const char *dpdkpod_interface_container(const struct dpdkpod_interface *i)
{
	return i->f->container;
}

const char *dpdkpod_interface_pci_address(const struct dpdkpod_interface *i)
{
	return i->f->pci_address;
}

const char *dpdkpod_interface_auxiliary(const struct dpdkpod_interface *i)
{
	return i->f->auxiliary;
}

const char *dpdkpod_interface_pf(const struct dpdkpod_interface *i)
{
	return i->f->pf;
}

const char *dpdkpod_interface_driver(const struct dpdkpod_interface *i)
{
	return i->f->driver;
}

const char *dpdkpod_interface_mac(const struct dpdkpod_interface *i)
{
	return i->f->mac;
}

const char *dpdkpod_interface_gateway(const struct dpdkpod_interface *i)
{
	return i->f->gateway;
}

size_t dpdkpod_interface_ip_count(const struct dpdkpod_interface *i)
{
	return i->f->n_ips;
}

const char *dpdkpod_interface_ip_at(const struct dpdkpod_interface *i, size_t n)
{
	return n < i->f->n_ips ? i->f->ips[n] : NULL;
}

int dpdkpod_interface_vf(const struct dpdkpod_interface *i)
{
	return number_or_unknown(i->f->vf);
}

int dpdkpod_interface_numa_node(const struct dpdkpod_interface *i)
{
	return number_or_unknown(i->f->numa_node);
}

int dpdkpod_interface_iommu_group(const struct dpdkpod_interface *i)
{
	return number_or_unknown(i->f->iommu_group);
}

int dpdkpod_interface_no_iommu(const struct dpdkpod_interface *i)
{
	return i->f->no_iommu;
}

int dpdkpod_interface_vlan(const struct dpdkpod_interface *i)
{
	return number_or_unknown(i->f->vlan);
}

int dpdkpod_interface_mtu(const struct dpdkpod_interface *i)
{
	return number_or_unknown(i->f->mtu);
}
