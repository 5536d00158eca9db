/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "delegate.h"
#include "log.h"
#include "mem.h"

struct answer_error {
	int64_t code;
	char *msg, *details;
};

static const struct codec_field answer_error_fields[] = {
	CODEC_REQUIRED_INTEGER(struct answer_error, code, "code", 1, INT32_MAX),
	CODEC_STRING(struct answer_error, msg, "msg", 0),
	CODEC_STRING(struct answer_error, details, "details", 0),
	CODEC_END,
};

/* Plugins that make or change interfaces, by the names that they have everywhere. Any of them, asked
 * for addresses, would do to the host what the network's author may not do himself. */
static const char *const never[] = {
	/* ours */
	"dpdk-cni",
	/* main and meta plugins of the reference */
	"bandwidth",
	"bridge",
	"dummy",
	"firewall",
	"flannel",
	"host-device",
	"ipvlan",
	"loopback",
	"macvlan",
	"portmap",
	"ptp",
	"sbr",
	"tap",
	"tuning",
	"vlan",
	"vrf",
	"win-bridge",
	"win-overlay",
	/* those that call others */
	"cnitool",
	"danm",
	"genie",
	"kactus",
	"knitter",
	"multus",
	"multus-shim",
	"cni-genie",
	/* for one device, or one kind of it */
	"accelerated-bridge",
	"afxdp",
	"bond",
	"ib-sriov",
	"ib-sriov-cni",
	"ipoib",
	"macvtap",
	"netkit",
	"ovs",
	"ovs-cni",
	"ovs-mirror-consumer",
	"ovs-mirror-producer",
	"rdma",
	"route-override",
	"sriov",
	"sriov-cni",
	"userspace",
	"vhostuser",
	"vxlan",
	"vsp",
	/* of whole clusters */
	"antrea",
	"aws-cni",
	"azure-vnet",
	"calico",
	"canal",
	"cilium-cni",
	"contrail-k8s-cni",
	"egress-cni",
	"egress-v4-cni",
	"egress-v6-cni",
	"istio-cni",
	"kindnet",
	"kube-ovn",
	"kube-router",
	"kuberouter",
	"linkerd-cni",
	"nsx",
	"ovn-k8s-cni-overlay",
	"romana",
	"terway",
	"weave-net",
};

static bool is_never(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(never); i++)
		if (strcmp(name, never[i]) == 0)
			return true;
	return false;
}

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Under whatever name: a link to it, and what a link leads to, is the same file. */
static bool is_never_file(const char *file)
{
	auto_free char *real = realpath(file, NULL);

	return (real && is_never(base_of(real))) || exec_is_self(file);
}

int delegate_find(const struct delegate *d, char **ret_file, struct err *e)
{
	auto_free char *file = NULL;
	int r = 0;

	if (!is_never(d->type))
		r = exec_find(d->type, d->path, &file, e);
	if (r < 0)
		return r;
	if (!file || is_never_file(file)) {
		r = err_set(e, ERR_REFUSED, EPERM, "ipam.type %s: this is not an IPAM plugin",
			d->type);
		err_remedy(e,
			"name one that gives addresses, such as host-local, static, dhcp or "
			"whereabouts");
		return r;
	}
	if (!d->recorded && !policy_allows_ipam(d->policy, d->type)) {
		r = err_set(e, ERR_REFUSED, EPERM,
			"ipam.type %s: the node's policy does not allow this IPAM plugin", d->type);
		err_remedy(e,
			"the node's owner can add it to \"ipam\" in /etc/dpdk-cni/policy.json");
		return r;
	}
	*ret_file = steal_ptr(file);
	return 0;
}

static int too_old(const struct delegate *d, const char *said, struct err *e)
{
	int r = err_set(e, ERR_VERSION, EPROTONOSUPPORT,
		"IPAM plugin %s: it does not speak the network's cniVersion %s%s%s", d->type,
		d->version, *said ? ": " : "", said);

	err_remedy(e,
		"install a newer %s, or give the network an older cniVersion (dpdk-cni itself speaks "
		"both)",
		d->type);
	return r;
}

/* Code and words are its own: the runtime and its user know them. The name says whose they are. */
static int pass_on(const struct delegate *d, const char *command, const struct exec_answer *a,
	struct err *e)
{
	struct answer_error said;
	int r;

