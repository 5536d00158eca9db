/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev_pmd.h"

#include <errno.h>
#include <string.h>

#include "mem.h"

static const struct {
	const char *name, *driver;
} pmds[] = {
	[DPDKPOD_PMD_AF_PACKET] = {"af_packet", "net_af_packet"},
	[DPDKPOD_PMD_AF_XDP] = {"af_xdp", "net_af_xdp"},
	[DPDKPOD_PMD_PCAP] = {"pcap", "net_pcap"},
};

int dpdkpod_netdev_pmd_parse(const char *name, enum dpdkpod_netdev_pmd *ret_pmd)
{
	for (size_t i = DPDKPOD_PMD_AUTO + 1; i < ARRAY_SIZE(pmds); i++)
		if (strcmp(name, pmds[i].name) == 0) {
			*ret_pmd = (enum dpdkpod_netdev_pmd)i;
			return 0;
		}
	return -EINVAL;
}

const char *netdev_pmd_name(enum dpdkpod_netdev_pmd pmd)
{
	return pmds[pmd].name;
}

const char *netdev_pmd_driver(enum dpdkpod_netdev_pmd pmd)
{
	return pmds[pmd].driver;
}

int netdev_pmd_choose(const struct dpdkpod_facts *f, enum dpdkpod_netdev_pmd asked,
	enum dpdkpod_netdev_pmd *ret, struct err *e)
{
	const char *env = facts_env(f, "DPDK_POD_NETDEV_PMD");

	if (asked != DPDKPOD_PMD_AUTO)
		*ret = asked;
	else if (!env)
		*ret = facts_may_change_links(f) ? DPDKPOD_PMD_AF_PACKET : DPDKPOD_PMD_PCAP;
	else if (dpdkpod_netdev_pmd_parse(env, ret) < 0)
		return err_set(e, ERR_ENV, EINVAL,
			"DPDK_POD_NETDEV_PMD: \"%s\" is not one of af_packet, pcap, af_xdp", env);
	return 0;
}
