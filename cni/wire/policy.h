/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the owner of the node lets networks name. A network's author is often a tenant, the
 * plugin is root: without the file only harmless things are allowed.
 *
 * /etc/dpdk-cni/policy.json, owned by root and writable by nobody else:
 *   devices      patterns of NICs a network may take; absent: every network device
 *   allowInUse   patterns of NICs that may be taken though the host uses them
 *   drivers      userspace drivers a network may bind; absent: vfio-pci and its variants
 *   podFileDirs  where podFile.dir may lead; absent: /run/dpdk-pod
 *   logDirs      where logFile may lead; absent: /var/log
 *   kubeletDirs  what kubeletDir may name; absent: the homes that distributions give the kubelet
 *   deviceInfoDirs  where CNIDeviceInfoFile may lead; absent: Multus' own directory
 *   ipam         IPAM plugins that a network may name; absent: all but known main and meta plugins
 *   ipamTimeout  seconds that an IPAM plugin has for an answer; absent: 60
 * An empty list allows nothing. A key that is not one of these, a null, a symlink that leads nowhere and
 * an owner other than root are errors: no file at all is the only default.
 * Patterns are shell globs, matched against a NIC's name, its altnames and its PCI address.
 */
#ifndef WIRE_POLICY_H
#define WIRE_POLICY_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "link.h"

struct policy {
	char **devices;
	size_t n_devices;
	char **in_use;
	size_t n_in_use;
	char **drivers;
	size_t n_drivers;
	char **pod_file_dirs;
	size_t n_pod_file_dirs;
	char **log_dirs;
	size_t n_log_dirs;
	char **kubelet_dirs;
	size_t n_kubelet_dirs;
	char **device_info_dirs;
	size_t n_device_info_dirs;
	char **ipam;
	size_t n_ipam;
	int64_t ipam_timeout;
};

int policy_load(int rootfd, struct policy *ret, struct err *e);
void policy_free(struct policy *p);
#define auto_policy auto_with(policy_free)

bool policy_allows_device(const struct policy *p, const struct link *l);
bool policy_allows_driver(const struct policy *p, const char *driver);
bool policy_allows_ipam(const struct policy *p, const char *type);
int policy_ipam_timeout(const struct policy *p); /* in seconds */
bool policy_allows_in_use(const struct policy *p, const struct link *l);

bool policy_allows_kubelet_dir(const struct policy *p, const char *path);
/* Where the i'th distribution of Kubernetes has it; NULL behind the last. */
const char *policy_kubelet_home(size_t i);

/* The allowed directory that path lies in (or is); NULL: none. ret_rest: what follows it. */
const char *policy_pod_file_dir(const struct policy *p, const char *path, const char **ret_rest);
const char *policy_log_dir(const struct policy *p, const char *path, const char **ret_rest);
const char *policy_device_info_dir(const struct policy *p, const char *path, const char **ret_rest);

#endif
