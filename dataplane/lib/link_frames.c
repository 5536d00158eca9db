/* SPDX-License-Identifier: Apache-2.0 */
#include "link_frames.h"

#include <linux/ethtool.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mem.h"

/* Of <linux/if_link.h>, since Linux 5.19. */
enum { GRO_MAX_SIZE = 58 };
#define TWO_FRAMES (2 * 46) /* the smallest that can be joined */

static uint32_t value(int sock, const char *name, uint32_t command)
{
	struct ethtool_value v = {.cmd = command};
	struct ifreq req = {.ifr_data = (void *)&v};

	memcpy(req.ifr_name, name, strnlen(name, IFNAMSIZ - 1));
	return ioctl(sock, SIOCETHTOOL, &req) == 0 ? v.data : 0;
}

static uint32_t attribute(const struct nlmsghdr *h, size_t len, unsigned short type)
{
	const struct ifinfomsg *m = NLMSG_DATA(h);
	const struct rtattr *a = IFLA_RTA(m);
	unsigned int left = NLMSG_OK(h, len) && h->nlmsg_type == RTM_NEWLINK
		? (unsigned int)IFLA_PAYLOAD(h)
		: 0;

	for (; RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		uint32_t v;

		if (a->rta_type != type || RTA_PAYLOAD(a) < sizeof(v))
			continue;
		memcpy(&v, RTA_DATA(a), sizeof(v));
		return v;
	}
	return UINT32_MAX;
}

/* UINT32_MAX: there is none. */
static uint32_t gro_limit(const char *name)
{
	auto_close int sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	struct {
		struct nlmsghdr head;
		struct ifinfomsg link;
	} ask = {
		.head = {sizeof(ask), RTM_GETLINK, NLM_F_REQUEST, 1, 0},
		.link.ifi_index = (int)if_nametoindex(name),
	};
	union {
		struct nlmsghdr head;
		char room[16384];
	} answer;

	if (sock < 0 || ask.link.ifi_index == 0 || send(sock, &ask, sizeof(ask), 0) < 0)
		return UINT32_MAX;
	ssize_t n = recv(sock, &answer, sizeof(answer), 0);

	return n > 0 ? attribute(&answer.head, (size_t)n, GRO_MAX_SIZE) : UINT32_MAX;
}

bool link_joins_by_gro(int sock, const char *name)
{
	return value(sock, name, ETHTOOL_GGRO) && gro_limit(name) > TWO_FRAMES;
}

bool link_joins_by_lro(int sock, const char *name)
{
	return value(sock, name, ETHTOOL_GFLAGS) & ETH_FLAG_LRO;
}
