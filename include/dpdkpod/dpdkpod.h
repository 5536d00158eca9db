/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libdpdkpod: what a DPDK program in a pod needs to know, without writing it by hand.
 *
 *  - the pod file (published by the dpdk-cni plugin): which interfaces, in which mode;
 *  - live facts of this container: CPUs, hugepages, locked memory, capabilities;
 *  - the EAL argument vector derived from both, every argument with its reason.
 *
 * Conventions. Functions return 0 or a negative errno, fill *err (which may be NULL) on failure
 * and leave their ret_ arguments untouched then. Objects are opaque and immutable once made; a
 * const char * returned by an accessor lives as long as its object, and is NULL where the value
 * is unknown. Numbers unknown are -1. The library keeps no global state, never prints and never
 * exits; different objects may be used from different threads.
 */
#ifndef DPDKPOD_DPDKPOD_H
#define DPDKPOD_DPDKPOD_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Where the pod file is, unless DPDK_POD_FILE in the environment says otherwise. */
#define DPDKPOD_DEFAULT_FILE "/run/dpdk-pod/pod.json"

struct dpdkpod;
struct dpdkpod_interface;
struct dpdkpod_facts;
struct dpdkpod_eal;

struct dpdkpod_error {
	int errnum;         /* positive errno */
	char message[1024]; /* object, action, reason */
	char remedy[512];   /* what a person does about it; may be empty */
};

/* The version of this library, e.g. "0.1.0". */
const char *dpdkpod_version(void);

/* ------------------------------------------------------------------ the pod file */

enum dpdkpod_mode {
	DPDKPOD_NETDEV = 0, /* a kernel network device in this network namespace */
	DPDKPOD_VFIO = 1,   /* a PCI device bound to a userspace driver */
};

/*
 * Reads and checks a pod file. path NULL: $DPDK_POD_FILE, else DPDKPOD_DEFAULT_FILE.
 * -ENOENT: there is none; -EINVAL: damaged; -EPROTONOSUPPORT: of a newer major version;
 * -EACCES: not readable; -EFBIG: over 1 MiB.
 */
int dpdkpod_open(const char *path, struct dpdkpod **ret_pod, struct dpdkpod_error *err);
void dpdkpod_close(struct dpdkpod *pod); /* NULL is fine */

const char *dpdkpod_path(const struct dpdkpod *pod);
const char *dpdkpod_pod_namespace(const struct dpdkpod *pod);
const char *dpdkpod_pod_name(const struct dpdkpod *pod);
const char *dpdkpod_pod_uid(const struct dpdkpod *pod);
/* The container of the pod this process runs in: DPDK_POD_CONTAINER, else found by its CPUs;
 * NULL: not known (the file names none, or more than one fits). */
const char *dpdkpod_container(const struct dpdkpod *pod);

size_t dpdkpod_interface_count(const struct dpdkpod *pod);
const struct dpdkpod_interface *dpdkpod_interface_at(const struct dpdkpod *pod, size_t i);
const struct dpdkpod_interface *dpdkpod_interface_find(const struct dpdkpod *pod, const char *name);

enum dpdkpod_mode dpdkpod_interface_mode(const struct dpdkpod_interface *i);
const char *dpdkpod_interface_name(const struct dpdkpod_interface *i);
const char *dpdkpod_interface_network(const struct dpdkpod_interface *i);
const char *dpdkpod_interface_resource(const struct dpdkpod_interface *i);
const char *dpdkpod_interface_container(const struct dpdkpod_interface *i);
const char *dpdkpod_interface_pci_address(const struct dpdkpod_interface *i);
/* The name of a scalable function on the auxiliary bus: mlx5_core.sf.4 */
const char *dpdkpod_interface_auxiliary(const struct dpdkpod_interface *i);
const char *dpdkpod_interface_pf(const struct dpdkpod_interface *i);
const char *dpdkpod_interface_driver(const struct dpdkpod_interface *i);
const char *dpdkpod_interface_mac(const struct dpdkpod_interface *i);
const char *dpdkpod_interface_gateway(const struct dpdkpod_interface *i);
size_t dpdkpod_interface_ip_count(const struct dpdkpod_interface *i);
const char *dpdkpod_interface_ip_at(const struct dpdkpod_interface *i, size_t n); /* CIDR */
int dpdkpod_interface_vf(const struct dpdkpod_interface *i); /* index at its PF */
int dpdkpod_interface_numa_node(const struct dpdkpod_interface *i);
int dpdkpod_interface_iommu_group(const struct dpdkpod_interface *i);
int dpdkpod_interface_no_iommu(const struct dpdkpod_interface *i); /* 1: yes */
int dpdkpod_interface_vlan(const struct dpdkpod_interface *i);     /* 0..4094 */
int dpdkpod_interface_mtu(const struct dpdkpod_interface *i);      /* bytes */

/* ------------------------------------------------------------------ live facts */

/*
 * What the kernel grants this process now: CPU affinity and cpuset (cgroup v1, v2, hybrid),
 * hugetlbfs mounts, free pages per size and node, hugetlb cgroup limits, RLIMIT_MEMLOCK,
 * capabilities, VFIO nodes. Read it before rte_eal_init, which changes the calling thread's affinity.
 */
int dpdkpod_facts_read(struct dpdkpod_facts **ret_facts, struct dpdkpod_error *err);
void dpdkpod_facts_free(struct dpdkpod_facts *facts);

