/* SPDX-License-Identifier: Apache-2.0 */
#include "ports.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <rte_dev.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>

#include "note.h"
#include "pairs.h"

#define POOL_CACHE 256
/* AF_XDP's rings are of this size whatever it is asked for; a pool made for less starves it. */
#define AF_XDP_RING 2048

static int add_port(struct ports *p, uint16_t id, const char *name, uint16_t mtu, struct err *e)
{
	struct port *port = &p->v[p->n];
	struct rte_eth_dev_info info;
	int r = rte_eth_dev_info_get(id, &info);

	*port = (struct port){.id = id, .peer = PAIR_NONE};
	if (r == 0)
		r = rte_eth_dev_get_name_by_port(id, port->device);
	if (r == 0)
		r = rte_eth_macaddr_get(id, &port->mac);
	if (r == 0 && mtu == 0)
		r = rte_eth_dev_get_mtu(id, &mtu);
	if (r < 0)
		return err_sys(e, ERR_DEVICE, -r, "port %u (%s): cannot be asked", p->n,
			name ? name : "");
	(void)snprintf(port->name, sizeof(port->name), "%s", name ? name : port->device);
	port->mtu = RTE_MIN(mtu, info.max_mtu);
	port->node = rte_eth_dev_socket_id(id);
	port->ifindex = info.if_index;
	port->dev = info.device;
	if (strcmp(info.driver_name, "net_af_xdp") == 0)
		port->ring_min = AF_XDP_RING;
	if (info.tx_offload_capa & RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE)
		port->tx_offloads = RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE;
	p->n++;
	return 0;
}

static bool is_known(const struct ports *p, uint16_t id)
{
	for (unsigned int i = 0; i < p->n; i++) {
		if (p->v[i].id == id)
			return true;
	}
	return false;
}

/* Every interface that went into the vector must have become a port: with one missing the pairs
 * would not be what the pod's author meant. */
static int add_interfaces(struct ports *p, struct l2fwd_eal *eal, struct err *e)
{
	size_t n = eal->pod ? dpdkpod_interface_count(eal->pod) : 0;

	for (size_t k = 0; k < n; k++) {
		const struct dpdkpod_interface *i = dpdkpod_interface_at(eal->pod, k);
		const char *device = dpdkpod_eal_device(eal->args, i);
		const char *name = dpdkpod_interface_name(i);
		int mtu = dpdkpod_interface_mtu(i);
		uint16_t id;
		int r;

		if (device == NULL)
			continue;
		if (rte_eth_dev_get_port_by_name(device, &id) < 0) {
			(void)err_set(e, ERR_DEVICE, ENODEV,
				"interface %s (%s): DPDK made no port of it", name, device);
			err_remedy(e,
				"EAL says why above; is the driver for it installed? 'dpdk-pod doctor' "
				"checks the device and its nodes");
			return -ENODEV;
		}
		if (is_known(p, id))
			continue;
		r = add_port(p, id, name, mtu > 0 && mtu <= UINT16_MAX ? (uint16_t)mtu : 0, e);
		if (r < 0)
			return r;
	}
	return 0;
}

int ports_find(struct ports *p, struct l2fwd_eal *eal, struct err *e)
{
	uint16_t id;
	int r = add_interfaces(p, eal, e);

	if (r < 0)
		return r;
	RTE_ETH_FOREACH_DEV(id)
	{
		if (is_known(p, id))
			continue;
		r = add_port(p, id, NULL, 0, e);
		if (r < 0)
			return r;
	}
	if (p->n == 0) {
		(void)err_set(e, ERR_DEVICE, ENODEV, "DPDK found no port");
		err_remedy(e,
			"bind the device to vfio-pci and allow it by -a <address>, or add one by --vdev; "
			"'dpdk-pod doctor' checks this container");
		return -ENODEV;
	}
	return 0;
}

int ports_pair(struct ports *p, const struct options *o, struct err *e)
{
	const char *names[RTE_MAX_ETHPORTS];
	uint16_t peer[RTE_MAX_ETHPORTS];
	int r;

	for (unsigned int i = 0; i < p->n; i++)
		names[i] = p->v[i].name;
	if (o->portmap) {
		r = pairs_parse(o->portmap, names, p->n, peer, e);
		if (r < 0)
			return r;
	} else {
		pairs_neighbours(p->n, peer);
	}
	for (unsigned int i = 0; i < p->n; i++)
		p->v[i].peer = peer[i];
	return 0;
}

/* A port without a node takes the first lcore's. */
static unsigned int node_of(const struct port *port)
{
	unsigned int main_node = rte_socket_id();

	if (port->node >= 0 && port->node < RTE_MAX_NUMA_NODES)
		return (unsigned int)port->node;
	return main_node < RTE_MAX_NUMA_NODES ? main_node : 0;
}

