/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is there a DPDK driver for each device? Every driver carries the PCI IDs that it serves in a
 * string (PMD_INFO_STRING, what dpdk-pmdinfo.py prints): in the plugins of a shared DPDK, in the
 * program of a static one.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "checks.h"
#include "doctor.h"
#include "file.h"
#include "mem.h"

#define MARK "PMD_INFO_STRING= "
#define ANY 65535

struct ids {
	unsigned int vendor, device;
	unsigned int drivers; /* looked at */
	bool known;
};

/* {"name" : "net_e1000_igb", …, "pci_ids" : [[32902, 4298, 65535, 65535],[…]]} */
static void scan_driver(const char *info, struct ids *ids)
{
	const char *p = strstr(info, "\"pci_ids\"");

	ids->drivers++;
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
	auto_close int fd = file_open(root, path, O_RDONLY | O_DIRECTORY, 0, FILE_IN_ROOT);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir)
		return;
	int at = steal_fd(fd);

	for (struct dirent *e; !ids->known && (e = readdir(dir));) {
		if (strncmp(e->d_name, "librte_", 7) != 0)
			continue;
		auto_close int one = openat(at, e->d_name,
			O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);

		if (one >= 0)
			scan_fd(one, ids);
	}
	(void)closedir(dir);
}

/* "…/dpdk/pmds-23.0" below a library directory. */
static void scan_dpdk(int root, const char *lib, struct ids *ids)
{
	char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/dpdk", lib);
	auto_close int fd = file_open(root, path, O_RDONLY | O_DIRECTORY, 0, FILE_IN_ROOT);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir)
		return;
	fd = -1;
	for (struct dirent *e; !ids->known && (e = readdir(dir));) {
		if (strncmp(e->d_name, "pmds-", 5) != 0)
			continue;
		(void)snprintf(path, sizeof(path), "%s/dpdk/%s", lib, e->d_name);
		scan_plugins(root, path, ids);
	}
	(void)closedir(dir);
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

static bool read_ids(const struct doctor *d, const char *bdf, struct ids *ret)
{
	char vendor[16], device[16];

	doctor_pci_attribute(d, bdf, "vendor", vendor, sizeof(vendor));
	doctor_pci_attribute(d, bdf, "device", device, sizeof(device));
	*ret = (struct ids){0};
	return sscanf(vendor, "%x", &ret->vendor) == 1 && sscanf(device, "%x", &ret->device) == 1;
}

void check_pmd(const void *subject, struct report *r)
{
	const struct doctor *d = subject;

	for (size_t i = 0; i < d->n_devices; i++) {
		const struct doctor_device *one = &d->devices[i];
		struct ids ids;

		/* af_packet serves what the kernel drives */
		if (!one->present || !driver_serves_dpdk(one->d.kind) ||
			!read_ids(d, one->d.bdf, &ids))
			continue;
		search(d, &ids);
		if (ids.known)
			continue;
		if (!ids.drivers) {
			report_add(r, SEVERITY_NOTE,
				"%s: no DPDK driver is found here to ask whether it knows %s "
				"(%04x:%04x)",
				one->from, one->d.bdf, ids.vendor, ids.device);
			report_remedy(r, "name the program: dpdk-pod doctor PROGRAM");
			continue;
		}
		report_add(r, SEVERITY_ERROR,
			"%s: %s is a %04x:%04x, which none of the %u DPDK drivers here knows",
			one->from, one->d.bdf, ids.vendor, ids.device, ids.drivers);
		report_meaning(r,
			"EAL probes the device and passes it by: the program has a port less");
		report_remedy(r,
			"put the vendor's driver into the image (Debian: librte-net-*; a "
			"static program must be built with it), or a newer DPDK");
	}
}
