/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which DPDK driver serves an interface that the kernel keeps. All three run on any interface and need
 * NET_RAW. But rte_eth_dev_start replays the promiscuous mode, and af_packet and af_xdp do that by
 * setting the interface's flags: without NET_ADMIN the port does not start. pcap asks for it by a
 * membership of its own socket, which the kernel grants; it costs a system call for each packet sent
 * and each look at an empty ring, and a frame may arrive some milliseconds late, for its ring hands
 * over blocks. So: af_packet where it starts, else pcap.
 */
#ifndef LIB_NETDEV_PMD_H
#define LIB_NETDEV_PMD_H

#include "facts.h"

/* The one asked for, else the environment's, else what this process may. */
int netdev_pmd_choose(const struct dpdkpod_facts *f, enum dpdkpod_netdev_pmd asked,
	enum dpdkpod_netdev_pmd *ret, struct err *e);
const char *netdev_pmd_name(enum dpdkpod_netdev_pmd pmd);   /* "pcap" */
const char *netdev_pmd_driver(enum dpdkpod_netdev_pmd pmd); /* "net_pcap" */

#endif
