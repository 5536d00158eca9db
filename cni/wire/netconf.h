/* SPDX-License-Identifier: Apache-2.0 */
/* The network configuration, decoded and checked for what it alone can tell. It is read from a
 * parsed document: stdin is parsed once per call, by request_parse. */
#ifndef WIRE_NETCONF_H
#define WIRE_NETCONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec.h"
#include "err.h"
#include "result.h"
#include "vf.h"

enum netconf_mode { MODE_AUTO, MODE_NETDEV, MODE_VFIO };
enum netconf_bind { BIND_AUTO, BIND_ALWAYS, BIND_NEVER };
enum netconf_numa { NUMA_IGNORE, NUMA_PREFER, NUMA_REQUIRE };
enum netconf_numa_scope { NUMA_NODE, NUMA_SOCKET };

struct netconf_attachment {
	char *container, *ifname;
};

struct netconf {
	char *cni_version; /* as given; NULL: 0.1.0 */
	enum cni_version version;
	char *name, *type;

	/* which NIC; at most one way is in force, see netconf_selector */
	char *device, *hwaddr, *kernelpath, *pci_bus_id, *device_id;
	int mode;

	/* on the link */
	char *mac;
	int64_t mtu;
	int promisc, allmulti;

	/* mode vfio */
	char *driver; /* NULL: vfio-pci */
	int bind;     /* enum netconf_bind; -1: auto */
	struct {
		int64_t gid;
		char *mode; /* octal */
	} device_node;

	struct vf vf; /* at the PF, all but its mac */
	char **pf;    /* claim a free VF of one of these */
	size_t n_pf;

	int numa;       /* enum netconf_numa; -1: prefer */
	int numa_scope; /* enum netconf_numa_scope; -1: node */

	char *ipam; /* JSON; NULL: none */
	char *ipam_type;
	char *dns;         /* JSON */
	char *prev_result; /* JSON */

	struct {
		char *device_id, *mac, *device_info_file;
		char **ips;
		size_t n_ips;
	} runtime;
	struct {
		char *mac;
	} args_cni;

	struct { /* neither: as the pod has it */
		char *volume, *dir;
	} pod_file;
	char *kubelet_dir;
	int log_level; /* enum log_level; -1: default */
	char *log_file;

	struct netconf_attachment *valid;
	size_t n_valid;
	bool valid_given; /* false: no list (or null), which removes nothing */
};

/* Every key that is read, for the tests that hold documents against them. */
extern const struct codec_field netconf_fields[];

void netconf_init(struct netconf *c);
void netconf_free(struct netconf *c);
#define auto_netconf auto_with(netconf_free)

/* The version alone, "" where there is none; fails where the document is not an object. */
int netconf_peek_version(const struct codec_tree *d, char *buf, size_t size, struct err *e);

/* Decodes and checks names, versions and ranges. */
int netconf_decode(const struct codec_tree *d, struct netconf *ret, struct err *e);
/* Of a configuration that did not come in on stdin. */
int netconf_decode_text(const char *text, struct netconf *ret, struct err *e);
/* For DEL: version, name, IPAM and log keys alone. Whatever made an ADD refuse the rest must not
 * keep a pod from being deleted. */
int netconf_decode_del(const struct codec_tree *d, struct netconf *ret, struct err *e);

/* For GC: as for DEL, and the list of attachments to keep. */
int netconf_decode_gc(const struct codec_tree *d, struct netconf *ret, struct err *e);

/* What undoing needs of it, for the record: where an IPAM plugin is asked, all that it may read. The
 * text is owned. */
int netconf_excerpt(const struct codec_tree *d, const struct netconf *c, char **ret, struct err *e);

/* How the NIC is named: a pair (key, value) for messages; deviceID before the others. */
struct netconf_selector {
	enum { SELECT_PCI, SELECT_DEVICE, SELECT_HWADDR, SELECT_PATH, SELECT_PF } by;
	const char *key, *value;
};
int netconf_selector(const struct netconf *c, struct netconf_selector *ret, struct err *e);

/* The MAC wanted for the link, the runtime's word first; NULL: as it is. */
const char *netconf_mac(const struct netconf *c, const char *cni_args_mac);

#endif