	if (codec_decode(answer_error_fields, &said, a->out, a->len, d->type, ERR_IPAM, NULL) < 0) {
		r = err_set(e, ERR_IPAM, EIO,
			"IPAM plugin %s: %s failed with exit status %d%s%.200s", d->type, command,
			a->status, a->len ? " and said: " : ", without a word",
			a->len ? a->out : "");
		err_remedy(e, "look at its messages on stderr (the runtime's log)");
		return r;
	}
	if (said.code == ERR_VERSION) {
		r = too_old(d, said.details ? said.details : said.msg ? said.msg : "", e);
	} else {
		r = err_set(e, (int)said.code, EIO, "IPAM plugin %s: %s", d->type,
			said.msg ? said.msg : "");
		if (said.details)
			err_remedy(e, "%s", said.details);
	}
	codec_free(answer_error_fields, &said);
	return r;
}

int delegate_call(const struct delegate *d, const char *command, char **ret_out, struct err *e)
{
	auto_free char *file = NULL;
	struct exec_answer a = {0};
	int r = delegate_find(d, &file, e);

	if (r < 0)
		return r;
	const struct exec_call c = {
		.file = file,
		.command = command,
		.container = d->container,
		.netns = d->netns,
		.ifname = d->ifname,
		.args = d->args,
		.path = d->path,
		.input = d->input,
		.timeout_ms = policy_ipam_timeout(d->policy) * 1000,
	};

	r = exec_run(&c, &a, e);
	if (r < 0) {
		err_prefix(e, "IPAM plugin %s", d->type);
		return r;
	}
	log_debug("ipam: %s %s: exit status %d", d->type, command, a.status);
	if (a.status != 0)
		r = pass_on(d, command, &a, e);
	else if (ret_out)
		*ret_out = steal_ptr(a.out);
	free(a.out);
	return r;
}

int delegate_release(const struct delegate *d, struct err *e)
{
	auto_free char *file = NULL;
	struct err why = ERR_INIT;
	int r = delegate_find(d, &file, &why);

	if (r < 0 && !d->recorded) {
		log_warning("%s (%s): no lease of its is on record, and none is given back",
			why.msg, why.remedy);
		return 0;
	}
	if (r < 0) {
		err_prefix(&why, "the lease stays");
		*e = why;
		return r;
	}
	r = delegate_call(d, "DEL", NULL, &why);
	if (r < 0 && why.code == ERR_VERSION) {
		log_warning("%s (%s): it has no lease then", why.msg, why.remedy);
		return 0;
	}
	if (r < 0)
		*e = why;
	return r;
}

struct versions {
	char **supported;
	size_t n;
};

static const struct codec_field versions_fields[] = {
	CODEC_STRINGS(struct versions, supported, n, "supportedVersions", 64),
	CODEC_END,
};

/* One that says which versions it speaks, and not this one. */
static bool is_too_old(const struct delegate *d)
{
	auto_free char *out = NULL;
	struct versions v;
	bool spoken = false;

	if (delegate_call(d, "VERSION", &out, NULL) < 0 ||
		codec_decode(versions_fields, &v, out, strlen(out), d->type, ERR_IPAM, NULL) < 0)
		return false;
	for (size_t i = 0; i < v.n; i++)
		spoken |= strcmp(v.supported[i], d->version) == 0;
	const bool told = v.n > 0;

	codec_free(versions_fields, &v);
	return told && !spoken;
}

int delegate_ask(const struct delegate *d, const char *command, struct err *e)
{
	struct err why = ERR_INIT;
	int r = delegate_call(d, command, NULL, &why);

	if (r == 0)
		return 0;
	/* One of before STATUS and GC may complain of anything, of the container that is missing too. */
	if (why.code != ERR_UNAVAILABLE && why.code != ERR_LIMITED && is_too_old(d))
		return too_old(d, "", e);
	if (why.code == ERR_ENV && strstr(why.msg, "CNI_COMMAND")) {
		log_debug("ipam: %s does not know %s", d->type, command);
		return 0;
	}
	*e = why;
	return r;
}

struct delegate delegate_of_request(const struct request *r, const struct netconf *c,
	const struct policy *policy)
{
	return (struct delegate){
		.type = c->ipam_type,
		.container = r->container,
		.netns = r->netns,
		.ifname = r->ifname,
		.args = r->args,
		.path = r->path,
		.input = r->input,
		.version = cni_version_names[c->version],
		.policy = policy,
	};
}
