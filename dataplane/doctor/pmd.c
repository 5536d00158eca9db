/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is there a DPDK driver for each device, and the one that is to drive the kernel's interfaces? Every
 * driver carries its name and the PCI IDs that it serves in a string (PMD_INFO_STRING, what
 * dpdk-pmdinfo.py prints): in the plugins of a shared DPDK, in the program of a static one.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "pod_checks.h"
#include "pod_doctor.h"
#include "netdev_pmd.h"
#include "file.h"
#include "mem.h"

#define MARK "PMD_INFO_STRING= "
#define ANY 65535

/* Looked for: a driver of that name, or one that knows the PCI IDs. */
struct ids {
	const char *name; /* NULL: by the IDs */
	unsigned int vendor, device;
	unsigned int drivers; /* looked at */
	bool known;
};

/* "net_pcap" of {"name" : "net_pcap", …}; releases of DPDK space it differently. */
static bool has_name(const char *info, const char *name)
{
	const char *p = strstr(info, "\"name\"");
	size_t n = strlen(name);

	p = p ? strchr(p + strlen("\"name\""), '"') : NULL;
	return p && strncmp(p + 1, name, n) == 0 && p[1 + n] == '"';
}

/* {"name" : "net_e1000_igb", …, "pci_ids" : [[32902, 4298, 65535, 65535],[…]]} */
static void scan_driver(const char *info, struct ids *ids)
{
	const char *p = strstr(info, "\"pci_ids\"");

	ids->drivers++;
	if (ids->name) {
		ids->known |= has_name(info, ids->name);
		return;
	}
	for (p = p ? strchr(p, '[') : NULL; p && !ids->known; p = strchr(p + 1, '[')) {
		unsigned int vendor, device;

		if (sscanf(p, "[%u, %u,", &vendor, &device) == 2 &&
			(vendor == ids->vendor || vendor == ANY) &&
			(device == ids->device || device == ANY))
			ids->known = true;
	}
}

static void scan_fd(int fd, struct ids *ids)
{
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size <= 0)
		return;
	size_t size = (size_t)st.st_size;
	char *all = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0), *p = all;

	if (all == MAP_FAILED)
		return;
	while (!ids->known && (p = memmem(p, size - (size_t)(p - all), MARK, strlen(MARK)))) {
		p += strlen(MARK);
		auto_free char *info = strndup(p, size - (size_t)(p - all));

		if (info)
			scan_driver(info, ids);
	}
	(void)munmap(all, size);
}

static void scan_plugins(int root, const char *path, struct ids *ids)
{
	auto_dir DIR *dir = file_opendir(root, path);

	for (const char *name; dir && !ids->known && (name = file_next(dir));) {
		if (strncmp(name, "librte_", 7) != 0)
			continue;
		auto_close int one = openat(dirfd(dir), name,
			O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);

		if (one >= 0)
			scan_fd(one, ids);
	}
}

/* "…/dpdk/pmds-23.0" below a library directory. */
static void scan_dpdk(int root, const char *lib, struct ids *ids)
{
	char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/dpdk", lib);
	auto_dir DIR *dir = file_opendir(root, path);

	for (const char *name; dir && !ids->known && (name = file_next(dir));) {
		if (strncmp(name, "pmds-", 5) != 0)
			continue;
		(void)snprintf(path, sizeof(path), "%s/dpdk/%s", lib, name);
		scan_plugins(root, path, ids);
	}
}

static void search(const struct doctor *d, struct ids *ids)
{
	static const char *const dirs[] = {"/usr/lib", "/usr/lib64", "/usr/lib/x86_64-linux-gnu",
		"/usr/lib/aarch64-linux-gnu", "/usr/local/lib", "/usr/local/lib64",
		"/usr/local/lib/x86_64-linux-gnu", "/usr/local/lib/aarch64-linux-gnu"};
	auto_close int program = d->program ? open(d->program, O_RDONLY | O_CLOEXEC) : -1;

	if (program >= 0)
		scan_fd(program, ids);
	for (size_t i = 0; !ids->known && i < ARRAY_SIZE(dirs); i++)
		scan_dpdk(d->facts->source.root, dirs[i], ids);
}

