/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A running DPDK program: where its memory, its threads and its NICs are, what of it is locked, and
 * what crosses a NUMA node. Each part has a file; all of them read files below one root fd.
 */
#ifndef LIVE_LIVE_H
#define LIVE_LIVE_H

#include <dpdkpod/dpdkpod.h>

#include "facts.h"
#include "live_ports.h"
#include "live_process.h"
#include "topology.h"

enum live_kind {
	LIVE_HUGEPAGES,
	LIVE_NO_HUGE, /* DPDK's own memory with --no-huge */
	LIVE_ANONYMOUS,
	LIVE_FILES, /* programs, libraries, shared memory */
};

struct live_share {
	int64_t node, bytes;
};

/* All mappings of one kind and page size, as far as pages are there. */
struct live_memory {
	int kind; /* enum live_kind */
	int64_t page_size, bytes;
	struct live_share *nodes; /* ascending */
	size_t n_nodes;
};

struct live_nic {
	char *pci;       /* NULL: not a PCI device */
	char *interface; /* its name in the pod; NULL: not known */
	char *driver;    /* the kernel's */
	int64_t port;    /* DPDK's number */
	int64_t node, group;
};

struct live_locked {
	int64_t locked; /* bytes of mlock and of VFIO's mappings */
	int64_t pinned; /* bytes of what is pinned otherwise (iommufd, RDMA, XDP) */
	int64_t limit;  /* RLIMIT_MEMLOCK, bytes; CODEC_ABSENT: none */
	int ipc_lock;   /* 1: it has the capability that lifts the limit */
};

enum live_crossing_kind {
	CROSS_WORKER_NIC,    /* a worker is on another node than all NICs */
	CROSS_NIC_WORKER,    /* no worker is on a NIC's node */
	CROSS_MEMORY_NIC,    /* DPDK's memory is on a node without a NIC */
	CROSS_NIC_MEMORY,    /* none of it is on a NIC's node */
	CROSS_WORKER_MEMORY, /* none of it is on a worker's node; the NICs' are not known */
};

struct live_crossing {
	int kind; /* enum live_crossing_kind */
	int64_t node;
	char *text, *remedy;
};

struct live {
	int64_t pid;
	char *name, *version;
	struct live_process process;
	struct live_ports ports;
	struct live_nic *nics;
	size_t n_nics;
	struct live_memory *memory;
	size_t n_memory;
	struct live_locked locked;
	struct live_crossing *crossings;
	size_t n_crossings;
	char *note; /* what could not be found out; NULL: nothing */
};

/* live_memory.c: /proc/PID/numa_maps. -ENOENT: the kernel knows no NUMA nodes. */
int live_memory(int root, struct live *l, struct err *e);
/* live_locked.c: /proc/PID/status and limits. */
int live_locked(int root, struct live *l, struct err *e);
/* live_devices.c: the devices it has open, and those its ports name. pod may be NULL. */
int live_devices(const struct dpdkpod_facts *f, const struct dpdkpod *pod, struct live *l,
	struct err *e);
/* live_crossing.c: fills threads' nodes, and crossings, from all the rest. */
int live_crossings(const struct topology *t, struct live *l, struct err *e);

/* All of that for the process l->pid; pod, which may be NULL, names its NICs. To be freed in any case. */
int live_gather(const struct dpdkpod_facts *f, const struct dpdkpod *pod, struct live *l,
	struct err *e);
void live_free(struct live *l);

#endif
