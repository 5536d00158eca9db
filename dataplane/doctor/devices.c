/* SPDX-License-Identifier: Apache-2.0 */
/* The PCI devices that this container was given: there, and with a driver that serves DPDK? */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pod_checks.h"
#include "codec.h"
#include "pod_doctor.h"
#include "pcidevice.h"

void check_device_gone(const void *subject, struct report *r)
{
	const struct doctor *d = subject;
	int err = d->n_devices ? pci_bus(d->facts->source.root) : 0;

	if (err == -ENOENT || err == -ENOTDIR) {
		report_add(r, SEVERITY_ERROR, "PCI bus: /sys/bus/pci/devices: %s", strerror(-err));
		report_meaning(r, "EAL finds PCI devices there: it sees none");
		report_remedy(r,
			"mount sysfs in the container (runtimes do, unless they are told "
			"otherwise)");
		return;
	}
	for (size_t i = 0; i < d->n_devices; i++) {
		const struct doctor_device *one = &d->devices[i];

		if (one->present)
			continue;
		report_add(r, SEVERITY_ERROR, "%s: there is no device %s on this machine",
			one->from, one->d.bdf);
		report_meaning(r,
			"EAL ignores an address that it does not find: the program has a "
			"port less; the VF went when the number of VFs changed, the PF's "
			"driver was loaded anew or the node was started again");
		report_remedy(r, "delete the pod, so that it gets another one");
	}
}

static const char *driver_of(const struct device *d)
{
	return d->driver[0] ? d->driver : "no driver";
}

void check_device_driver(const void *subject, struct report *r)
{
	const struct doctor *d = subject;

	for (size_t i = 0; i < d->n_devices; i++) {
		const struct doctor_device *one = &d->devices[i];
		const struct podfile_interface *itf = one->interface;
		bool kernel = !driver_serves_dpdk(one->d.kind);
		bool user = driver_is_userspace(one->d.driver);

		if (!one->present || !(itf && itf->mode == PODFILE_NETDEV ? user : kernel))
			continue;
		/* by the environment alone it is not known what the device is for */
		report_add(r, itf ? SEVERITY_ERROR : SEVERITY_WARNING, "%s: %s is with %s%s%s",
			one->from, one->d.bdf, driver_of(&one->d),
			itf && itf->driver ? "; when the pod was attached it was with " : "",
			itf && itf->driver ? itf->driver : "");
		if (user)
			report_meaning(r, "its kernel interface is gone from the pod");
		else
			report_meaning(r,
				"DPDK drives a device of this kind through vfio-pci "
				"only: EAL skips it");
		report_remedy(r,
			itf ? "somebody bound it anew after the pod was attached (driverctl, "
			      "dpdk-devbind): delete the pod, so that it is attached again"
			    : "on the node: let the device plugin's resource select VFs that "
			      "are with vfio-pci (\"drivers\": [\"vfio-pci\"]), and bind them "
			      "at boot: driverctl set-override ADDRESS vfio-pci");
	}
}

void check_uio(const void *subject, struct report *r)
{
	const struct doctor *d = subject;

	for (size_t i = 0; i < d->n_devices; i++) {
		const struct doctor_device *one = &d->devices[i];

		if (!one->present || one->d.kind != DRIVER_UIO)
			continue;
		report_add(r, SEVERITY_WARNING, "%s: %s is with %s", one->from, one->d.bdf,
			one->d.driver);
		report_meaning(r,
			"UIO knows no IOMMU: the device reaches all memory of the machine, and the "
			"container must be privileged, with /sys writable and physical addresses");
		report_remedy(r,
			"on the node: bind it to vfio-pci (driverctl set-override %s vfio-pci), "
			"and give the pod its /dev/vfio nodes by the device plugin",
			one->d.bdf);
	}
}

/* Only whether it is JSON is asked: an object of no known member. */
static const struct codec_field no_fields[] = {CODEC_END};

static void check_info(const struct pcidevice *v, struct report *r)
{
	struct err e = ERR_INIT;
	int none;

	if (codec_decode(no_fields, &none, v->value, strlen(v->value), v->name, ERR_ENV, &e) == 0)
		return;
	report_add(r, SEVERITY_WARNING, "%s", e.msg);
	report_meaning(r, "the device plugin puts JSON there: a program that reads it fails");
	report_remedy(r,
		"do not set it in the pod; else update the SR-IOV device plugin, or unset it: env "
		"-u %s dpdk-pod run …",
		v->name);
}

static void check_addresses(const struct pcidevice *v, struct report *r)
{
	char word[PCIDEVICE_TEXT];

	for (const char *at = v->value; pcidevice_address(&at, word);) {
		char spelled[DEVICE_TEXT];

		if (device_spell(word, spelled))
			continue;
		report_add(r, SEVERITY_WARNING,
			"%s: \"%.64s\" is neither a PCI address nor the name of an auxiliary device",
			v->name, word);
		report_meaning(r,
			"this device is not used; a program that trusts the variable "
			"fails (an address is like 0000:3b:02.1, a name like mlx5_core.sf.4, several "
			"are joined by commas)");
		report_remedy(r,
			"do not set it in the pod: the SR-IOV device plugin does; for a device "
			"that has neither, unset it: env -u %s dpdk-pod run …",
			v->name);
	}
}

void check_env_pcidevice(const void *subject, struct report *r)
{
	const struct doctor *d = subject;
	char *const *env = facts_environment(d->facts);
	struct pcidevice v;

	while (pcidevice_next(&env, &v))
		if (v.json)
			check_info(&v, r);
		else
			check_addresses(&v, r);
}

void check_dra_metadata(const void *subject, struct report *r)
{
	const struct offers *offers = &((const struct doctor *)subject)->offers;

	for (size_t i = 0; i < offers->n; i++) {
		if (offers->list[i].bdf)
			continue;
		report_add(r, SEVERITY_WARNING, "%s: %s", offers->list[i].source,
			offers->list[i].why);
		report_meaning(r, "the device that the DRA driver tells of there is not used");
		report_remedy(r,
			"name the device by hand (dpdk-pod run PROGRAM -a ADDRESS), or update "
			"the DRA driver: KEP-5304 describes the file");
	}
}