static void no_driver_at_all(struct report *r, const char *from, const char *what)
{
	report_add(r, SEVERITY_NOTE, "%s: no DPDK driver is found here to ask whether it knows %s",
		from, what);
	report_remedy(r, "name the program: dpdk-pod doctor PROGRAM");
}

static void device_pmd(const struct doctor *d, const struct doctor_device *one, struct report *r)
{
	struct ids ids = {.vendor = one->d.vendor, .device = one->d.device};
	char what[DEVICE_TEXT + 16];

	/* af_packet and its kin serve what the kernel drives */
	if (!one->present || !driver_serves_dpdk(one->d.kind) || !ids.vendor)
		return;
	search(d, &ids);
	if (ids.known)
		return;
	(void)snprintf(what, sizeof(what), "%s (%04x:%04x)", one->d.bdf, ids.vendor, ids.device);
	if (!ids.drivers) {
		no_driver_at_all(r, one->from, what);
		return;
	}
	report_add(r, SEVERITY_ERROR,
		"%s: %s is a %04x:%04x, which none of the %u DPDK drivers here knows", one->from,
		one->d.bdf, ids.vendor, ids.device, ids.drivers);
	report_meaning(r, "EAL probes the device and passes it by: the program has a port less");
	report_remedy(r,
		"put the vendor's driver into the image (Debian: librte-net-*; a static program must "
		"be built with it), or a newer DPDK");
}

static bool bifurcated(const struct doctor *d, const struct podfile_interface *i)
{
	for (size_t n = 0; n < d->n_devices; n++)
		if (d->devices[n].interface == i && d->devices[n].present &&
			d->devices[n].d.kind == DRIVER_BIFURCATED &&
			device_has_verbs(d->facts, &d->devices[n].d))
			return true;
	return false;
}

/* The interfaces that the kernel drives have one driver: said once, with the first. */
static void vdev_driver(const struct doctor *d, const struct podfile_interface *i,
	const char *driver, struct report *r)
{
	struct ids ids = {.name = driver};
	char from[64];

	search(d, &ids);
	if (ids.known)
		return;
	(void)snprintf(from, sizeof(from), "interface %s", i->name);
	if (!ids.drivers) {
		no_driver_at_all(r, from, driver);
		return;
	}
	report_add(r, SEVERITY_ERROR,
		"%s: %s, which is to drive it, is not among the %u DPDK drivers "
		"here",
		from, driver, ids.drivers);
	report_meaning(r, "EAL: \"failed to parse device\", and the program does not start");
	report_remedy(r,
		"put the driver into the image (Debian: librte-net-pcap*, librte-net-af-packet*, "
		"librte-net-af-xdp*; a static program must be built with it); of those that are "
		"there, DPDK_POD_NETDEV_PMD names another, and af_packet and af_xdp need NET_ADMIN");
}

void check_pmd(const void *subject, struct report *r)
{
	enum dpdkpod_netdev_pmd pmd = DPDKPOD_PMD_AUTO;
	const struct doctor *d = subject;

	for (size_t i = 0; i < d->n_devices; i++)
		device_pmd(d, &d->devices[i], r);
	if (netdev_pmd_choose(d->facts, DPDKPOD_PMD_AUTO, &pmd, NULL) < 0)
		return;
	for (size_t n = 0; d->pod && n < d->pod->file.n_interfaces; n++) {
		const struct podfile_interface *i = &d->pod->file.interfaces[n];

		if (i->mode != PODFILE_NETDEV || !doctor_own_interface(d, i) || bifurcated(d, i))
			continue;
		vdev_driver(d, i, netdev_pmd_driver(pmd), r);
		return;
	}
}
