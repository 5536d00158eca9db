/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bus.h"
#include "codec.h"
#include "mem.h"
#include "netconf.h"
#include "pciaddr.h"
#include "sizes.h"
#include "link.h"
#include "log.h"

static const char *const mode_names[] = {"auto", "netdev", "vfio", NULL};
static const char *const bind_names[] = {"auto", "always", "never", NULL};
static const char *const numa_names[] = {"ignore", "prefer", "require", NULL};
static const char *const numa_scope_names[] = {"node", "socket", NULL};

#define C struct netconf
static const struct codec_field runtime_fields[] = {
	CODEC_STRING(C, runtime.device_id, "deviceID", 64),
	CODEC_STRING(C, runtime.mac, "mac", 64),
	CODEC_STRING(C, runtime.device_info_file, "CNIDeviceInfoFile", 4095),
	CODEC_STRINGS(C, runtime.ips, runtime.n_ips, "ips", 64),
	CODEC_END,
};

static const struct codec_field args_cni_fields[] = {
	CODEC_STRING(C, args_cni.mac, "mac", 64),
	CODEC_END,
};

static const struct codec_field args_fields[] = {
	CODEC_INNER("cni", args_cni_fields),
	CODEC_END,
};

/* The type is ours to read. The rest are what IPAM plugins read, as Go does, whatever their case. */
static const struct codec_field ipam_fields[] = {
	CODEC_STRING(C, ipam_type, "type", 255),
	/* host-local */
	CODEC_IS_KNOWN("subnet"),
	CODEC_IS_KNOWN("rangeStart"),
	CODEC_IS_KNOWN("rangeEnd"),
	CODEC_IS_KNOWN("gateway"),
	CODEC_IS_KNOWN("ranges"),
	CODEC_IS_KNOWN("routes"),
	CODEC_IS_KNOWN("dataDir"),
	CODEC_IS_KNOWN("resolvConf"),
	/* static */
	CODEC_IS_KNOWN("addresses"),
	CODEC_IS_KNOWN("dns"),
	/* dhcp */
	CODEC_IS_KNOWN("daemonSocketPath"),
	CODEC_IS_KNOWN("request"),
	CODEC_IS_KNOWN("provide"),
	CODEC_IS_KNOWN("priority"),
	/* whereabouts */
	CODEC_IS_KNOWN("range"),
	CODEC_IS_KNOWN("range_start"),
	CODEC_IS_KNOWN("range_end"),
	CODEC_IS_KNOWN("ipRanges"),
	CODEC_IS_KNOWN("exclude"),
	CODEC_IS_KNOWN("kubernetes"),
	CODEC_IS_KNOWN("configuration_path"),
	CODEC_IS_KNOWN("log_file"),
	CODEC_IS_KNOWN("log_level"),
	CODEC_END,
};

static const struct codec_field pod_file_fields[] = {
	CODEC_STRING(C, pod_file.volume, "volume", 255),
	CODEC_STRING(C, pod_file.dir, "dir", 4095),
	CODEC_END,
};

static const struct codec_field node_fields[] = {
	CODEC_INTEGER(C, device_node.gid, "gid", 0, UINT32_MAX),
	CODEC_STRING(C, device_node.mode, "mode", 5),
	CODEC_END,
};

const struct codec_field netconf_fields[] = {
	CODEC_STRING(C, cni_version, "cniVersion", 32),
	CODEC_STRING(C, name, "name", 0),
	CODEC_STRING(C, type, "type", 255),
	CODEC_STRING(C, device, "device", 255),
	CODEC_STRING(C, hwaddr, "hwaddr", 64),
	CODEC_STRING(C, kernelpath, "kernelpath", 4095),
	CODEC_STRING(C, pci_bus_id, "pciBusID", 64),
	CODEC_STRING(C, device_id, "deviceID", 64),
	CODEC_ENUMERATION(C, mode, "mode", mode_names),
	CODEC_STRING(C, mac, "mac", 64),
	CODEC_INTEGER(C, mtu, "mtu", 0, INT32_MAX),
	CODEC_BOOLEAN(C, promisc, "promisc"),
	CODEC_BOOLEAN(C, allmulti, "allmulti"),
	CODEC_RAWJSON(C, ipam, "ipam"),
	CODEC_INNER("ipam", ipam_fields),
	CODEC_RAWJSON(C, dns, "dns"),
	CODEC_RAWJSON(C, prev_result, "prevResult"),
	CODEC_INNER("runtimeConfig", runtime_fields),
	CODEC_INNER("args", args_fields),
	CODEC_INNER_CLOSED("podFile", pod_file_fields),
	CODEC_STRING(C, driver, "driver", 63),
	CODEC_ENUMERATION(C, bind, "bind", bind_names),
	CODEC_INNER_CLOSED("deviceNode", node_fields),
	CODEC_SAME(C, vf, vf_network_fields),
	CODEC_STRINGS(C, pf, n_pf, "pf", 64),
	CODEC_ENUMERATION(C, numa, "numa", numa_names),
	CODEC_ENUMERATION(C, numa_scope, "numaScope", numa_scope_names),
	CODEC_STRING(C, kubelet_dir, "kubeletDir", 4095),
	CODEC_ENUMERATION(C, log_level, "logLevel", log_level_names),
	CODEC_STRING(C, log_file, "logFile", 4095),
	/* the runtime's, and read by tables of their own below */
	CODEC_IS_KNOWN("capabilities"),
	CODEC_IS_KNOWN("cni.dev/valid-attachments"),
	CODEC_IS_KNOWN("cni.dev/attachments"),
	CODEC_IS_KNOWN("vlanTrunk"),
	CODEC_IS_KNOWN("vlan_trunk"),
	CODEC_END,
};

