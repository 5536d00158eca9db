/* SPDX-License-Identifier: Apache-2.0 */
/* The machine as the checks see it: what several of them ask for is read once, beforehand. */
#ifndef DOCTOR_DOCTOR_NODE_H
#define DOCTOR_DOCTOR_NODE_H

#include <errno.h>

#include "attach.h"
#include "hugepages.h"
#include "kernel.h"
#include "kubelet_config.h"
#include "netdir.h"
#include "nics.h"
#include "report.h"

struct node {
	struct machine m;
	const char *kubelet_path; /* --kubelet-config; NULL: where it usually is */
	const char *net_dir;      /* --net-dir */
	const char *net;          /* --net; NULL: none */

	struct cmdline cmdline;
	struct cpulist online; /* CPUs */
	struct cpulist nodes;  /* of memory */
	struct hugepages_list hugepages;
	struct nics nics;
	size_t iommu_groups;
	int containerd, crio, kubelet_pid; /* processes; negative: none runs */
	struct kubelet_config kubelet;
	struct err kubelet_err; /* why it cannot be read */
	char kubelet_dir[256];  /* its sockets, its state, the pods' volumes */
	bool is_kubelet;        /* a kubelet lives here, or its configuration was named */
	struct netdir networks;
	bool has_state; /* something is or was attached; m.state is open */
	struct err state_err;
};

/* Fails only where nothing can be looked at; a check says what it misses. */
int node_open(struct node *n, struct err *e);
void node_close(struct node *n);
#define auto_node auto_with(node_close)
#define NODE_INIT ((struct node){.m = MACHINE_INIT})

/* Does this machine run containers? */
static inline bool node_has_runtime(const struct node *n)
{
	return n->containerd > 0 || n->crio > 0;
}

static inline bool node_is_numa(const struct node *n)
{
	return cpulist_count(&n->nodes) > 1;
}

/* What cannot be looked at without root is no fault of the machine's. */
static inline enum severity node_severity(const struct err *why)
{
	return why->errnum == EACCES ? SEVERITY_NOTE : SEVERITY_ERROR;
}

/* The first NIC of interest on a NUMA node, one with SR-IOV first; NULL: none is there. */
const struct nics_item *node_nic(const struct node *n, int64_t numa_node);

#endif
