/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pod file: what the plugin knows of a pod's interfaces, CPUs and hugepages, published on
 * the node and read in the pod. This is the one place of its format; conf/pod.schema.json is
 * its description for others. One struct is encoded by the writer and decoded by the reader.
 *
 * Versions: "major.minor". A reader refuses a higher major version and ignores unknown fields.
 */
#ifndef BASE_PODFILE_H
#define BASE_PODFILE_H

#include <stddef.h>
#include <stdint.h>

#include "codec.h"
#include "err.h"

#define PODFILE_VERSION "1.0"
#define PODFILE_NAME "pod.json"
#define PODFILE_DIR "/run/dpdk-pod" /* where the pod sees it */
#define PODFILE_MAX (1u << 20)      /* bytes; a larger file is refused */

#define SIZE_NAME 1024 /* bytes of a name: of a network, pod, container, resource */

enum podfile_mode { PODFILE_NETDEV, PODFILE_VFIO };

struct podfile_interface {
	char *name;        /* in the pod, e.g. net1 */
	char *network;     /* the network's name */
	char *resource;    /* Kubernetes resource it was allocated from; NULL unknown */
	char *container;   /* the container it was allocated to; NULL: any */
	int mode;          /* enum podfile_mode */
	char *pci_address; /* NULL for a NIC without one (veth, tap, a scalable function) */
	char *auxiliary;   /* a scalable function's name on the auxiliary bus, mlx5_core.sf.4 */
	char *pf;          /* PF's PCI address where this is a VF or a scalable function */
	int64_t vf;        /* VF index at its PF */
	char *driver;      /* bound when published */
	char *vendor;      /* PCI IDs, "0x8086" */
	char *device;
	int64_t numa_node;   /* absent: unknown */
	int64_t iommu_group; /* mode vfio */
	int no_iommu;        /* mode vfio without an IOMMU */
	char *mac;           /* xx:xx:xx:xx:xx:xx */
	int64_t vlan;        /* set at the PF, 0..4094 */
	int64_t mtu;         /* bytes */
	char **ips;          /* CIDR notation */
	size_t n_ips;
	char *gateway;
};

struct podfile_memory {
	char *type; /* "hugepages-2Mi", "hugepages-1Gi", "memory" */
	int64_t bytes;
	int64_t *numa_nodes; /* nodes it may come from */
	size_t n_numa_nodes;
};

struct podfile_container {
	char *name;
	char *cpus;    /* list notation; NULL unknown */
	int exclusive; /* 1: no other pod runs there */
	struct podfile_memory *memory;
	size_t n_memory;
};

struct podfile_pod {
	char *ns; /* Kubernetes namespace */
	char *name;
	char *uid;
	char *sandbox; /* CNI_CONTAINERID */
};

struct podfile_node {
	char *name;
	char *boot_id;
};

struct podfile {
	char *version;
	struct podfile_pod pod;
	struct podfile_interface *interfaces;
	size_t n_interfaces;
	struct podfile_container *containers;
	size_t n_containers;
	struct podfile_memory
		*hugepages; /* limits of the pod's control group, which no container sees */
	size_t n_hugepages;
	struct podfile_node node;
};

extern const char *const podfile_mode_names[]; /* by enum podfile_mode */

/* For those who embed an interface or a container in a format of their own (the plugin's record). */
extern const struct codec_field podfile_interface_fields[];
extern const struct codec_field podfile_container_fields[];
extern const struct codec_field podfile_limit_fields[];
/* For tests that hold reader and writer against each other. */
extern const struct codec_field podfile_fields[];

void podfile_init(struct podfile *p);
void podfile_free(struct podfile *p);
/* Text of at most PODFILE_MAX bytes; what names it in messages. */
int podfile_decode(const char *text, size_t len, const char *what, struct podfile *ret,
	struct err *e);
/* Owned, indented text. Sets the version itself. */
int podfile_encode(const struct podfile *p, char **ret, struct err *e);

#endif
