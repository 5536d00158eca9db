/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The record of an attachment: what the device was before, what was asked, what was answered.
 * Written once before the first change and again when ADD is done; a JSON file that a person can
 * read: /run/dpdk-cni/pods/<container>/<ifname>.json
 */
#ifndef STATE_RECORD_H
#define STATE_RECORD_H

#include <stdint.h>

#include "err.h"
#include "ethtool.h"
#include "link.h"
#include "podfile.h"
#include "vf.h"

enum record_state {
	RECORD_ADDING,  /* the world is between image and wish */
	RECORD_ADDED,   /* as wished */
	RECORD_UNDOING, /* on the way back to the image */
};
extern const char *const record_state_names[];

/* A file or directory, whatever it is called. */
struct record_object {
	int64_t device, inode; /* CODEC_ABSENT: none */
	int64_t born; /* nanoseconds: inodes are used again; 0 where the file system forgets */
};

struct record {
	char *version;
	int state;
	int64_t created; /* seconds since the epoch */
	char *boot_id;
	char *network, *container, *ifname;
	struct podfile_pod pod;

	struct {
		char *path;
		int64_t inode;
		int64_t cookie;
	} netns;

	/* what ADD was given, as far as undoing needs it (netconf_excerpt): IPAM's DEL above all */
	char *input, *args, *path;
	char *mac; /* MAC= of the CNI_ARGS; NULL: none */

	char *claim; /* name of the device's claim */

	/* image */
	struct link link; /* as it was on the host; name NULL: it had none */
	int64_t link_id;  /* of a link without a bus address: see link_id.h */
	int64_t peer_id;  /* of its other end, on the host */
	struct ethtool_image ethtool;
	/* of the other end of a veth: what ADD turned off (offload.h) */
	char **peer_offloads;
	size_t n_peer_offloads;
	char **bpf; /* programs on it that are no attribute: see bpf.h */
	size_t n_bpf;
	char **uppers; /* what was on top of it in other namespaces: see uppers.h */
	size_t n_uppers;
	int64_t pod_index; /* index chosen for it in the pod; mode netdev */
	struct {
		char *driver;   /* "" : unbound; NULL: no PCI device */
		char *override; /* driver_override, "" none */
		char *target;   /* mode vfio: the userspace driver */
		int64_t inode;  /* of the device's sysfs directory; absent: no PCI device */
		int64_t node_gid, node_mode; /* of the group's node, where they are changed */
	} pci;
	struct vf vf; /* what the PF held of it, of the keys that the network sets */
	/* The MAC address that an administrator gave it at the PF, where ADD set one there: zero where
	 * there was none; NULL: it is not touched there. */
	char *admin_mac;
	char *pod_dir; /* directory of the pod file; NULL: none is published */
	struct record_object pod_dir_is, info_is; /* that directory; the device information file */

	/* outcome */
	struct podfile_interface interface;
	struct podfile_container *containers; /* as the kubelet had it, for the pod file */
	size_t n_containers;
	struct podfile_memory *hugepages; /* limits of the pod's control group, for the pod file */
	size_t n_hugepages;
	char *result;  /* JSON, newest version */
	char *problem; /* why the last try to undo it failed, and the remedy; NULL: there was none */
	int64_t problem_code; /* enum err_code */
	int returned; /* 1: the device is back and free for others, something else is left to undo */
};

/* For tests that hold reader and writer against each other. */
extern const struct codec_field record_fields[];

#define RECORD_VERSION "1"
#define RECORD_MAX (2u << 20) /* bytes; a larger one is neither written nor read */

void record_init(struct record *r);
void record_free(struct record *r);
#define auto_record auto_with(record_free)

int record_decode(const char *text, size_t len, const char *what, struct record *ret,
	struct err *e);
/* What record_decode would refuse is an error. */
int record_encode(const struct record *r, char **ret, struct err *e);

/*
 * Of a record that record_decode refuses: what can be read, and in lost what cannot. container and
 * ifname are those of its path. Fails where too little is left to find the device again.
 */
int record_salvage(const char *text, size_t len, const char *what, const char *container,
	const char *ifname, struct record *ret, char *lost, size_t size, struct err *e);

#endif