/* Keys of the peers' configurations that cannot be honoured: refused, never passed over. */
struct refused {
	char *value[2];
};
static const struct codec_field refused_fields[] = {
	CODEC_RAWJSON(struct refused, value[0], "vlanTrunk"),
	CODEC_RAWJSON(struct refused, value[1], "vlan_trunk"),
	CODEC_END,
};

static const struct codec_field head_fields[] = {
	CODEC_STRING(C, cni_version, "cniVersion", 32),
	CODEC_STRING(C, name, "name", 0),
	CODEC_END,
};

/* What a DEL reads beyond that, each by itself: it does without one that is malformed. */
static const struct codec_field del_ipam_fields[] = {
	CODEC_RAWJSON(C, ipam, "ipam"),
	CODEC_INNER("ipam", ipam_fields),
	CODEC_END,
};
static const struct codec_field del_level_fields[] = {
	CODEC_ENUMERATION(C, log_level, "logLevel", log_level_names),
	CODEC_END,
};
static const struct codec_field del_file_fields[] = {
	CODEC_STRING(C, log_file, "logFile", 4095),
	CODEC_END,
};

static const struct codec_field attachment_fields[] = {
	CODEC_REQUIRED_STRING(struct netconf_attachment, container, "containerID", 4096),
	CODEC_REQUIRED_STRING(struct netconf_attachment, ifname, "ifname", 255),
	CODEC_END,
};

/* The list under its name in the specification, and under the one that libcni first gave it. */
struct keep {
	char *raw, *old_raw;
	struct netconf_attachment *list, *old_list;
	size_t n, n_old;
};

static const struct codec_field keep_fields[] = {
	CODEC_RAWJSON(struct keep, raw, "cni.dev/valid-attachments"),
	CODEC_RAWJSON(struct keep, old_raw, "cni.dev/attachments"),
	CODEC_OBJECTS(struct keep, list, n, "cni.dev/valid-attachments", struct netconf_attachment,
		attachment_fields),
	CODEC_OBJECTS(struct keep, old_list, n_old, "cni.dev/attachments",
		struct netconf_attachment, attachment_fields),
	CODEC_END,
};

void netconf_init(struct netconf *c)
{
	memset(c, 0, sizeof(*c));
	vf_init(&c->vf);
	codec_init(netconf_fields, c);
}

void netconf_free(struct netconf *c)
{
	for (size_t i = 0; i < c->n_valid; i++)
		codec_free(attachment_fields, &c->valid[i]);
	free(c->valid);
	c->valid = NULL;
	c->n_valid = 0;
	codec_free(netconf_fields, c);
	vf_free(&c->vf);
}

struct version {
	char *text;
};

static const struct codec_field version_fields[] = {
	CODEC_STRING(struct version, text, "cniVersion", 31),
	CODEC_END,
};

int netconf_peek_version(const struct codec_tree *d, char *buf, size_t size, struct err *e)
{
	struct version v;
	int r = codec_read_filled(version_fields, &v, d, ERR_DECODE, e);

	if (r < 0)
		return r;
	(void)snprintf(buf, size, "%s", v.text ? v.text : "");
	codec_free(version_fields, &v);
	return 0;
}

static int refuse_unsupported(const struct codec_tree *d, struct err *e)
{
	struct refused f;
	int r = codec_read_filled(refused_fields, &f, d, ERR_DECODE, e);

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(f.value); i++)
		if (f.value[i]) {
			r = err_set(e, ERR_UNSUPPORTED, EOPNOTSUPP,
				"stdin: \"%s\": %.100s: this key is not supported",
				refused_fields[i].key, f.value[i]);
			err_remedy(e, "remove the key: it would not take effect");
		}
	codec_free(refused_fields, &f);
	return r;
}

