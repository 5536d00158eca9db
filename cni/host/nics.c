/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "mem.h"
#include "nics.h"

#define DEVICES "/sys/bus/pci/devices"
#define CLASS_BRIDGE 0x06

static DIR *open_dir(int rootfd, const char *path)
{
	int fd = file_open(rootfd, path, O_RDONLY | O_DIRECTORY, 0, FILE_IN_ROOT);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (!d)
		mem_closep(&fd);
	return d;
}

static void read_netdev(int rootfd, const char *address, char buf[static 16])
{
	char path[96];

	(void)snprintf(path, sizeof(path), DEVICES "/%.23s/net", address);
	DIR *d = open_dir(rootfd, path);

	buf[0] = '\0';
	for (struct dirent *de; d && !buf[0] && (de = readdir(d));)
		if (de->d_name[0] != '.')
			(void)snprintf(buf, 16, "%.15s", de->d_name);
	if (d)
		(void)closedir(d);
}

static void complete(int rootfd, struct nics_item *i)
{
	char path[96];
	int64_t autoprobe, flags;

	(void)snprintf(path, sizeof(path), DEVICES "/%.23s/sriov_totalvfs", i->pci.address);
	if (file_read_int(rootfd, path, &i->total_vfs) < 0)
		i->total_vfs = 0;
	(void)snprintf(path, sizeof(path), DEVICES "/%.23s/sriov_drivers_autoprobe",
		i->pci.address);
	i->autoprobe = file_read_int(rootfd, path, &autoprobe) < 0 || autoprobe != 0;
	read_netdev(rootfd, i->pci.address, i->netdev);
	(void)snprintf(path, sizeof(path), DEVICES "/%.23s/net/%.15s/flags", i->pci.address,
		i->netdev);
	i->is_down = i->netdev[0] && file_read_int(rootfd, path, &flags) == 0 && !(flags & IFF_UP);
}

static int by_address(const void *a, const void *b)
{
	return strcmp(((const struct nics_item *)a)->pci.address,
		((const struct nics_item *)b)->pci.address);
}

int nics_read(int rootfd, struct nics *ret)
{
	struct nics n = {0};
	DIR *d = open_dir(rootfd, DEVICES);
	int r = 0;

	for (struct dirent *de; r == 0 && d && (de = readdir(d));) {
		struct pci_device pci;

		if (!pciaddr_valid(de->d_name) || pci_read(rootfd, de->d_name, &pci, NULL) < 0 ||
			!pci_is_network(&pci))
			continue;
		struct nics_item *more = mem_more(n.items, n.n);

		if (!more) {
			r = -ENOMEM;
			break;
		}
		more->pci = pci;
		complete(rootfd, more);
		n.n++;
	}
	if (d)
		(void)closedir(d);
	if (r < 0) {
		nics_free(&n);
		return r;
	}
	if (n.n)
		qsort(n.items, n.n, sizeof(*n.items), by_address);
	*ret = n;
	return 0;
}

void nics_free(struct nics *n)
{
	free(n->items);
	*n = (struct nics){0};
}

bool nics_group_other(int rootfd, const char *address, char other[static PCIADDR_LEN],
	char driver[static 64])
{
	char path[96];
	bool found = false;

	(void)snprintf(path, sizeof(path), DEVICES "/%.23s/iommu_group/devices", address);
	DIR *d = open_dir(rootfd, path);

	for (struct dirent *de; d && !found && (de = readdir(d));) {
		struct pci_device pci;

		if (!pciaddr_valid(de->d_name) || strcmp(de->d_name, address) == 0 ||
			pci_read(rootfd, de->d_name, &pci, NULL) < 0 ||
			pci.class >> 16 == CLASS_BRIDGE)
			continue;
		(void)snprintf(other, PCIADDR_LEN, "%.23s", pci.address);
		(void)snprintf(driver, 64, "%.63s", pci.driver);
		found = true;
	}
	if (d)
		(void)closedir(d);
	return found;
}

void nics_group_type(int rootfd, int64_t group, char buf[static 32])
{
	char path[96];

	(void)snprintf(path, sizeof(path), "/sys/kernel/iommu_groups/%lld/type", (long long)group);
	if (file_read_line(rootfd, path, buf, 32) < 0)
		buf[0] = '\0';
}
