/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bus.h"
#include "file.h"
#include "mem.h"
#include "netif.h"
#include "nics.h"

#define DEVICES "/sys/bus/pci/devices"

static int64_t read_number(int rootfd, const char *address, const char *name, int64_t absent)
{
	char path[PCI_PATH];
	int64_t v;

	return file_read_int(rootfd, pci_path(address, name, path), &v) == 0 ? v : absent;
}

static bool is_down(int rootfd, const char *address, const char *netdev)
{
	char path[64];
	int64_t flags;

	(void)snprintf(path, sizeof(path), "net/%.15s/flags", netdev);
	flags = read_number(rootfd, address, path, -1);
	/* Where another bus lies between, it is not there. */
	return (flags >= 0 || netif_flags(rootfd, netdev, &flags) == 0) && !(flags & IFF_UP);
}

static void complete(int rootfd, struct nics_item *i)
{
	const char *address = i->pci.address;

	i->total_vfs = read_number(rootfd, address, "sriov_totalvfs", 0);
	i->autoprobe = read_number(rootfd, address, "sriov_drivers_autoprobe", 1) != 0;
	bus_netdev(rootfd, "pci", address, i->netdev);
	i->is_down = i->netdev[0] && is_down(rootfd, address, i->netdev);
}

static int by_address(const void *a, const void *b)
{
	return strcmp(((const struct nics_item *)a)->pci.address,
		((const struct nics_item *)b)->pci.address);
}

int nics_read(int rootfd, struct nics *ret)
{
	struct nics n = {0};
	auto_dir DIR *d = file_opendir(rootfd, DEVICES);
	int r = 0;

	for (const char *name; r == 0 && d && (name = file_next(d));) {
		struct pci_device pci;

		if (!pciaddr_valid(name) || pci_read(rootfd, name, &pci, NULL) < 0 ||
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
	if (r < 0) {
		nics_free(&n);
		return r;
	}
	mem_sort(n.items, n.n, by_address);
	*ret = n;
	return 0;
}

void nics_free(struct nics *n)
{
	free(n->items);
	*n = (struct nics){0};
}
