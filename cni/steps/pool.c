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

#define CHECKPOINT "device-plugins/kubelet_internal_checkpoint"
#define CHECKPOINT_MAX (16u << 20)
#define SRIOV_CNI_DIR "/var/lib/cni/sriov/pci"

void pool_free(struct pool *p)
{
	free(p->address);
	*p = (struct pool){0};
}

/* The kubelet's checkpoint names every device that a device plugin registered. A PCI address is
 * as good as a word of its own: the file needs no parsing for that. */
struct others {
	const struct machine *m;
	char *checkpoint; /* NULL: no kubelet here */
};

static void read_others(const struct machine *m, const struct netconf *c, struct others *ret)
{
	char path[4200];

	*ret = (struct others){m, NULL};
	(void)snprintf(path, sizeof(path), "%s/" CHECKPOINT,
		c->kubelet_dir ? c->kubelet_dir : "/var/lib/kubelet");
	(void)file_read(m->root, path, FILE_IN_ROOT, CHECKPOINT_MAX, &ret->checkpoint, NULL);
}

static bool is_others(const struct others *o, const char *address)
{
	char path[96];

	if (o->checkpoint && strstr(o->checkpoint, address))
		return true;
	(void)snprintf(path, sizeof(path), SRIOV_CNI_DIR "/%s", address);
	auto_close int fd = file_open(o->m->root, path, O_PATH, 0, FILE_IN_ROOT);

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
		r = cpulist_parse(hash + 1, ret_vfs, e);
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

static int add_vfs(const struct machine *m, const char *text, const struct others *o, struct pool *p,
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
		if ((!all && !cpulist_has(&vfs, i)) || pci_vf_address(m->root, pf, i, address) < 0 ||
			is_others(o, address))
			continue;
		void *bigger = realloc(p->address, (p->n + 1) * sizeof(*p->address));

		if (!bigger)
			return err_sys(e, ERR_INTERNAL, ENOMEM, "pf");
		p->address = bigger;
		(void)snprintf(p->address[p->n++], PCIADDR_LEN, "%.23s", address);
	}
	return 0;
}

int pool_list(const struct machine *m, const struct netconf *c, struct pool *ret, struct err *e)
{
	auto_pool struct pool p = {0};
	struct others o;
	int r = 0;

	read_others(m, c, &o);
	for (size_t i = 0; r == 0 && i < c->n_pf; i++)
		r = add_vfs(m, c->pf[i], &o, &p, e);
	free(o.checkpoint);
	if (r < 0)
		return r;
	*ret = p;
	p = (struct pool){0};
	return 0;
}

int pool_check(const struct machine *m, const struct netconf *c, struct err *e)
{
	auto_pool struct pool p = {0};

	return pool_list(m, c, &p, e);
}
