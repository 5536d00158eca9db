/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpulist.h"
#include "file.h"
#include "mem.h"
#include "pool.h"

#define SRIOV_CNI_DIR "/var/lib/cni/sriov/pci"

void pool_free(struct pool *p)
{
	free(p->vf);
	*p = (struct pool){0};
}

/* Whatever the kubelet's device plugins have, given to a pod or not, and what sriov-cni has. */
static bool is_others(const struct machine *m, struct kubelet *k, const char *address)
{
	char path[96];

	if (kubelet_registered(k, address) || kubelet_owner(k, address))
		return true;
	(void)snprintf(path, sizeof(path), SRIOV_CNI_DIR "/%s", address);
	auto_close int fd = file_open(m->root, path, O_PATH, 0, FILE_IN_ROOT);

	return fd >= 0;
}

/* "ens1f0#0-3" is the PF and which of its VFs. */
static int parse(const struct machine *m, const char *text, char pf[static PCIADDR_LEN],
	struct cpulist *ret_vfs, bool *ret_all, struct err *e)
{
	char name[128], *hash;
	auto_nic struct nic n;
	struct pciaddr a;
	int r = 0;

	nic_init(&n);
	/* The codec has seen to its length. */
	(void)snprintf(name, sizeof(name), "%s", text);
	hash = strchr(name, '#');
	*ret_all = !hash;
	if (hash) {
		*hash = '\0';
		r = hash[1] ? cpulist_parse(hash + 1, ret_vfs, e)
			    : err_set(e, ERR_CONFIG, EINVAL, "no VF is named behind \"#\"");
	}
	if (r < 0) {
		err_prefix(e, "stdin: pf \"%s\"", text);
		return r;
	}
	if (pciaddr_parse(name, &a, NULL) == 0) {
		(void)pciaddr_format(&a, pf);
		return 0;
	}
	const struct netconf by_name = {.device = name};

	r = nic_find(m, &by_name, &n, e);
	if (r == 0 && !n.pci.address[0])
		r = err_set(e, ERR_DEVICE, ENODEV, "pf %s: it is no PCI device", text);
	if (r < 0)
		return r;
	(void)snprintf(pf, PCIADDR_LEN, "%s", n.pci.address);
	return 0;
}

static int add(struct pool *p, const char *address, int64_t node)
{
	struct pool_vf *vf = mem_more(p->vf, p->n);

	if (!vf)
		return -ENOMEM;
	(void)snprintf(vf->address, sizeof(vf->address), "%.23s", address);
	vf->node = node;
	p->n++;
	return 0;
}

static int add_vfs(const struct machine *m, const char *text, struct kubelet *k, struct pool *p,
	struct err *e)
{
	struct cpulist vfs = {0};
	char pf[PCIADDR_LEN], address[PCIADDR_LEN];
	struct pci_device d;
	bool all = true;
	int r = parse(m, text, pf, &vfs, &all, e);

	if (r == 0)
		r = pci_read(m->root, pf, &d, e);
	if (r < 0)
		return r;
	if (d.num_vfs <= 0) {
		r = err_set(e, ERR_DEVICE, ENODEV, "pf %s (%s): it has no VFs", text, pf);
		err_remedy(e, "make some: echo 4 > /sys/bus/pci/devices/%s/sriov_numvfs", pf);
		return r;
	}
	for (unsigned int i = 0; i < d.num_vfs; i++) {
		if ((!all && !cpulist_has(&vfs, i)) ||
			pci_vf_address(m->root, pf, i, address) < 0 ||
			(k && is_others(m, k, address)))
			continue;
		if (add(p, address, d.numa_node) < 0)
			return err_sys(e, ERR_INTERNAL, ENOMEM, "pf");
	}
	return 0;
}

int pool_list(const struct machine *m, const struct netconf *c, struct kubelet *k, struct pool *ret,
	struct err *e)
{
	auto_pool struct pool p = {0};
	int r = 0;

	for (size_t i = 0; r == 0 && i < c->n_pf; i++)
		r = add_vfs(m, c->pf[i], k, &p, e);
	if (r < 0)
		return r;
	*ret = p;
	p = (struct pool){0};
	return 0;
}

int pool_check(const struct machine *m, const struct netconf *c, struct err *e)
{
	auto_pool struct pool p = {0};

	return pool_list(m, c, NULL, &p, e);
}
