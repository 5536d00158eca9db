/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "bind.h"
#include "clock.h"
#include "driver.h"
#include "log.h"
#include "mem.h"
#include "mode.h"

#define LINK_TIMEOUT_MS 5000

/* In a kubelet pod the container's device nodes were fixed before us: a node that comes to be now
 * is not among them. Elsewhere whoever calls can arrange for it. */
static int may_bind(const struct attach *a, const struct nic *n, const char *target, struct err *e)
{
	int r;

	if (a->conf.bind == BIND_ALWAYS)
		return 0;
	if (a->conf.bind == BIND_NEVER) {
		r = err_set(e, ERR_REFUSED, EPERM,
			"device %s: it is with the driver %s, mode vfio needs %s, and \"bind\" is \"never\"",
			n->pci.address, n->pci.driver[0] ? n->pci.driver : "none", target);
		err_remedy(e,
			"bind it beforehand: echo %s > /sys/bus/pci/devices/%s/driver_override",
			target, n->pci.address);
		return r;
	}
	if (!a->rec.pod.uid)
		return 0;
	r = err_set(e, ERR_REFUSED, EPERM,
		"device %s: it is with the driver %s; bound to %s now, its node below /dev/vfio would be "
		"missing in the container, whose devices the kubelet has fixed already",
		n->pci.address, n->pci.driver[0] ? n->pci.driver : "none", target);
	err_remedy(e,
		"bind the VFs to %s before the device plugin starts; for privileged pods (or CDI) "
		"set \"bind\": \"always\"",
		target);
	return r;
}

static int want_vfio(struct attach *a, const struct nic *n, const char *target, struct err *e)
{
	int r;

	if (!n->pci.address[0]) {
		r = err_set(e, ERR_CONFIG, EINVAL,
			"link %s: mode vfio needs a PCI device, this is a %s", n->link.name,
			n->auxiliary[0]        ? "device on the auxiliary bus"
				: n->link.kind ? n->link.kind
					       : "virtual link");
		err_remedy(e, "use mode netdev: the pod's DPDK program drives the link itself");
		return r;
	}
	if (strcmp(n->pci.driver, target) != 0) {
		r = may_bind(a, n, target, e);
		if (r < 0)
			return r;
	}
	return mem_set_text(&a->rec.pci.target, target, e);
}

/* The driver makes its link a moment after it is bound. */
static int wait_link(const struct attach *a, struct nic *n, struct err *e)
{
	const int64_t end = clock_ms() + LINK_TIMEOUT_MS;
	auto_nl struct nl_sock *events = NULL;
	int r = nl_open_link_events(&events, e);

	while (r == 0) {
		auto_nic struct nic now;
		struct err why = ERR_INIT;

		nic_init(&now);
		if (nic_find_pci(a->m, n->pci.address, &now, &why) == 0 && now.link.name) {
			nic_free(n);
			*n = now;
			nic_init(&now);
			return 0;
		}
		if (clock_ms() >= end)
			return err_set(e, ERR_DEVICE, ETIMEDOUT,
				"device %s: bound to its kernel driver, but no network interface came in %d ms",
				n->pci.address, LINK_TIMEOUT_MS);
		nl_wait_link_event(events, (int)(end - clock_ms()));
	}
	return r;
}

static int want_netdev(struct attach *a, struct nic *n, bool repair, struct err *e)
{
	int r;

	if (n->link.name)
		return 0;
	if (n->pci.driver[0]) {
		r = err_set(e, ERR_CONFIG, EINVAL,
			"device %s: mode netdev needs its network interface, but it is with the driver %s",
			n->pci.address, n->pci.driver);
		err_remedy(e, "use mode vfio (or auto), or give it back to its kernel driver");
		return r;
	}
	if (!repair)
		return err_set(e, ERR_DEVICE, ENODEV,
			"device %s: it has no driver; ADD would bind its kernel driver",
			n->pci.address);
	log_info("device %s: it has no driver: binding its kernel driver", n->pci.address);
	r = bind_probe(a->m->root, n->pci.address, "", e);
	return r < 0 ? r : wait_link(a, n, e);
}

/* Without an IOMMU behind it a userspace driver hands out all of the host's memory. */
static int driver_allowed(const struct attach *a, struct err *e)
{
	int r;

	if (!driver_is_userspace(a->conf.driver))
		return err_set(e, ERR_REFUSED, EPERM,
			"stdin: driver \"%s\": not a userspace driver (vfio-pci or a variant such as mlx5_vfio_pci, uio_pci_generic, igb_uio)",
			a->conf.driver);
	if (policy_allows_driver(&a->m->policy, a->conf.driver))
		return 0;
	r = err_set(e, ERR_REFUSED, EPERM,
		"stdin: driver \"%s\": the node's policy does not allow it", a->conf.driver);
	err_remedy(e,
		"use vfio-pci, or let the node's owner add it to \"drivers\" in "
		"/etc/dpdk-cni/policy.json (a driver without IOMMU gives the pod all of the host's memory)");
	return r;
}

int prepare_mode(struct attach *a, struct nic *n, bool repair, struct err *e)
{
	const bool userspace = n->pci.address[0] && driver_is_userspace(n->pci.driver);
	const char *target = a->conf.driver ? a->conf.driver
		: userspace                 ? n->pci.driver
					    : DRIVER_VFIO_PCI;
	int r;

	free(a->rec.pci.target);
	a->rec.pci.target = NULL;
	if (a->conf.driver) {
		r = driver_allowed(a, e);
		if (r < 0)
			return r;
	}
	r = a->conf.mode == MODE_VFIO || (a->conf.mode != MODE_NETDEV && userspace)
		? want_vfio(a, n, target, e)
		: want_netdev(a, n, repair, e);
	if (r == 0 && n->pci.address[0])
		r = mem_set_text(&a->rec.pci.driver, n->pci.driver, e);
	return r;
}
