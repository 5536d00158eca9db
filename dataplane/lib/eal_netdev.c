/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --vdev for an interface that the kernel keeps, of the driver that this process may use
 * (netdev_pmd.h).
 *
 * An af_packet ring is locked memory, a frame must hold a whole packet after the kernel's header, and
 * the driver takes blocks for gapless: a block is whole frames.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "eal_parts.h"
#include "mem.h"
#include "netdev_pmd.h"

#define FRAME 2048
#define FRAME_STEP 1024
#define FRAME_MAX 64512
#define FRAMES 1024
#define FRAMES_MIN 16
/* tpacket_rcv() puts a packet at TPACKET_ALIGN(52 + 16) - 14 = 66, and its Ethernet and one VLAN
 * header count as well. */
#define FRAME_OVERHEAD (66 + 14 + 4)
/* The driver asks for mbufs of a frame less TPACKET2_HDRLEN - sizeof(struct sockaddr_ll). */
#define MBUF_LESS 32
#define HEADROOM 128
#define XDP_MTU_MAX 3000
#define PCAP_FRAME_MAX 9728 /* the driver's snapshot length */
#define PCAP_MTU_MAX (PCAP_FRAME_MAX - 14 - 2 * 4)

static unsigned int frame_size(int mtu)
{
	unsigned int need = (unsigned int)mtu + FRAME_OVERHEAD;

	if (need <= FRAME)
		return FRAME;
	need = (need + FRAME_STEP - 1) / FRAME_STEP * FRAME_STEP;
	return need < FRAME_MAX ? need : FRAME_MAX;
}

/* The smallest whole number of pages that is a whole number of frames. */
static unsigned int block_size(unsigned int frame)
{
	unsigned int page = (unsigned int)sysconf(_SC_PAGESIZE), block = page;

	while (block % frame)
		block += page;
	return block;
}

/* The driver maps both rings at once with MAP_LOCKED, and the kernel holds each such mapping against
 * the limit; it does not sum them up, for pages of a driver are never counted as locked. */
static unsigned int frame_count(const struct eal *b, unsigned int frame)
{
	uint64_t limit = facts_may_lock_all(b->facts) ? UINT64_MAX : b->facts->source.memlock;
	unsigned int n = FRAMES;

	while (n > FRAMES_MIN && 2ULL * n * frame > limit)
		n /= 2;
	return n;
}

static void af_packet(struct eal *b, const struct podfile_interface *i, const struct facts_link *l,
	char *buf, size_t size)
{
	unsigned int frame = frame_size(l->mtu), block = block_size(frame),
		     n = frame_count(b, frame);

	/* Whole blocks, which with pages of 64 KiB have more frames than a small ring. */
	if (n % (block / frame))
		n += block / frame - n % (block / frame);
	(void)snprintf(buf + strlen(buf), size - strlen(buf),
		",iface=%s,blocksz=%u,framesz=%u,framecnt=%u,qdisc_bypass=1", i->name, block, frame,
		n);
	if (frame > FRAME)
		eal_note(b,
			"%s: an MTU of %d needs mbufs that hold %u bytes (dpdk-testpmd: --mbuf-size=%u)",
			i->name, l->mtu, frame - MBUF_LESS, frame - MBUF_LESS + HEADROOM);
	if (n < FRAMES)
		eal_note(b,
			"%s: rings of %u frames instead of %u: RLIMIT_MEMLOCK is %" PRIu64
			" kB and they are "
			"locked; raise it or add the capability IPC_LOCK",
			i->name, n, FRAMES, b->facts->source.memlock >> 10);
}

/* "phy_mac": the interface's own address, else the port has an invented one, which a switch and a VF's
 * spoof check do not know. */
static void pcap(struct eal *b, const struct podfile_interface *i, const struct facts_link *l,
	char *buf, size_t size)
{
	(void)snprintf(buf + strlen(buf), size - strlen(buf), ",iface=%s,phy_mac=1", i->name);
	if (l->mtu > PCAP_MTU_MAX)
		eal_note(b, "%s: pcap cuts frames off at %d bytes, the MTU is %d", i->name,
			PCAP_FRAME_MAX, l->mtu);
}

static void af_xdp(struct eal *b, const struct podfile_interface *i, const struct facts_link *l,
	char *buf, size_t size)
{
	(void)snprintf(buf + strlen(buf), size - strlen(buf),
		",iface=%s,start_queue=0,queue_count=1", i->name);
	if (l->mtu > XDP_MTU_MAX)
		eal_note(b, "%s: af_xdp takes packets of one page at most, the MTU is %d", i->name,
			l->mtu);
}

/* A vdev of the user's that drives the interface already. */
static const struct eal_given *given_vdev(struct eal *b, const char *device)
{
	const struct eal_given *g = eal_conflict(b, EAL_VDEV, device);

	return g && g->id == EAL_VDEV ? g : NULL;
}

/* "net_af_packet0", or the first number that is neither the user's nor an earlier interface's. */
static void device_name(struct eal *b, const char *driver, char *buf, size_t size)
{
	bool taken = true;

	for (unsigned int n = 0; taken; n++) {
		(void)snprintf(buf, size, "%s%u", driver, n);
		taken = given_vdev(b, buf);
		for (size_t d = 0; !taken && d < b->n_devices; d++)
			taken = strcmp(b->devices[d].name, buf) == 0;
	}
}

