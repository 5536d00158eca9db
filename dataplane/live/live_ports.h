/* SPDX-License-Identifier: Apache-2.0 */
/* The Ethernet ports of a DPDK program, as its telemetry tells them. */
#ifndef LIVE_LIVE_PORTS_H
#define LIVE_LIVE_PORTS_H

#include "telemetry.h"

enum live_link { LINK_UP, LINK_DOWN, LINK_GONE };

struct live_port {
	int64_t id;
	char *name;      /* DPDK's: "0000:3b:02.1", "net_af_packet0" */
	char *iface;     /* the kernel interface it works on; NULL: none, or not known */
	int link;        /* enum live_link; -1: the program does not say */
	int64_t started; /* 0 or 1; CODEC_ABSENT: the program does not say (before DPDK 21.05) */
};

struct live_ports {
	struct live_port *v;
	size_t n;
};

extern const struct codec_field live_port_fields[];

/* Those that no other port owns (a bond's members are its own). */
int live_ports_read(struct telemetry *t, struct live_ports *ret, struct err *e);
/* "port 1 (net_af_packet1 on net1)" */
void live_port_describe(const struct live_port *p, char *buf, size_t size);
void live_ports_free(struct live_ports *p);

#endif