const char *dpdkpod_facts_cpus(
	const struct dpdkpod_facts *f); /* usable: affinity within cpuset, list notation */
const char *dpdkpod_facts_affinity(
	const struct dpdkpod_facts *f); /* sched_getaffinity, list notation */
const char *dpdkpod_facts_cpuset(const struct dpdkpod_facts *f); /* cgroup's, list notation */
uint64_t dpdkpod_facts_memlock(const struct dpdkpod_facts *f);   /* bytes; UINT64_MAX: no limit */
uint64_t dpdkpod_facts_capabilities(
	const struct dpdkpod_facts *f); /* effective set, bit per CAP_* */

struct dpdkpod_hugepages {
	uint64_t page_size;  /* bytes */
	int node;            /* NUMA node */
	uint64_t free_pages; /* of the machine, on this node */
	uint64_t total_pages;
};

size_t dpdkpod_facts_hugepages_count(const struct dpdkpod_facts *f); /* one per size and node */
const struct dpdkpod_hugepages *dpdkpod_facts_hugepages_at(const struct dpdkpod_facts *f, size_t i);
/* Bytes this container may still take of that page size (hugetlb cgroup's limits less use, on
 * every level); UINT64_MAX: no limit. */
uint64_t dpdkpod_facts_hugepages_allowed(const struct dpdkpod_facts *f, uint64_t page_size);
/* The same, and no more than the pod's own limit, which a container cannot see and the pod file has.
 * pod may be NULL. */
uint64_t dpdkpod_hugepages_allowed(const struct dpdkpod *pod, const struct dpdkpod_facts *facts,
	uint64_t page_size);
/* Mount point of a hugetlbfs of that page size this process can write to, or NULL. */
const char *dpdkpod_facts_hugepages_mount(const struct dpdkpod_facts *f, uint64_t page_size);

/* Both as one JSON document, owned by the caller (free); pod may be NULL. */
int dpdkpod_json(const struct dpdkpod *pod, const struct dpdkpod_facts *facts, char **ret_text,
	struct dpdkpod_error *err);

/* ------------------------------------------------------------------ EAL arguments */

/* How an interface in netdev mode is driven where its driver is not bifurcated. */
enum dpdkpod_netdev_pmd {
	/* DPDK_POD_NETDEV_PMD in the environment, else net_af_packet where this process has NET_ADMIN
	 * (the driver sets the interface's flags at every start), else net_pcap. */
	DPDKPOD_PMD_AUTO = 0,
	DPDKPOD_PMD_AF_PACKET = 1,
	DPDKPOD_PMD_AF_XDP = 2,
	DPDKPOD_PMD_PCAP = 3,
};

/* "af_packet", "af_xdp" or "pcap"; -EINVAL: another name. */
int dpdkpod_netdev_pmd_parse(const char *name, enum dpdkpod_netdev_pmd *ret_pmd);

/* How the CPUs are named to EAL. */
enum dpdkpod_lcores {
	DPDKPOD_LCORES_MAPPED = 0, /* --lcores 0@4,1@5: any CPU */
	/* For programs that give EAL a -l of their own unless they see one of these (Open vSwitch); CPUs
	 * below 128 only. */
	DPDKPOD_LCORES_LIST = 1, /* -l 4-5 */
	DPDKPOD_LCORES_MASK = 2, /* -c 0x30 */
};

struct dpdkpod_eal_request {
	size_t size;                       /* sizeof(struct dpdkpod_eal_request): lets it grow */
	const struct dpdkpod *pod;         /* NULL: no pod file */
	const struct dpdkpod_facts *facts; /* required */
	const char *program;               /* becomes argv[0]; NULL: "dpdk" */
	char *const *user_argv;   /* EAL arguments given by hand, NULL-terminated; NULL: none.
	                                      They win over what they conflict with. A "--" ends them;
	                                      it and what follows is passed on as it is. */
	const char *dpdk_version; /* of the program to start, "22.11.4" or what rte_version()
	                                      returns; NULL: not known, taken for 22.11 or newer */
	enum dpdkpod_netdev_pmd netdev_pmd;
	enum dpdkpod_lcores lcores_as;
};

/*
 * The argument vector for rte_eal_init: program, derived arguments, the user's. Fails where no
 * vector can work (no CPU; an interface the file lists that is not there), with the remedy.
 */
int dpdkpod_eal_derive(const struct dpdkpod_eal_request *request, struct dpdkpod_eal **ret_eal,
	struct dpdkpod_error *err);
void dpdkpod_eal_free(struct dpdkpod_eal *eal);

int dpdkpod_eal_argc(const struct dpdkpod_eal *eal);
/* NULL-terminated. The array may be permuted by rte_eal_init; the strings are the object's. */
char **dpdkpod_eal_argv(struct dpdkpod_eal *eal);
/* Why argument i is there, and from which fact: one sentence. */
const char *dpdkpod_eal_reason(const struct dpdkpod_eal *eal, int i);
/* Remarks about the whole ("no hugepages: memory is not pinned, VFIO will not work"). */
size_t dpdkpod_eal_note_count(const struct dpdkpod_eal *eal);
const char *dpdkpod_eal_note_at(const struct dpdkpod_eal *eal, size_t i);
/* The DPDK device that serves an interface, as rte_eth_dev_get_port_by_name takes it; NULL: none
 * (another container's, or left out: a note says why). */
const char *dpdkpod_eal_device(const struct dpdkpod_eal *eal, const struct dpdkpod_interface *i);

#ifdef __cplusplus
}
#endif

#endif
