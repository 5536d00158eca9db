/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if_arp.h>
#include <netinet/icmp6.h>
#include <netinet/if_ether.h>
#include <string.h>
#include <sys/socket.h>

#include "announce.h"
#include "mem.h"

static int neighbour(struct nl_sock *nl, int type, int flags, int64_t index, const uint8_t *addr)
{
	struct ndmsg m = {.ndm_family = AF_INET, .ndm_ifindex = (int)index, .ndm_flags = NTF_USE};
	struct nl_msg *msg = nl_new(type, flags, &m, sizeof(m));

	if (msg && nla_put(msg, NDA_DST, 4, addr) == 0)
		return nl_ask(nl, msg, NULL, NULL, NULL);
	nlmsg_free(msg);
	return -ENOMEM;
}

/*
 * Asked for the neighbour that has our own address, the kernel sends just that request, and is told
 * to forget the question. A socket of packets would do it too, but closing one waits for an RCU grace
 * period, a third of an ADD. The sender is the first address of the subnet, so that others need one.
 */
static int ask_for_ourselves(struct nl_sock *nl, int64_t index, const struct inet_prefix *address)
{
	int r = neighbour(nl, RTM_NEWNEIGH, NLM_F_CREATE, index, address->addr);

	return r < 0 ? r : neighbour(nl, RTM_DELNEIGH, 0, index, address->addr);
}

/* RFC 5227: sender and target are the address itself, sent to everybody. */
static int gratuitous_arp(int64_t index, const uint8_t *mac, const uint8_t *addr)
{
	struct ether_arp arp = {
		.ea_hdr = {htons(ARPHRD_ETHER), htons(ETH_P_IP), ETH_ALEN, 4, htons(ARPOP_REQUEST)},
	};
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ARP),
		.sll_ifindex = (int)index,
		.sll_halen = ETH_ALEN,
	};
	auto_close int s = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (s < 0)
		return -errno;
	memset(to.sll_addr, 0xff, ETH_ALEN);
	memcpy(arp.arp_sha, mac, ETH_ALEN);
	memcpy(arp.arp_spa, addr, 4);
	memcpy(arp.arp_tpa, addr, 4);
	return sendto(s, &arp, sizeof(arp), 0, (struct sockaddr *)&to, sizeof(to)) < 0 ? -errno : 0;
}

/* RFC 4861, 7.2.6: override flag, target link-layer address, to all nodes, hop limit 255. */
static int unsolicited_na(int64_t index, const uint8_t *mac, const uint8_t *addr)
{
	struct {
		struct nd_neighbor_advert na;
		struct nd_opt_hdr opt;
		uint8_t lladdr[ETH_ALEN];
	} __attribute__((packed)) m = {
		.na.nd_na_hdr = {.icmp6_type = ND_NEIGHBOR_ADVERT},
		.opt = {ND_OPT_TARGET_LINKADDR, 1},
	};
	struct sockaddr_in6 from = {.sin6_family = AF_INET6, .sin6_scope_id = (uint32_t)index};
	struct sockaddr_in6 to = {.sin6_family = AF_INET6, .sin6_scope_id = (uint32_t)index};
	int hops = 255, link = (int)index;
	auto_close int s = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMPV6);

	if (s < 0)
		return -errno;
	m.na.nd_na_flags_reserved = ND_NA_FLAG_OVERRIDE;
	memcpy(&m.na.nd_na_target, addr, 16);
	memcpy(m.lladdr, mac, ETH_ALEN);
	memcpy(&from.sin6_addr, addr, 16);
	(void)inet_pton(AF_INET6, "ff02::1", &to.sin6_addr);
	if (setsockopt(s, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof(hops)) < 0 ||
		setsockopt(s, IPPROTO_IPV6, IPV6_MULTICAST_IF, &link, sizeof(link)) < 0 ||
		bind(s, (struct sockaddr *)&from, sizeof(from)) < 0 ||
		sendto(s, &m, sizeof(m), 0, (struct sockaddr *)&to, sizeof(to)) < 0)
		return -errno;
	return 0;
}

int announce(struct nl_sock *nl, int64_t index, const uint8_t *mac,
	const struct inet_prefix *address, bool is_first)
{
	if (address->family == AF_INET6)
		return unsolicited_na(index, mac, address->addr);
	return is_first ? ask_for_ourselves(nl, index, address)
			: gratuitous_arp(index, mac, address->addr);
}