static int make_pool(struct ports *p, unsigned int node, struct err *e)
{
	unsigned int n = rte_lcore_count() * (POOL_CACHE + FORWARD_BURST_MAX);
	unsigned int room = RTE_MBUF_DEFAULT_DATAROOM;
	char name[32];

	for (unsigned int i = 0; i < p->n; i++) {
		const struct port *port = &p->v[i], *peer;
		unsigned int frame = RTE_ALIGN_CEIL(port->mtu + RTE_ETHER_HDR_LEN +
				RTE_ETHER_CRC_LEN + 2 * RTE_VLAN_HLEN,
			64u);

		if (!port_used(port) || node_of(port) != node)
			continue;
		/* What it received may wait in the peer's transmit ring. */
		peer = &p->v[port->peer];
		n += RTE_MAX(port->rxd, port->ring_min) + RTE_MAX(peer->txd, peer->ring_min);
		room = RTE_MAX(room, frame);
	}
	(void)snprintf(name, sizeof(name), "l2fwd_%u", node);
	room += RTE_PKTMBUF_HEADROOM;
	p->pool[node] = rte_pktmbuf_pool_create(name, n, POOL_CACHE, 0, (uint16_t)room, (int)node);
	if (p->pool[node] == NULL) {
		p->pool[node] = rte_pktmbuf_pool_create(name, n, POOL_CACHE, 0, (uint16_t)room,
			SOCKET_ID_ANY);
		if (p->pool[node])
			note("NUMA node %u: no memory there, packets live on another node", node);
	}
	if (p->pool[node] == NULL) {
		(void)err_sys(e, ERR_KERNEL, rte_errno, "%u packet buffers of %u bytes", n, room);
		err_remedy(e,
			"give the container more hugepages (%u MiB more), or fewer descriptors by "
			"--rxd and --txd",
			(unsigned int)((uint64_t)n * (room + 192) >> 20) + 1);
		return -ENOMEM;
	}
	return 0;
}

/* The descriptors a port takes are known before the pool is made. */
static int configure(struct port *port, const struct options *o, struct err *e)
{
	struct rte_eth_conf conf = {.txmode.offloads = port->tx_offloads};
	struct rte_eth_dev_info info;
	int r = rte_eth_dev_info_get(port->id, &info);

	if (r < 0)
		return err_sys(e, ERR_DEVICE, -r, "port %s: cannot be asked", port->name);
	conf.intr_conf.rmv = info.dev_flags && (*info.dev_flags & RTE_ETH_DEV_INTR_RMV);
	conf.rxmode.mtu = port->mtu != RTE_ETHER_MTU ? port->mtu : 0;
	r = rte_eth_dev_configure(port->id, 1, 1, &conf);
	if (r < 0 && conf.rxmode.mtu != 0) {
		note("%s: MTU %u is not supported, %u is taken", port->name, port->mtu,
			RTE_ETHER_MTU);
		port->mtu = RTE_ETHER_MTU;
		conf.rxmode.mtu = 0;
		r = rte_eth_dev_configure(port->id, 1, 1, &conf);
	}
	if (r < 0)
		return err_sys(e, ERR_DEVICE, -r, "port %s: configure", port->name);
	port->configured = true;
	port->rxd = o->rxd;
	port->txd = o->txd;
	r = rte_eth_dev_adjust_nb_rx_tx_desc(port->id, &port->rxd, &port->txd);
	if (r < 0)
		return err_sys(e, ERR_DEVICE, -r, "port %s: %u and %u descriptors", port->name,
			o->rxd, o->txd);
	return 0;
}

static int start_port(struct ports *p, struct port *port, const struct options *o, struct err *e)
{
	struct rte_mempool *pool = p->pool[node_of(port)];
	int r = rte_eth_rx_queue_setup(port->id, 0, port->rxd, node_of(port), NULL, pool);

	if (r < 0)
		return err_sys(e, ERR_DEVICE, -r, "port %s: receive queue", port->name);
	r = rte_eth_tx_queue_setup(port->id, 0, port->txd, node_of(port), NULL);
	if (r < 0)
		return err_sys(e, ERR_DEVICE, -r, "port %s: transmit queue", port->name);
	r = rte_eth_dev_start(port->id);
	if (r < 0) {
		(void)err_sys(e, ERR_DEVICE, -r, "port %s: start", port->name);
		if (r == -EPERM)
			err_remedy(e,
				"DPDK replays the promiscuous mode at the start, and %s sets the "
				"interface's flags for it: add the capability NET_ADMIN, or take "
				"net_pcap, which needs NET_RAW alone",
				port->device);
		return r;
	}
	port->started = true;
	if (o->promisc) {
		r = rte_eth_promiscuous_enable(port->id);
		if (r < 0)
			note("%s: not promiscuous (%s): it receives what is for %02x:%02x:%02x:%02x:%02x:%02x",
				port->name, strerror(-r), RTE_ETHER_ADDR_BYTES(&port->mac));
	}
	return 0;
}

int ports_start(struct ports *p, const struct options *o, struct err *e)
{
	int r = 0;

	for (unsigned int i = 0; i < p->n && r == 0; i++) {
		if (port_used(&p->v[i]))
			r = configure(&p->v[i], o, e);
	}
	for (unsigned int i = 0; i < p->n && r == 0; i++) {
		if (port_used(&p->v[i]) && p->pool[node_of(&p->v[i])] == NULL)
			r = make_pool(p, node_of(&p->v[i]), e);
	}
	for (unsigned int i = 0; i < p->n && r == 0; i++) {
		if (port_used(&p->v[i]))
			r = start_port(p, &p->v[i], o, e);
	}
	return r;
}

void ports_release(struct ports *p, unsigned int i)
{
	struct port *port = &p->v[i];

	if (!port->configured)
		return;
	if (port->started)
		(void)rte_eth_dev_stop(port->id);
	(void)rte_eth_dev_close(port->id);
	port->started = false;
	port->configured = false;
	if (port->lost && port->dev)
		(void)rte_dev_remove(port->dev);
}

void ports_stop(struct ports *p)
{
	for (unsigned int i = 0; i < p->n; i++)
		ports_release(p, i);
	for (unsigned int i = 0; i < RTE_MAX_NUMA_NODES; i++)
		rte_mempool_free(p->pool[i]);
}
