/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "mem.h"
#include "result.h"

const char *const cni_version_names[] = {"0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0",
	"1.1.0", NULL};

static const struct codec_field interface_fields[] = {
	CODEC_STRING(struct result_interface, name, "name", 255),
	CODEC_STRING(struct result_interface, mac, "mac", 255),
	CODEC_INTEGER(struct result_interface, mtu, "mtu", 0, INT32_MAX),
	CODEC_STRING(struct result_interface, sandbox, "sandbox", 4096),
	CODEC_STRING(struct result_interface, socket_path, "socketPath", 4096),
	CODEC_STRING(struct result_interface, pci_id, "pciID", 255),
	CODEC_END,
};

static const struct codec_field ip_fields[] = {
	CODEC_STRING(struct result_ip, version, "version", 8),
	CODEC_INTEGER(struct result_ip, interface, "interface", 0, CODEC_MAX_ELEMENTS),
	CODEC_REQUIRED_STRING(struct result_ip, address, "address", 64),
	CODEC_STRING(struct result_ip, gateway, "gateway", 64),
	CODEC_END,
};

static const struct codec_field route_fields[] = {
	CODEC_REQUIRED_STRING(struct result_route, dst, "dst", 64),
	CODEC_STRING(struct result_route, gw, "gw", 64),
	CODEC_INTEGER(struct result_route, mtu, "mtu", 0, INT32_MAX),
	CODEC_INTEGER(struct result_route, advmss, "advmss", 0, INT32_MAX),
	CODEC_INTEGER(struct result_route, priority, "priority", 0, UINT32_MAX),
	CODEC_INTEGER(struct result_route, table, "table", 0, UINT32_MAX),
	CODEC_INTEGER(struct result_route, scope, "scope", 0, 255),
	CODEC_END,
};

static const struct codec_field legacy_fields[] = {
	CODEC_STRING(struct result_legacy_ip, ip, "ip", 64),
	CODEC_STRING(struct result_legacy_ip, gateway, "gateway", 64),
	CODEC_OBJECTS(struct result_legacy_ip, routes, n_routes, "routes", struct result_route,
		route_fields),
	CODEC_END,
};

#define R struct result
const struct codec_field result_fields[] = {
	CODEC_STRING(R, cni_version, "cniVersion", 32),
	CODEC_OBJECTS(R, interfaces, n_interfaces, "interfaces", struct result_interface,
		interface_fields),
	CODEC_OBJECTS(R, ips, n_ips, "ips", struct result_ip, ip_fields),
	CODEC_OBJECTS(R, routes, n_routes, "routes", struct result_route, route_fields),
	CODEC_OBJECT(R, ip4, "ip4", legacy_fields),
	CODEC_OBJECT(R, ip6, "ip6", legacy_fields),
	CODEC_RAWJSON(R, dns, "dns"),
	CODEC_END,
};
#undef R

int cni_version_parse(const char *text, enum cni_version *ret, struct err *e)
{
	for (int v = 0; v < CNI_VERSIONS; v++)
		if (strcmp(text, cni_version_names[v]) == 0) {
			*ret = (enum cni_version)v;
			return 0;
		}
	return err_set(e, ERR_VERSION, EPROTONOSUPPORT,
		"cniVersion \"%.40s\" is not supported: this plugin speaks 0.1.0, 0.2.0, 0.3.0, 0.3.1, "
		"0.4.0, 1.0.0 and 1.1.0",
		text);
}

void result_init(struct result *r)
{
	codec_init(result_fields, r);
}

void result_free(struct result *r)
{
	codec_free(result_fields, r);
}

