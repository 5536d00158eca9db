/* SPDX-License-Identifier: Apache-2.0 */
#include "codec.h"
#include "podfile_samples.h"

/* Literals would be const; these live as long as the program. */
#define STATIC(name, text) static char name[] = text

STATIC(net1, "net1");
STATIC(net2, "net2");

void sample_empty(struct podfile *p)
{
	podfile_init(p);
}

void sample_minimal(struct podfile *p)
{
	static struct podfile_interface i;

	podfile_init(p);
	codec_init(podfile_interface_fields, &i);
	i.name = net1;
	i.mode = PODFILE_NETDEV;
	p->interfaces = &i;
	p->n_interfaces = 1;
}

void sample_full(struct podfile *p)
{
	STATIC(ns, "default");
	STATIC(pod, "router-0");
	STATIC(uid, "0b6b8f5e-6b2f-4c1e-9b5a-3f0f3e1d2c4b");
	STATIC(sandbox, "4f2a77c1d0e9");
	STATIC(node, "worker-1");
	STATIC(boot, "f2a9a3e0-58f4-4b8e-8a59-c0d2f5f1a111");
	STATIC(network, "default/fast");
	STATIC(resource, "vendor.com/fast");
	STATIC(container, "router");
	STATIC(sidecar, "side.car_1-a");
	STATIC(vf, "0000:3b:02.1");
	STATIC(pf, "0000:3b:00.0");
	STATIC(vfio, "vfio-pci");
	STATIC(sf, "mlx5_core.sf.4");
	STATIC(sf_driver, "mlx5_core.sf");
	STATIC(vendor, "0x8086");
	STATIC(device, "0x154c");
	STATIC(mac, "02:00:00:00:00:01");
	STATIC(ip4, "192.0.2.7/24");
	STATIC(ip6, "2001:db8::7/64");
	STATIC(gateway, "192.0.2.1");
	STATIC(cpus, "2-5,34-37");
	STATIC(huge, "hugepages-1Gi");
	STATIC(memory, "memory");
	static char *ips[] = {ip4, ip6};
	static int64_t nodes[] = {0, 1};
	static struct podfile_memory mem[] = {
		{.type = huge, .bytes = INT64_C(4) << 30, .numa_nodes = nodes, .n_numa_nodes = 2},
		{.type = memory, .bytes = INT64_C(1) << 30, .numa_nodes = nodes, .n_numa_nodes = 1},
	};
	static struct podfile_container containers[] = {
		{.name = container, .cpus = cpus, .exclusive = 1, .memory = mem, .n_memory = 2},
		{.name = sidecar, .exclusive = 0},
	};
	static struct podfile_interface i[2];

	STATIC(two, "hugepages-2Mi");
	STATIC(one, "hugepages-1Gi");
	static struct podfile_memory hugepages[2] = {{.bytes = 0}, {.bytes = 1073741824}};

	podfile_init(p);
	p->pod = (struct podfile_pod){ns, pod, uid, sandbox};
	p->node = (struct podfile_node){node, boot};
	i[0] = (struct podfile_interface){.name = net1,
		.network = network,
		.resource = resource,
		.container = container,
		.mode = PODFILE_VFIO,
		.pci_address = vf,
		.pf = pf,
		.vf = 3,
		.driver = vfio,
		.vendor = vendor,
		.device = device,
		.numa_node = 1,
		.iommu_group = 42,
		.no_iommu = 0,
		.mac = mac,
		.vlan = 100,
		.mtu = 9000,
		.ips = ips,
		.n_ips = 2,
		.gateway = gateway};
	codec_init(podfile_interface_fields, &i[1]);
	i[1].name = net2;
	i[1].mode = PODFILE_NETDEV;
	i[1].auxiliary = sf;
	i[1].pf = pf;
	i[1].driver = sf_driver;
	p->interfaces = i;
	p->n_interfaces = 2;
	p->containers = containers;
	p->n_containers = 2;
	hugepages[0].type = two;
	hugepages[1].type = one;
	p->hugepages = hugepages;
	p->n_hugepages = 2;
}

void sample_limits(struct podfile *p)
{
	STATIC(long_name, "fifteen-bytes-1");
	STATIC(domain, "ffffffff:ff:1f.7");
	STATIC(strange, "\xc3\xa4 \"quoted\\ \n\x01 \xf0\x9f\x98\x80");
	static struct podfile_interface i[2];
	static int64_t nodes[] = {0, 1023};
	static struct podfile_memory mem = {.bytes = INT64_MAX,
		.numa_nodes = nodes,
		.n_numa_nodes = 2};
	static struct podfile_container container;

	podfile_init(p);
	codec_init(podfile_interface_fields, &i[0]);
	i[0].name = long_name;
	i[0].network = strange;
	i[0].mode = PODFILE_VFIO;
	i[0].pci_address = i[0].pf = domain;
	i[0].vf = UINT16_MAX;
	i[0].numa_node = 1023;
	i[0].iommu_group = INT32_MAX;
	i[0].no_iommu = 1;
	i[0].vlan = 4094;
	i[0].mtu = INT32_MAX;
	codec_init(podfile_interface_fields, &i[1]);
	i[1].name = net1;
	i[1].mode = PODFILE_NETDEV;
	i[1].vf = i[1].numa_node = i[1].iommu_group = i[1].vlan = i[1].mtu = 0;
	p->interfaces = i;
	p->n_interfaces = 2;
	mem.type = strange;
	container = (struct podfile_container){.name = strange,
		.exclusive = -1,
		.memory = &mem,
		.n_memory = 1};
	p->containers = &container;
	p->n_containers = 1;
}
