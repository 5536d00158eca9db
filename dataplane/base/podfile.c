/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "mem.h"
#include "podfile.h"
#include "sizes.h"

#define PODFILE_MAJOR 1

const char *const podfile_mode_names[] = {"netdev", "vfio", NULL};

#define I struct podfile_interface
const struct codec_field podfile_interface_fields[] = {
	CODEC_REQUIRED_STRING(I, name, "name", 15),
	CODEC_STRING(I, network, "network", SIZE_NAME),
	CODEC_STRING(I, resource, "resource", SIZE_NAME),
	CODEC_STRING(I, container, "container", SIZE_NAME),
	CODEC_REQUIRED_ENUMERATION(I, mode, "mode", podfile_mode_names),
	CODEC_STRING(I, pci_address, "pciAddress", 23),
	CODEC_STRING(I, auxiliary, "auxiliary", 63),
	CODEC_STRING(I, pf, "pf", 23),
	CODEC_INTEGER(I, vf, "vf", 0, UINT16_MAX),
	CODEC_STRING(I, driver, "driver", 64),
	CODEC_STRING(I, vendor, "vendor", 10),
	CODEC_STRING(I, device, "device", 10),
	CODEC_INTEGER(I, numa_node, "numaNode", 0, 1023),
	CODEC_INTEGER(I, iommu_group, "iommuGroup", 0, INT32_MAX),
	CODEC_BOOLEAN(I, no_iommu, "noIommu"),
	CODEC_STRING(I, mac, "mac", 59),
	CODEC_INTEGER(I, vlan, "vlan", 0, 4094),
	CODEC_INTEGER(I, mtu, "mtu", 0, INT32_MAX),
	CODEC_STRINGS(I, ips, n_ips, "ips", 64),
	CODEC_STRING(I, gateway, "gateway", 64),
	CODEC_END,
};
#undef I

static const struct codec_field memory_fields[] = {
	CODEC_REQUIRED_STRING(struct podfile_memory, type, "type", 64),
	CODEC_INTEGER(struct podfile_memory, bytes, "bytes", 0, INT64_MAX),
	CODEC_INTEGERS(struct podfile_memory, numa_nodes, n_numa_nodes, "numaNodes", 0, 1023),
	CODEC_END,
};

const struct codec_field podfile_limit_fields[] = {
	CODEC_REQUIRED_STRING(struct podfile_memory, type, "type", 64),
	CODEC_INTEGER(struct podfile_memory, bytes, "bytes", 0, INT64_MAX),
	CODEC_END,
};

const struct codec_field podfile_container_fields[] = {
	CODEC_STRING(struct podfile_container, cpus, "cpus", 65536),
	CODEC_BOOLEAN(struct podfile_container, exclusive, "exclusive"),
	CODEC_OBJECTS(struct podfile_container, memory, n_memory, "memory", struct podfile_memory,
		memory_fields),
	CODEC_END,
};

static const struct codec_field pod_fields[] = {
	CODEC_STRING(struct podfile_pod, ns, "namespace", SIZE_NAME),
	CODEC_STRING(struct podfile_pod, name, "name", SIZE_NAME),
	CODEC_STRING(struct podfile_pod, uid, "uid", SIZE_NAME),
	CODEC_STRING(struct podfile_pod, sandbox, "sandbox", SIZE_NAME),
	CODEC_END,
};

static const struct codec_field node_fields[] = {
	CODEC_STRING(struct podfile_node, name, "name", SIZE_NAME),
	CODEC_STRING(struct podfile_node, boot_id, "bootId", 64),
	CODEC_END,
};

const struct codec_field podfile_fields[] = {
	CODEC_REQUIRED_STRING(struct podfile, version, "version", 32),
	CODEC_OBJECT(struct podfile, pod, "pod", pod_fields),
	CODEC_REQUIRED_OBJECTS(struct podfile, interfaces, n_interfaces, "interfaces",
		struct podfile_interface, podfile_interface_fields),
	CODEC_OBJMAP(struct podfile, containers, n_containers, "containers",
		struct podfile_container, name, podfile_container_fields),
	CODEC_OBJECTS(struct podfile, hugepages, n_hugepages, "hugepages", struct podfile_memory,
		podfile_limit_fields),
	CODEC_OBJECT(struct podfile, node, "node", node_fields),
	CODEC_END,
};

/* The version alone: read first, so that a newer format is refused as such and not as damage. */
struct head {
	char *version;
};

static const struct codec_field head_fields[] = {
	CODEC_REQUIRED_STRING(struct head, version, "version", 32),
	CODEC_END,
};

static int check_version(const char *text, size_t len, const char *what, struct err *e)
{
	struct head h;
	char *end;
	int r = codec_decode(head_fields, &h, text, len, what, ERR_PODFILE, e);

	if (r < 0)
		return r;
	unsigned long major = strtoul(h.version, &end, 10);
	const char *minor = *end == '.' ? end + 1 : "";

	/* strtoul alone would take signs and white space too. */
	if (!isdigit((unsigned char)h.version[0]) || !*minor || minor[strspn(minor, "0123456789")])
		r = err_set(e, ERR_PODFILE, EINVAL, "%s: version: \"%s\" is not \"major.minor\"",
			what, h.version);
	else if (major != PODFILE_MAJOR) {
		r = err_set(e, ERR_PODFILE, EPROTONOSUPPORT,
			"%s: version: %s is not supported, this program reads %d.x", what,
			h.version, PODFILE_MAJOR);
		err_remedy(e,
			"use pod programs of the same release as the dpdk-cni plugin on the node");
	}
	codec_free(head_fields, &h);
	return r;
}

void podfile_init(struct podfile *p)
{
	codec_init(podfile_fields, p);
}

void podfile_free(struct podfile *p)
{
	codec_free(podfile_fields, p);
}

int podfile_decode(const char *text, size_t len, const char *what, struct podfile *ret,
	struct err *e)
{
	struct podfile p;

	if (len > PODFILE_MAX)
		return err_set(e, ERR_PODFILE, EFBIG,
			"%s: %zu bytes are more than a pod file has (%u)", what, len, PODFILE_MAX);
	int r = check_version(text, len, what, e);

	if (r == 0)
		r = codec_decode(podfile_fields, &p, text, len, what, ERR_PODFILE, e);
	if (r == 0)
		*ret = p;
	return r;
}

int podfile_encode(const struct podfile *p, char **ret, struct err *e)
{
	char version[] = PODFILE_VERSION;
	struct podfile with_version = *p;
	auto_free char *text = NULL;

	with_version.version = version;
	int r = codec_encode(podfile_fields, &with_version, 2, &text, e);

	if (r < 0) {
		err_prefix(e, "pod file");
		return r;
	}
	if (strlen(text) > PODFILE_MAX)
		return err_set(e, ERR_PODFILE, EFBIG, "pod file: %zu bytes are more than %u",
			strlen(text), PODFILE_MAX);
	*ret = steal_ptr(text);
	return 0;
}
