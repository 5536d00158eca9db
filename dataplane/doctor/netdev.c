/* SPDX-License-Identifier: Apache-2.0 */
/* Interfaces of the kernel: still in this network namespace, up, and as the pod file says? */
#include <stdio.h>
#include <string.h>

#include "pod_checks.h"
#include "codec.h"
#include "pod_doctor.h"
#include "netdev_pmd.h"
#include "netif.h"

typedef void (*interface_fn)(const struct doctor *d, const struct podfile_interface *i,
	const struct facts_link *l, struct report *r);

static void each_interface(const struct doctor *d, struct report *r, interface_fn look)
{
	for (size_t n = 0; d->pod && n < d->pod->file.n_interfaces; n++) {
		const struct podfile_interface *i = &d->pod->file.interfaces[n];

		if (i->mode == PODFILE_NETDEV && doctor_own_interface(d, i))
			look(d, i, facts_link(d->facts, i->name), r);
	}
}

static void gone(const struct doctor *d, const struct podfile_interface *i,
	const struct facts_link *l, struct report *r)
{
	(void)d;
	if (l)
		return;
	report_add(r, SEVERITY_ERROR, "interface %s: it is not in this network namespace", i->name);
	report_meaning(r,
		"pcap, af_packet, af_xdp and bifurcated drivers (mlx5) find it by its kernel "
		"interface");
	report_remedy(r,
		"run in the pod's network namespace (ip netns exec, nsenter -n); if this is it, "
		"somebody renamed or moved the interface: delete the pod, so that it is attached "
		"again");
}

void check_netdev_gone(const void *subject, struct report *r)
{
	each_interface(subject, r, gone);
}

static void down(const struct doctor *d, const struct podfile_interface *i,
	const struct facts_link *l, struct report *r)
{
	enum dpdkpod_netdev_pmd pmd = DPDKPOD_PMD_AUTO;
	char state[32];

	if (!l)
		return;
	if (!l->up) {
		bool pcap = netdev_pmd_choose(d->facts, DPDKPOD_PMD_AUTO, &pmd, NULL) == 0 &&
			pmd == DPDKPOD_PMD_PCAP;

		report_add(r, pcap ? SEVERITY_ERROR : SEVERITY_WARNING, "interface %s: it is down",
			i->name);
		report_meaning(r, "no packet comes or goes%s",
			pcap ? ", and pcap, which is to drive it, opens no interface that is down"
			     : "");
		report_remedy(r,
			"ip link set %s up (takes CAP_NET_ADMIN; the plugin brings it up at ADD)",
			i->name);
		return;
	}
	if (netif_operstate(d->facts->source.root, i->name, state, sizeof(state)) < 0 ||
		(strcmp(state, "down") != 0 && strcmp(state, "lowerlayerdown") != 0))
		return;
	report_add(r, SEVERITY_WARNING, "interface %s: it is up and has no carrier", i->name);
	report_meaning(r, "no packet comes or goes");
	report_remedy(r,
		"check the cable and the switch port; a VF: ip link show PF on the node, "
		"\"link_state\": \"enable\" in the network lets VFs of one PF talk "
		"without a cable");
}

void check_link_down(const void *subject, struct report *r)
{
	each_interface(subject, r, down);
}

static void mtu(const struct doctor *d, const struct podfile_interface *i,
	const struct facts_link *l, struct report *r)
{
	(void)d;
	if (!l || i->mtu == CODEC_ABSENT || l->mtu == i->mtu)
		return;
	report_add(r, SEVERITY_WARNING, "interface %s: its MTU is %d, it was attached with %lld",
		i->name, l->mtu, (long long)i->mtu);
	report_meaning(r, "frames larger than the MTU are lost; rings and mbufs are sized by it");
	report_remedy(r, "ip link set %s mtu %lld, or \"mtu\": %d in the network's configuration",
		i->name, (long long)i->mtu, l->mtu);
}

void check_link_mtu(const void *subject, struct report *r)
{
	each_interface(subject, r, mtu);
}

/* DPDK's own driver for a bifurcated NIC gets its frames before the kernel. */
static bool driven_by_kernel(const struct doctor *d, const struct podfile_interface *i)
{
	for (size_t n = 0; n < d->n_devices; n++) {
		const struct doctor_device *one = &d->devices[n];

		if (i->pci_address && strcmp(one->d.bdf, i->pci_address) == 0 &&
			one->d.kind == DRIVER_BIFURCATED && device_has_verbs(d->facts, &one->d))
			return false;
	}
	return true;
}

static void gro(const struct doctor *d, const struct podfile_interface *i,
	const struct facts_link *l, struct report *r)
{
	if (!l || (!l->gro && !l->lro) || !driven_by_kernel(d, i))
		return;
	report_add(r, SEVERITY_WARNING, "interface %s: %s on", i->name,
		!l->lro           ? "GRO is"
			: !l->gro ? "LRO is"
				  : "GRO and LRO are");
	report_meaning(r,
		"the kernel joins received frames into longer ones than rings and mbufs hold: "
		"they come cut off, ping works and TCP stands still");
	report_remedy(r,
		"ethtool -K %s gro off lro off (takes CAP_NET_ADMIN; the plugin does it at ADD)",
		i->name);
}

void check_link_gro(const void *subject, struct report *r)
{
	each_interface(subject, r, gro);
}

void check_uverbs(const void *subject, struct report *r)
{
	const struct doctor *d = subject;

	for (size_t i = 0; i < d->n_devices; i++) {
		const struct doctor_device *one = &d->devices[i];

		if (!one->present || one->d.kind != DRIVER_BIFURCATED ||
			device_has_verbs(d->facts, &one->d))
			continue;
		report_add(r, SEVERITY_WARNING,
			"%s: %s is with %s, and its /dev/infiniband/uverbs node is not here or may "
			"not be opened",
			one->from, one->d.bdf, one->d.driver);
		report_meaning(r,
			"DPDK's own driver for it needs the node beside the kernel's "
			"interface; without, dpdk-pod takes pcap or af_packet, which are "
			"much slower");
		report_remedy(r,
			"on the node: \"isRdma\": true in the resource's selectors of the SR-IOV "
			"device plugin (and modprobe %s); podman: --device "
			"/dev/infiniband/uverbs0",
			driver_verbs_module(one->d.driver));
	}
}
