/* SPDX-License-Identifier: Apache-2.0 */
/* The answer of ADD in one form, read from and written for every protocol version. */
#ifndef WIRE_RESULT_H
#define WIRE_RESULT_H

#include <stddef.h>
#include <stdint.h>

#include "codec.h"
#include "err.h"

/* Protocol versions, oldest first. */
enum cni_version { CNI_010, CNI_020, CNI_030, CNI_031, CNI_040, CNI_100, CNI_110, CNI_VERSIONS };
extern const char *const cni_version_names[];

/* ERR_VERSION with the list of those supported. */
int cni_version_parse(const char *text, enum cni_version *ret, struct err *e);

struct result_interface {
	char *name, *mac, *sandbox;
	int64_t mtu;       /* 1.1.0 */
	char *socket_path; /* 1.1.0 */
	char *pci_id;      /* 1.1.0 */
};

struct result_ip {
	char *version; /* "4" or "6": 0.3.0 to 0.4.0 */
	char *address; /* CIDR */
	char *gateway;
	int64_t interface; /* index into interfaces */
};

struct result_route {
	char *dst, *gw;
	int64_t mtu, advmss, priority, table, scope; /* 1.1.0 */
};

/* ip4 and ip6 of 0.1.0 and 0.2.0 */
struct result_legacy_ip {
	char *ip, *gateway;
	struct result_route *routes;
	size_t n_routes;
};

struct result {
	char *cni_version;
	struct result_interface *interfaces;
	size_t n_interfaces;
	struct result_ip *ips;
	size_t n_ips;
	struct result_route *routes;
	size_t n_routes;
	struct result_legacy_ip ip4, ip6;
	char *dns; /* JSON */
};

/* For tests that hold reader and writer against each other. */
extern const struct codec_field result_fields[];

void result_init(struct result *r);
void result_free(struct result *r);
#define auto_result auto_with(result_free)

/* Any version; ip4 and ip6 are turned into ips and routes. what names the text in messages. */
int result_decode(const char *text, size_t len, const char *what, struct result *ret,
	struct err *e);

/* Appends other's interfaces, ips (their interface numbers kept), routes, and dns if there is
 * none yet. other is left empty. */
int result_append(struct result *r, struct result *other, struct err *e);

void result_drop_interfaces(struct result *r);

/* Adds an interface at the end; strings are copied, NULL allowed. */
int result_add_interface(struct result *r, const struct result_interface *i, struct err *e);

/* Owned text, indented, with only what that version knows. */
int result_encode(const struct result *r, enum cni_version v, char **ret, struct err *e);

/* The error object; never fails (out of memory gives a fixed text). The text is owned. */
char *result_encode_error(const char *cni_version, const struct err *e);

#endif
