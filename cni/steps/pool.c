/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpulist.h"
#include "file.h"
#include "log.h"
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
		if (!hash[1] || cpulist_parse(hash + 1, ret_vfs, NULL) < 0)
			r = err_set(e, ERR_CONFIG, EINVAL,
				"stdin: pf \"%s\": \"%s\" is not a list of VF numbers (write "
				"\"%s#0-3,7\")",
				text, hash + 1, name);
	}
	if (r < 0)
		return r;
	if (pciaddr_parse(name, &a, NULL) == 0) {
		(void)pciaddr_format(&a, pf);
		return 0;
	}
	const struct netconf by_name = {.device = name};

	r = nic_find(m, &by_name, &n, e);
	if (r == 0 && !n.pci.address[0])
		r = err_set(e, ERR_DEVICE, ENODEV, "pf %s: it is not a PCI device", text);
	if (r < 0)
		return r;
	(void)snprintf(pf, PCIADDR_LEN, "%s", n.pci.address);
	return 0;
}

/* The kernel's own word for the link; a PF without one here tells nothing. */
static bool has_no_carrier(const struct machine *m, const char *pf)
{
	char path[PCI_PATH], state[32];
	auto_dir DIR *d = file_opendir(m->root, pci_path(pf, "net", path));
	bool down = false;

	/* Representors of its VFs are beside it: any that is up will do. */
	for (const char *name; d && (name = file_next(d));) {
		(void)snprintf(path, sizeof(path), "%.64s/operstate", name);
		if (file_read_line(dirfd(d), path, state, sizeof(state)) < 0)
			continue;
		down = strcmp(state, "down") == 0 || strcmp(state, "lowerlayerdown") == 0;
		if (!down)
			break;
	}
	return down;
}

static int no_vfs(const char *text, const char *pf, struct err *e)
{
	int r = err_set(e, ERR_DEVICE, ENODEV, "pf %s (%s): it has no VFs", text, pf);

	err_remedy(e, "make some: echo 4 > /sys/bus/pci/devices/%s/sriov_numvfs", pf);
	return r;
}

static int no_such_vfs(const char *text, const char *pf, int64_t n, struct err *e)
{
	int r = err_set(e, ERR_DEVICE, ENODEV,
		"pf %s (%s): it has no VF of these numbers: its %d VFs "
		"are numbered 0 to %d",
		text, pf, (int)n, (int)n - 1);

	err_remedy(e, "name others, or make more (sriov_numvfs)");
	return r;
}

/* One PF with its numbers. */
static int add_vfs(const struct machine *m, const char *text, struct kubelet *k, struct pool *p,
	struct err *e)
{
	struct cpulist vfs = {0};
	struct pool_vf vf = {0};
	struct pci_device d;
	bool all = true, any = false;
	int r = parse(m, text, vf.pf, &vfs, &all, e);

	if (r == 0)
		r = pci_read(m->root, vf.pf, &d, e);
	if (r < 0)
		return r;
	if (d.num_vfs <= 0)
		return no_vfs(text, vf.pf, e);
	vf.node = d.numa_node;
	vf.no_carrier = has_no_carrier(m, vf.pf);
	for (unsigned int i = 0; i < d.num_vfs; i++) {
		if ((!all && !cpulist_has(&vfs, i)) ||
			pci_vf_address(m->root, vf.pf, i, vf.address) < 0)
			continue;
		any = true;
		if (k && is_others(m, k, vf.address))
			continue;
		struct pool_vf *more = mem_more(p->vf, p->n);

		if (!more)
			return err_sys(e, ERR_INTERNAL, ENOMEM, "pf");
		*more = vf;
		p->n++;
	}
	return any ? 0 : no_such_vfs(text, vf.pf, d.num_vfs, e);
}

int pool_list(const struct machine *m, const struct netconf *c, struct kubelet *k, struct pool *ret,
	struct err *e)
{
	auto_pool struct pool p = {0};
	struct err first = ERR_INIT;
	size_t serve = 0;
	int r = 0;

	for (size_t i = 0; i < c->n_pf; i++) {
		struct err why = ERR_INIT;

		r = add_vfs(m, c->pf[i], k, &p, &why);
		if (r < 0 && why.code != ERR_DEVICE) {
			*e = why;
			return r;
		}
		serve += r == 0;
		if (r < 0 && first.code == ERR_NONE)
			first = why;
		if (r < 0 && c->n_pf > 1)
			log_warning("%s", why.msg);
	}
	if (serve == 0) {
		*e = first;
		return -ENODEV;
	}
	*ret = p;
	p = (struct pool){0};
	return 0;
}

/* Stable: among themselves they keep their order. */
int pool_carrier_first(struct pool *p, struct err *e)
{
	struct pool_vf *sorted = calloc(p->n ? p->n : 1, sizeof(*sorted));
	size_t n = 0;

	if (!sorted)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "pf");
	for (int down = 0; down < 2; down++)
		for (size_t i = 0; i < p->n; i++)
			if (p->vf[i].no_carrier == down)
				sorted[n++] = p->vf[i];
	free(p->vf);
	p->vf = sorted;
	return 0;
}

int pool_check(const struct machine *m, const struct netconf *c, struct err *e)
{
	auto_pool struct pool p = {0};

	return pool_list(m, c, NULL, &p, e);
}
