/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel interface behind a port of net_af_packet, net_af_xdp, net_pcap: some of these drivers
 * say "up" whatever the interface is (net_af_packet of DPDK 22.11), so the kernel is asked too.
 */
#ifndef LIVE_IFACE_H
#define LIVE_IFACE_H

#include <sys/types.h>

#include "live_ports.h"

/* Fills iface of the ports that EAL's arguments, asked by telemetry, give one to. */
int iface_name(struct telemetry *t, struct live_ports *ports, struct err *e);
/* A link that the kernel says is down is down, one that is gone is gone: as far as the program at
 * pid shares this process's network namespace. */
void iface_check_links(int root, pid_t pid, struct live_ports *ports);

#endif
