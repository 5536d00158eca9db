/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <limits.h>
#include <net/if.h>
#include <string.h>

#include "codec.h"
#include "mem.h"
#include "record.h"
#include "sizes.h"

#define PROBLEM_MAX (sizeof(((struct err *)0)->msg) + sizeof(((struct err *)0)->remedy) + 16)

const char *const record_state_names[] = {"ADDING", "ADDED", "UNDOING", NULL};

#define R struct record
static const struct codec_field pod_fields[] = {
	CODEC_STRING(R, pod.ns, "namespace", SIZE_NAME),
	CODEC_STRING(R, pod.name, "name", SIZE_NAME),
	CODEC_STRING(R, pod.uid, "uid", SIZE_NAME),
	CODEC_END,
};

static const struct codec_field netns_fields[] = {
	CODEC_STRING(R, netns.path, "path", 4096),
	CODEC_INTEGER(R, netns.inode, "inode", 0, INT64_MAX),
	CODEC_INTEGER(R, netns.cookie, "cookie", 0, INT64_MAX),
	CODEC_END,
};

static const struct codec_field pci_fields[] = {
	CODEC_STRING(R, pci.driver, "driver", 63),
	CODEC_STRING(R, pci.override, "driverOverride", 63),
	CODEC_STRING(R, pci.target, "target", 63),
	CODEC_INTEGER(R, pci.inode, "inode", 0, INT64_MAX),
	CODEC_INTEGER(R, pci.node_gid, "nodeGid", 0, UINT32_MAX),
	CODEC_INTEGER(R, pci.node_mode, "nodeMode", 0, 07777),
	CODEC_END,
};

static const struct codec_field pod_dir_fields[] = {
	CODEC_INTEGER(R, pod_dir_is.device, "device", 0, INT64_MAX),
	CODEC_INTEGER(R, pod_dir_is.inode, "inode", 0, INT64_MAX),
	CODEC_INTEGER(R, pod_dir_is.born, "born", 0, INT64_MAX),
	CODEC_END,
};

static const struct codec_field info_fields[] = {
	CODEC_INTEGER(R, info_is.device, "device", 0, INT64_MAX),
	CODEC_INTEGER(R, info_is.inode, "inode", 0, INT64_MAX),
	CODEC_INTEGER(R, info_is.born, "born", 0, INT64_MAX),
	CODEC_END,
};

const struct codec_field record_fields[] = {
	CODEC_REQUIRED_STRING(R, version, "version", 32),
	CODEC_REQUIRED_ENUMERATION(R, state, "state", record_state_names),
	CODEC_INTEGER(R, created, "created", 0, INT64_MAX),
	CODEC_STRING(R, boot_id, "bootId", 64),
	CODEC_STRING(R, network, "network", SIZE_NAME),
	CODEC_REQUIRED_STRING(R, container, "container", NAME_MAX),
	CODEC_REQUIRED_STRING(R, ifname, "ifname", IFNAMSIZ - 1),
	CODEC_INNER("pod", pod_fields),
	CODEC_INNER("netns", netns_fields),
	CODEC_STRING(R, claim, "claim", 255),
	CODEC_OBJECT(R, link, "image", link_fields),
	CODEC_INNER("pci", pci_fields),
	CODEC_OBJECT(R, vf, "vfAtPf", vf_fields),
	CODEC_STRING(R, admin_mac, "adminMac", 17),
	CODEC_INTEGER(R, link_id, "linkId", 1, INT64_MAX),
	CODEC_INTEGER(R, peer_id, "peerId", 1, INT64_MAX),
	CODEC_OBJECT(R, ethtool, "ethtool", ethtool_fields),
	CODEC_STRINGS(R, peer_offloads, n_peer_offloads, "peerOffloads", 32),
	CODEC_STRINGS(R, bpf, n_bpf, "bpfPrograms", 64),
	CODEC_STRINGS(R, uppers, n_uppers, "uppers", 64),
	CODEC_INTEGER(R, pod_index, "podIfindex", 1, INT32_MAX),
	CODEC_STRING(R, pod_dir, "podFileDir", 4096),
	CODEC_INNER("podFileDirIs", pod_dir_fields),
	CODEC_INNER("deviceInfoIs", info_fields),
	CODEC_OBJECT(R, interface, "interface", podfile_interface_fields),
	CODEC_OBJMAP(R, containers, n_containers, "containers", struct podfile_container, name,
		podfile_container_fields),
	CODEC_OBJECTS(R, hugepages, n_hugepages, "hugepages", struct podfile_memory,
		podfile_limit_fields),
	CODEC_RAWJSON(R, result, "result"),
	CODEC_STRING(R, problem, "problem", PROBLEM_MAX),
	CODEC_INTEGER(R, problem_code, "problemCode", 0, INT32_MAX),
	CODEC_BOOLEAN(R, returned, "deviceReturned"),
	CODEC_STRING(R, input, "stdin", SIZE_CONFIGURATION),
	CODEC_STRING(R, args, "cniArgs", SIZE_ENVIRONMENT),
	CODEC_STRING(R, mac, "cniArgsMac", 96),
	CODEC_STRING(R, path, "cniPath", SIZE_ENVIRONMENT),
	CODEC_END,
};
#undef R

void record_init(struct record *r)
{
	memset(r, 0, sizeof(*r));
	codec_init(record_fields, r);
}

void record_free(struct record *r)
{
	codec_free(record_fields, r);
}

int record_decode(const char *text, size_t len, const char *what, struct record *ret, struct err *e)
{
	struct record r;
	int rc = codec_decode(record_fields, &r, text, len, what, ERR_STATE, e);

	if (rc < 0) {
		if (e)
			e->code = ERR_STATE; /* ours, not what came in */
		return rc;
	}
	if (strcmp(r.version, RECORD_VERSION) != 0) {
		rc = err_set(e, ERR_STATE, EPROTONOSUPPORT,
			"%s: version \"%s\" is of another release of dpdk-cni", what, r.version);
		err_remedy(e, "delete the pod with the release that made it, or restart the node");
		record_free(&r);
		return rc;
	}
	*ret = r;
	return 0;
}

int record_encode(const struct record *r, char **ret, struct err *e)
{
	char version[] = RECORD_VERSION;
	struct record with_version = *r;
	auto_free char *text = NULL;
	auto_record struct record again;

	record_init(&again);
	with_version.version = version;
	int rc = codec_encode(record_fields, &with_version, 2, &text, e);

	if (rc < 0) {
		err_prefix(e, "record");
		return rc;
	}
	if (strlen(text) > RECORD_MAX)
		return err_set(e, ERR_STATE, EFBIG, "record: %zu bytes are more than the %u of one",
			strlen(text), RECORD_MAX);
	/* A record that nobody can read is a device that nobody gives back. */
	rc = record_decode(text, strlen(text), "record to be written", &again, e);
	if (rc == 0)
		*ret = steal_ptr(text);
	return rc;
}
