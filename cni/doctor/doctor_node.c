/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "mem.h"
#include "doctor_node.h"
#include "nodes.h"
#include "iommu.h"
#include "process.h"

static bool exists(int rootfd, const char *path)
{
	auto_close int fd = file_open(rootfd, path, O_PATH, 0, FILE_IN_ROOT);

	return fd >= 0;
}

/* Of the running kubelet, else where one within another program keeps its pods. */
static void find_kubelet_dir(struct node *n)
{
	const char *home;
	char pods[sizeof(n->kubelet_dir) + sizeof("/pods")];

	(void)snprintf(n->kubelet_dir, sizeof(n->kubelet_dir), "%s", KUBELET_DIR);
	if (kubelet_config_root(n->m.root, n->kubelet_pid, n->kubelet_dir,
		    sizeof(n->kubelet_dir)) ||
		n->kubelet_pid > 0)
		return;
	for (size_t i = 0; (home = policy_kubelet_home(i)); i++) {
		(void)snprintf(pods, sizeof(pods), "%s/pods", home);
		if (!exists(n->m.root, pods))
			continue;
		(void)snprintf(n->kubelet_dir, sizeof(n->kubelet_dir), "%s", home);
		return;
	}
}

static bool has_pods(const struct node *n)
{
	char pods[sizeof(n->kubelet_dir) + sizeof("/pods")];

	(void)snprintf(pods, sizeof(pods), "%s/pods", n->kubelet_dir);
	return exists(n->m.root, pods);
}

static void read_kubelet(struct node *n)
{
	const int root = n->m.root;

	n->kubelet_pid = process_find(root, "kubelet");
	n->containerd = process_find(root, "containerd");
	n->crio = process_find(root, "crio");
	find_kubelet_dir(n);
	n->is_kubelet = n->kubelet_path || n->kubelet_pid > 0 ||
		exists(root, KUBELET_DIR "/config.yaml") || has_pods(n);
	(void)kubelet_config_read(root, n->kubelet_path, n->kubelet_pid, &n->kubelet,
		&n->kubelet_err);
}

static void read_kernel(struct node *n)
{
	const int root = n->m.root;

	(void)cmdline_read(root, &n->cmdline);
	kernel_cpus(root, "online", &n->online);
	nodes_online(root, &n->nodes);
	(void)hugepages_read(root, &n->hugepages);
	(void)nics_read(root, &n->nics);
	n->iommu_groups = iommu_count(root);
}

/* Without root the own network namespace cannot be proven, but nearly all can be seen. */
static int open_machine(struct machine *m, struct err *e)
{
	struct err why = ERR_INIT;

	if (machine_open(m, &why) == 0)
		return 0;
	if (geteuid() == 0 || m->root < 0) {
		*e = why;
		return -EIO;
	}
	return m->nl ? 0 : nl_open(&m->nl, e);
}

int node_open(struct node *n, struct err *e)
{
	int r = open_machine(&n->m, e);

	if (r < 0)
		return r;
	read_kernel(n);
	read_kubelet(n);
	r = netdir_read(n->m.root, n->net_dir, n->net, &n->networks, e);
	if (r < 0)
		return r;
	r = state_open(n->m.root, false, &n->m.state, &n->state_err);
	n->has_state = r == 0;
	return 0;
}

void node_close(struct node *n)
{
	hugepages_free(&n->hugepages);
	nics_free(&n->nics);
	kubelet_config_free(&n->kubelet);
	netdir_free(&n->networks);
	machine_close(&n->m);
}

const struct nics_item *node_nic(const struct node *n, int64_t numa_node)
{
	const struct nics_item *found = NULL;

	for (size_t i = 0; i < n->nics.n; i++) {
		const struct nics_item *nic = &n->nics.items[i];

		if (nic->pci.numa_node == numa_node &&
			(!found || (!found->total_vfs && nic->total_vfs)))
			found = nic;
	}
	return found;
}
