/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ports: found, paired, started, closed. A port's number here is its index: the order of the
 * pod file, behind it what DPDK has beyond that. DPDK's own id is .id.
 *
 * Each port has one receive and one transmit queue. Pairs are one to one, so that a transmit
 * queue sees packets of one lcore and of one mempool: that is what fast-free asks for.
 */
#ifndef L2FWD_PORTS_H
#define L2FWD_PORTS_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_ethdev.h>

#include "eal.h"
#include "err.h"
#include "options.h"

struct port {
	char name[RTE_ETH_NAME_MAX_LEN];   /* of the interface, else the device's */
	char device[RTE_ETH_NAME_MAX_LEN]; /* DPDK's name */
	uint16_t id;
	uint16_t peer; /* index; PAIR_NONE: not used */
	uint16_t rxd, txd;
	uint16_t ring_min; /* buffers a ring holds at least */
	uint16_t mtu;
	int node;             /* SOCKET_ID_ANY: of no NUMA node */
	unsigned int ifindex; /* of a kernel interface seen here at start, else 0 */
	uint64_t tx_offloads;
	struct rte_ether_addr mac;
	struct rte_device *dev;
	bool configured, started, lost;
};

struct ports {
	unsigned int n;
	struct port v[RTE_MAX_ETHPORTS];
	struct rte_mempool *pool[RTE_MAX_NUMA_NODES];
};

/* -ENODEV: there is none, or an interface of the pod has none. */
int ports_find(struct ports *p, struct l2fwd_eal *eal, struct err *e);
/* Sets the peers, from --portmap where it is given. */
int ports_pair(struct ports *p, const struct options *o, struct err *e);
/* Configures and starts all that have a peer. On failure ports_stop still has to be called. */
int ports_start(struct ports *p, const struct options *o, struct err *e);
/* Stops and closes one port and gives the device back, so that the host may take it away. */
void ports_release(struct ports *p, unsigned int i);
void ports_stop(struct ports *p);

static inline bool port_used(const struct port *p)
{
	return p->peer != UINT16_MAX;
}

#endif