static int from_legacy(struct result *r, struct result_legacy_ip *l)
{
	if (l->ip) {
		struct result_ip *ip = mem_more(r->ips, r->n_ips);

		if (!ip)
			return -ENOMEM;
		r->n_ips++;
		codec_init(ip_fields, ip);
		ip->address = steal_ptr(l->ip);
		ip->gateway = steal_ptr(l->gateway);
	}
	for (size_t i = 0; i < l->n_routes; i++) {
		struct result_route *to = mem_more(r->routes, r->n_routes);

		if (!to)
			return -ENOMEM;
		r->n_routes++;
		*to = l->routes[i];
		codec_init(route_fields, &l->routes[i]);
	}
	codec_free(legacy_fields, l);
	return 0;
}

int result_decode(const char *text, size_t len, const char *what, struct result *ret, struct err *e)
{
	auto_result struct result r;

	auto_tree struct codec_tree *tree = NULL;

	result_init(&r);
	int rc = codec_parse(text, len, what, &tree, e);

	if (rc == 0)
		rc = codec_read_filled(result_fields, &r, tree, ERR_DECODE, e);
	if (rc == 0)
		rc = from_legacy(&r, &r.ip4);
	if (rc == 0)
		rc = from_legacy(&r, &r.ip6);
	if (rc == -ENOMEM)
		(void)err_sys(e, ERR_INTERNAL, ENOMEM, "%s", what);
	if (rc < 0)
		return rc;
	*ret = r;
	result_init(&r);
	return 0;
}

int result_add_interface(struct result *r, const struct result_interface *i, struct err *e)
{
	struct result_interface *to = mem_more(r->interfaces, r->n_interfaces);

	if (!to)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "result");
	r->n_interfaces++;
	codec_init(interface_fields, to);
	to->name = i->name ? strdup(i->name) : NULL;
	to->mac = i->mac ? strdup(i->mac) : NULL;
	to->sandbox = i->sandbox ? strdup(i->sandbox) : NULL;
	to->pci_id = i->pci_id ? strdup(i->pci_id) : NULL;
	to->mtu = i->mtu;
	return 0;
}

void result_drop_interfaces(struct result *r)
{
	for (; r->n_interfaces; r->n_interfaces--)
		codec_free(interface_fields, &r->interfaces[r->n_interfaces - 1]);
}

int result_append(struct result *r, struct result *other, struct err *e)
{
	int bad = 0;

	for (size_t i = 0; i < other->n_interfaces && !bad; i++) {
		struct result_interface *to = mem_more(r->interfaces, r->n_interfaces);

		if (!(bad = !to)) {
			*to = other->interfaces[i];
			r->n_interfaces++;
			codec_init(interface_fields, &other->interfaces[i]);
		}
	}
	for (size_t i = 0; i < other->n_ips && !bad; i++) {
		struct result_ip *to = mem_more(r->ips, r->n_ips);

		if (!(bad = !to)) {
			*to = other->ips[i];
			r->n_ips++;
			codec_init(ip_fields, &other->ips[i]);
		}
	}
	for (size_t i = 0; i < other->n_routes && !bad; i++) {
		struct result_route *to = mem_more(r->routes, r->n_routes);

		if (!(bad = !to)) {
			*to = other->routes[i];
			r->n_routes++;
			codec_init(route_fields, &other->routes[i]);
		}
	}
	if (!r->dns)
		r->dns = steal_ptr(other->dns);
	result_free(other);
	return bad ? err_sys(e, ERR_INTERNAL, ENOMEM, "result") : 0;
}

static int is_ipv6(const char *text)
{
	return strchr(text, ':') != NULL;
}

/* The first address of each family, with the routes of its family: all that 0.1 and 0.2 can say. */
static int to_legacy(const struct result *r, int v6, struct result_legacy_ip *ret)
{
	for (size_t i = 0; i < r->n_ips && !ret->ip; i++) {
		if (is_ipv6(r->ips[i].address) != v6)
			continue;
		ret->ip = strdup(r->ips[i].address);
		ret->gateway = r->ips[i].gateway ? strdup(r->ips[i].gateway) : NULL;
	}
	for (size_t i = 0; ret->ip && i < r->n_routes; i++) {
		if (is_ipv6(r->routes[i].dst) != v6)
			continue;
		struct result_route *to = mem_more(ret->routes, ret->n_routes);

		if (!to)
			return -ENOMEM;
		ret->n_routes++;
		codec_init(route_fields, to);
		to->dst = strdup(r->routes[i].dst);
		to->gw = r->routes[i].gw ? strdup(r->routes[i].gw) : NULL;
	}
	return 0;
}