/* ^[a-zA-Z0-9][a-zA-Z0-9_.\-]*$ */
static int name_ok(const char *name)
{
	if (!isalnum((unsigned char)*name))
		return 0;
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && !strchr("_.-", *name))
			return 0;
	return 1;
}

static int check_mac(const char *key, const char *mac, struct err *e)
{
	uint8_t buf[32];

	if (!mac)
		return 0;
	int n = link_mac_parse(mac, buf, sizeof(buf));

	if (n != 6 && n != 8 && n != 20)
		return err_set(e, ERR_CONFIG, EINVAL,
			"stdin: %s: \"%.64s\" is not a MAC address (write 02:00:00:00:00:01)", key,
			mac);
	return 0;
}

static int check_name(const struct netconf *c, struct err *e)
{
	if (c->name && name_ok(c->name))
		return 0;
	return err_set(e, ERR_CONFIG, EINVAL,
		"stdin: name: %s%.64s%s: a network's name starts with a letter or digit and holds letters, "
		"digits, '_', '.' and '-'",
		c->name ? "\"" : "", c->name ? c->name : "missing", c->name ? "\"" : "");
}

/* A DEL takes longer ones: it is not a record's then. */
static int check_name_length(const struct netconf *c, struct err *e)
{
	if (strlen(c->name) <= SIZE_NAME)
		return 0;
	return err_set(e, ERR_CONFIG, ENAMETOOLONG,
		"stdin: name: \"%.40s...\": %zu bytes are too long, at most %d are allowed",
		c->name, strlen(c->name), SIZE_NAME);
}

static int check_pod_file(const struct netconf *c, struct err *e)
{
	if (c->pod_file.volume && c->pod_file.dir)
		return err_set(e, ERR_CONFIG, EINVAL,
			"stdin: podFile: give either \"volume\" or \"dir\", not both");
	if (c->pod_file.volume &&
		(!name_ok(c->pod_file.volume) || strstr(c->pod_file.volume, "..")))
		return err_set(e, ERR_CONFIG, EINVAL,
			"stdin: podFile.volume: \"%.64s\" is not a volume name",
			c->pod_file.volume);
	if (c->pod_file.dir && c->pod_file.dir[0] != '/')
		return err_set(e, ERR_CONFIG, EINVAL,
			"stdin: podFile.dir: \"%.64s\" is not an absolute path", c->pod_file.dir);
	return 0;
}

static int check_device_keys(const struct netconf *c, struct err *e)
{
	if (c->driver && (!name_ok(c->driver) || c->mode == MODE_NETDEV))
		return err_set(e, ERR_CONFIG, EINVAL,
			"stdin: driver: \"%.64s\": a userspace driver's name, with mode \"vfio\" or \"auto\"",
			c->driver);
	const char *mode = c->device_node.mode;

	if (mode &&
		(!*mode || strspn(mode, "01234567") != strlen(mode) ||
			strtol(mode, NULL, 8) & ~0666))
		return err_set(e, ERR_CONFIG, EINVAL,
			"stdin: deviceNode.mode: \"%s\" is not an octal mode of read and write bits (\"0660\")",
			mode);
	if ((c->vf.qos > 0 || c->vf.proto == VF_8021AD) &&
		(c->vf.vlan == CODEC_ABSENT || c->vf.vlan == 0))
		return err_set(e, ERR_CONFIG, EINVAL,
			"stdin: vlanQoS and vlanProto need a \"vlan\" of 1 to 4094");
	return 0;
}

static int check(const struct netconf *c, struct err *e)
{
	const struct {
		const char *key, *mac;
	} macs[] = {
		{"mac", c->mac},
		{"runtimeConfig.mac", c->runtime.mac},
		{"args.cni.mac", c->args_cni.mac},
		{"hwaddr", c->hwaddr},
	};
	int r = check_name(c, e);

	if (r == 0)
		r = check_name_length(c, e);
	if (r == 0)
		r = check_device_keys(c, e);
	if (r == 0 && c->ipam && !c->ipam_type && strcmp(c->ipam, "{}") != 0 &&
		strcmp(c->ipam, "{\"type\":\"\"}") != 0)
		r = err_set(e, ERR_CONFIG, EINVAL, "stdin: ipam.type: missing");
	if (r == 0)
		r = check_pod_file(c, e);
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(macs); i++)
		r = check_mac(macs[i].key, macs[i].mac, e);
	return r;
}

static int decode(const struct codec_field *t, const struct codec_tree *d, struct netconf *c,
	struct err *e)
{
	int r = codec_read_filled(t, c, d, ERR_DECODE, e);