static const struct facts_link *find_link(const struct eal *b, const struct podfile_interface *i,
	struct err *e)
{
	const struct facts_link *l = facts_link(b->facts, i->name);

	if (!l) {
		(void)err_set(e, ERR_DEVICE, ENODEV,
			"%s: there is no such interface in this network namespace", i->name);
		err_remedy(e,
			"start the program in the pod's network namespace; if it is, the interface was "
			"renamed or moved away (ip link): delete the pod, so that it is attached again");
	}
	return l;
}

/* A file capability can give what this process lacks, the bounding set permitting. */
static int check_raw(const struct eal *b, const struct podfile_interface *i, const char *driver,
	struct err *e)
{
	if ((b->facts->caps | b->facts->caps_bounding) >> FACTS_CAP_NET_RAW & 1)
		return 0;
	int r = err_set(e, ERR_DEVICE, EPERM,
		"%s: %s needs the capability NET_RAW, which this container lacks", i->name, driver);

	err_remedy(e, "securityContext: {capabilities: {add: [\"NET_RAW\"]}}");
	return r;
}

/* libpcap refuses it, and EAL goes on with a port less. */
static int check_up(const struct podfile_interface *i, const struct facts_link *l, struct err *e)
{
	if (l->up)
		return 0;
	int r = err_set(e, ERR_DEVICE, ENETDOWN,
		"%s: the interface is down, and pcap opens none that is", i->name);

	err_remedy(e,
		"the plugin brings it up at ADD, so somebody set it down: in the pod's network "
		"namespace, with NET_ADMIN, ip link set %s up; or delete the pod, so that it is "
		"attached again",
		i->name);
	return r;
}

/* By hand or by the environment: what is chosen here starts. */
static void remark_refused(struct eal *b, const struct podfile_interface *i,
	enum dpdkpod_netdev_pmd pmd)
{
	if (pmd == DPDKPOD_PMD_PCAP || facts_may_change_links(b->facts))
		return;
	eal_note(b,
		"%s: %s was asked for, and sets the interface's flags when the port starts, which this "
		"process may not (\"Failed to disable promiscuous mode\"): add the capability "
		"NET_ADMIN, or leave the choice to dpdk-pod",
		i->name, netdev_pmd_name(pmd));
}

static void remark(struct eal *b, const struct podfile_interface *i, const struct facts_link *l)
{
	if (!l->up)
		eal_note(b, "%s is down: no packet arrives before \"ip link set %s up\"", i->name,
			i->name);
	if (!facts_cap(b->facts, FACTS_CAP_NET_RAW))
		eal_note(b,
			"%s: this process lacks NET_RAW; a user other than root gets it by setcap "
			"cap_net_raw+ep on the program and allowPrivilegeEscalation: true",
			i->name);
}

static const char *why(const struct eal *b, enum dpdkpod_netdev_pmd pmd)
{
	if (b->req->netdev_pmd != DPDKPOD_PMD_AUTO)
		return "asked for";
	if (facts_env(b->facts, "DPDK_POD_NETDEV_PMD"))
		return "named by DPDK_POD_NETDEV_PMD";
	return pmd == DPDKPOD_PMD_PCAP
		? "does with NET_RAW; af_packet is faster and needs NET_ADMIN as well"
		: "the fastest that any interface has, and NET_ADMIN is here";
}

static void (*const describe[])(struct eal *b, const struct podfile_interface *i,
	const struct facts_link *l, char *buf, size_t size) = {
	[DPDKPOD_PMD_AF_PACKET] = af_packet,
	[DPDKPOD_PMD_AF_XDP] = af_xdp,
	[DPDKPOD_PMD_PCAP] = pcap,
};

int eal_netdev(struct eal *b, const struct podfile_interface *i, struct err *e)
{
	enum dpdkpod_netdev_pmd pmd = DPDKPOD_PMD_AUTO;
	char device[256], probe[64];
	int r = netdev_pmd_choose(b->facts, b->req->netdev_pmd, &pmd, e);

	if (r < 0)
		return r;
	const struct facts_link *l = find_link(b, i, e);

	if (!l)
		return -ENODEV;
	(void)snprintf(probe, sizeof(probe), ",iface=%s", i->name);
	device_name(b, netdev_pmd_driver(pmd), device, sizeof(device));
	const struct eal_given *g = given_vdev(b, probe);

	if (g) {
		(void)snprintf(device + strlen(device), sizeof(device) - strlen(device), "%s",
			probe);
	} else {
		r = check_raw(b, i, netdev_pmd_name(pmd), e);
		if (r == 0 && pmd == DPDKPOD_PMD_PCAP)
			r = check_up(i, l, e);
		if (r < 0)
			return r;
		describe[pmd](b, i, l, device, sizeof(device));
		remark_refused(b, i, pmd);
	}
	(void)eal_add(b, EAL_VDEV, device,
		"interface %s, a kernel device (%s) of MTU %d in this network namespace; %s: %s",
		i->name, i->driver ? i->driver : "no PCI driver", l->mtu, netdev_pmd_name(pmd),
		why(b, pmd));
	eal_serve(b, i, g ? g->value : device);
	remark(b, i, l);
	return 0;
}