/* A deep copy, by way of the codec itself. */
static int copy(const struct result *r, struct result *ret, struct err *e)
{
	auto_free char *text = NULL;
	int rc = codec_encode(result_fields, r, 0, &text, e);

	return rc < 0
		? rc
		: codec_decode(result_fields, ret, text, strlen(text), "result", ERR_INTERNAL, e);
}

static int shape(struct result *r, enum cni_version v)
{
	free(r->cni_version);
	r->cni_version = strdup(cni_version_names[v]);
	if (v <= CNI_020) {
		if (to_legacy(r, 0, &r->ip4) < 0 || to_legacy(r, 1, &r->ip6) < 0)
			return -ENOMEM;
		result_drop_interfaces(r);
		for (; r->n_ips; r->n_ips--)
			codec_free(ip_fields, &r->ips[r->n_ips - 1]);
		for (; r->n_routes; r->n_routes--)
			codec_free(route_fields, &r->routes[r->n_routes - 1]);
	}
	for (size_t i = 0; i < r->n_ips; i++) {
		free(r->ips[i].version);
		r->ips[i].version = v < CNI_100 ? strdup(is_ipv6(r->ips[i].address) ? "6" : "4")
						: NULL;
	}
	for (size_t i = 0; v < CNI_110 && i < r->n_interfaces; i++) {
		struct result_interface *p = &r->interfaces[i];

		free(p->socket_path);
		free(p->pci_id);
		p->socket_path = p->pci_id = NULL;
		p->mtu = CODEC_ABSENT;
	}
	for (size_t i = 0; v < CNI_110 && i < r->n_routes; i++) {
		struct result_route *p = &r->routes[i];

		p->mtu = p->advmss = p->priority = p->table = p->scope = CODEC_ABSENT;
	}
	return 0;
}

int result_encode(const struct result *r, enum cni_version v, char **ret, struct err *e)
{
	auto_result struct result c;

	result_init(&c);
	int rc = copy(r, &c, e);

	if (rc < 0)
		return rc;
	if (shape(&c, v) < 0)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "result");
	return codec_encode(result_fields, &c, 2, ret, e);
}

struct error_object {
	char *cni_version;
	int64_t code;
	char *msg, *details;
};

static const struct codec_field error_fields[] = {
	CODEC_STRING(struct error_object, cni_version, "cniVersion", 0),
	CODEC_INTEGER(struct error_object, code, "code", 0, INT32_MAX),
	CODEC_STRING(struct error_object, msg, "msg", 0),
	CODEC_STRING(struct error_object, details, "details", 0),
	CODEC_END,
};

/* Names come from outside: what is not UTF-8 is shown, not carried. */
static void ascii(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text >= 0x80 || (unsigned char)*text < 0x20)
			*text = '?';
}

char *result_encode_error(const char *cni_version, const struct err *e)
{
	struct err own = *e;
	char version[32], *text = NULL;
	struct error_object o = {version, e->code, own.msg, own.remedy[0] ? own.remedy : NULL};

	(void)snprintf(version, sizeof(version), "%s", cni_version);
	for (int tries = 0; tries < 2 && codec_encode(error_fields, &o, 2, &text, NULL) < 0;
		tries++) {
		ascii(version);
		ascii(own.msg);
		ascii(own.remedy);
	}
	return text ? text
		    : strdup("{\"cniVersion\":\"1.1.0\",\"code\":999,\"msg\":\"out of memory\"}\n");
}