	if (c->vf.proto > VF_8021AD)
		c->vf.proto -= VF_8021AD + 1; /* "802.1Q", as sriov-cni takes it too */
	if (r == 0)
		r = cni_version_parse(c->cni_version ? c->cni_version : "0.1.0", &c->version, e);
	return r;
}

int netconf_decode(const struct codec_tree *d, struct netconf *ret, struct err *e)
{
	auto_netconf struct netconf c;

	netconf_init(&c);
	int r = decode(netconf_fields, d, &c, e);

	if (r == 0)
		r = codec_check_keys(netconf_fields, d, false, ERR_CONFIG, e);
	if (r == 0)
		r = refuse_unsupported(d, e);
	if (r == 0)
		r = check(&c, e);
	if (r < 0)
		return r;
	*ret = c;
	netconf_init(&c);
	return 0;
}

int netconf_decode_text(const char *text, struct netconf *ret, struct err *e)
{
	auto_tree struct codec_tree *d = NULL;
	int r = codec_parse(text, strlen(text), "stdin", &d, e);

	return r < 0 ? r : netconf_decode(d, ret, e);
}

int netconf_decode_del(const struct codec_tree *d, struct netconf *ret, struct err *e)
{
	auto_netconf struct netconf c;

	netconf_init(&c);
	int r = decode(head_fields, d, &c, e);

	if (r == 0)
		r = check_name(&c, e);
	if (r < 0)
		return r;
	(void)codec_read_filled(del_ipam_fields, &c, d, ERR_DECODE, NULL);
	(void)codec_read_filled(del_level_fields, &c, d, ERR_DECODE, NULL);
	(void)codec_read_filled(del_file_fields, &c, d, ERR_DECODE, NULL);
	/* No ADD ever called a plugin of such a name, or with such keys. */
	if (c.ipam_type &&
		(strchr(c.ipam_type, '/') ||
			codec_check_keys(netconf_fields, d, false, ERR_CONFIG, NULL) < 0))
		codec_free(del_ipam_fields, &c);
	*ret = c;
	netconf_init(&c);
	return 0;
}

int netconf_decode_gc(const struct codec_tree *d, struct netconf *ret, struct err *e)
{
	struct keep k;
	int r = codec_read_filled(keep_fields, &k, d, ERR_DECODE, e);

	if (r < 0)
		return r;
	r = netconf_decode_del(d, ret, e);
	if (r == 0) {
		ret->valid_given = k.raw || k.old_raw;
		ret->valid = k.raw ? steal_ptr(k.list) : steal_ptr(k.old_list);
		ret->n_valid = k.raw ? k.n : k.n_old;
		*(k.raw ? &k.n : &k.n_old) = 0;
	}
	codec_free(keep_fields, &k);
	return r;
}

int netconf_excerpt(const struct codec_tree *d, const struct netconf *c, char **ret, struct err *e)
{
	static const char *const without[] = {"prevResult", "cni.dev/valid-attachments",
		"cni.dev/attachments", NULL};

	return codec_excerpt(d, c->ipam_type ? NULL : netconf_fields, without, ret, e);
}

int netconf_selector(const struct netconf *c, struct netconf_selector *ret, struct err *e)
{
	/* deviceID is the runtime's word on an allocated device: it wins over what is written by hand. */
	const struct netconf_selector ways[] = {
		{SELECT_PCI, "runtimeConfig.deviceID", c->runtime.device_id},
		{SELECT_PCI, "deviceID", c->device_id},
		{SELECT_PCI, "pciBusID", c->pci_bus_id},
		{SELECT_DEVICE, "device", c->device},
		{SELECT_HWADDR, "hwaddr", c->hwaddr},
		{SELECT_PATH, "kernelpath", c->kernelpath},
		{SELECT_PF, "pf", c->n_pf ? c->pf[0] : NULL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		if (!ways[i].value || !*ways[i].value)
			continue;
		struct pciaddr a;

		if (ways[i].by == SELECT_PCI && !bus_is_auxiliary(ways[i].value) &&
			pciaddr_parse(ways[i].value, &a, e) < 0) {
			err_prefix(e, "stdin: %s", ways[i].key);
			return -EINVAL;
		}
		*ret = ways[i];
		return 0;
	}
	int r = err_set(e, ERR_CONFIG, EINVAL, "stdin: no NIC is named");

	err_remedy(e,
		"give one of deviceID, pciBusID, device, hwaddr, kernelpath or pf; on Kubernetes "
		"deviceID comes from the k8s.v1.cni.cncf.io/resourceName annotation of the network");
	return r;
}

const char *netconf_mac(const struct netconf *c, const char *cni_args_mac)
{
	if (c->runtime.mac)
		return c->runtime.mac;
	if (c->args_cni.mac)
		return c->args_cni.mac;
	return cni_args_mac && *cni_args_mac ? cni_args_mac : c->mac;
}
