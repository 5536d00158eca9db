/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses: asked of the IPAM plugin, set on the link in the pod; the lease given back. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "announce.h"
#include "clock.h"
#include "delegate.h"
#include "inet.h"
#include "log.h"
#include "mem.h"
#include "steps.h"

#define DAD_TIMEOUT_MS 5000
#define CARRIER_TIMEOUT_MS 500 /* of a VF that has just been brought up */

static bool wanted(const struct attach *a)
{
	return a->conf.ipam_type != NULL;
}

/* recorded: see delegate.h; a lease may be on record from the moment on that ADD was called. */
static struct delegate delegate_of(const struct attach *a, bool recorded)
{
	return (struct delegate){
		.type = a->conf.ipam_type,
		.container = a->rec.container,
		.netns = a->rec.netns.path,
		.ifname = a->rec.ifname,
		.args = a->rec.args,
		.path = a->rec.path,
		.input = a->input ? a->input : a->rec.input,
		.version = cni_version_names[a->conf.version],
		.policy = &a->m->policy,
		.recorded = recorded,
	};
}

/* Missing or not allowed is an error before anything was touched. */
static int capture(struct attach *a, struct err *e)
{
	const struct delegate d = delegate_of(a, false);
	auto_free char *file = NULL;

	return delegate_find(&d, &file, e);
}

struct sysctls {
	const struct attach *a;
	bool v6;
};

static void sysctl(const struct attach *a, const char *family, const char *name, const char *value)
{
	int r = inet_sysctl(a->m->root, family, a->rec.ifname, name, value);

	/* A kernel without IPv6, or a read-only sysctl: the address itself will tell. */
	if (r < 0)
		log_debug("ipam: %s.%s = %s: %s", family, name, value, strerror(-r));
}

/* Runs inside the pod's namespace: /proc/sys/net shows the caller's. */
static int set_sysctls(void *arg, struct err *e)
{
	const struct sysctls *s = arg;

	(void)e;
	if (s->v6) {
		sysctl(s->a, "ipv6", "disable_ipv6", "0");
		sysctl(s->a, "ipv6", "keep_addr_on_down", "1");
	}
	return 0;
}

static int parse_ip(const char *what, const char *text, struct inet_prefix *ret, struct err *e)
{
	if (inet_parse(text, ret) == 0)
		return 0;
	return err_set(e, ERR_IPAM, EINVAL, "IPAM answer: %s \"%.64s\" is not an IP address", what,
		text);
}

static int route_of(const struct attach *a, const struct result_route *from, struct inet_route *ret,
	struct err *e)
{
	struct inet_route r = {
		.mtu = from->mtu,
		.advmss = from->advmss,
		.priority = from->priority,
		.table = from->table,
		.scope = from->scope,
	};
	const char *gw = from->gw;
	int rc = parse_ip("route", from->dst, &r.dst, e);

	/* Without one of its own it is the gateway of the first address of its family. */
	for (size_t i = 0; rc == 0 && !gw && i < a->result.n_ips; i++)
		if (!strchr(a->result.ips[i].address, ':') == !strchr(from->dst, ':'))
			gw = a->result.ips[i].gateway;
	if (rc == 0 && gw && r.scope != 253 /* link */) {
		rc = parse_ip("gateway", gw, &r.gw, e);
		if (rc == 0 && r.gw.family != r.dst.family)
			rc = err_set(e, ERR_IPAM, EINVAL,
				"IPAM answer: route %s via %s mixes address families", from->dst,
				gw);
		r.has_gw = true;
	}
	if (rc == 0)
		*ret = r;
	return rc;
}

static bool has_carrier(const struct attach *a)
{
	auto_link struct link l;

	codec_init(link_fields, &l);
	return link_get(a->pod_nl, a->rec.pod_index, NULL, &l, NULL) == 0 && l.carrier;
}

/* Detection of duplicates begins when the link has a carrier, and then by itself. One that comes up
 * late is no reason to keep the pod: with IPv4 nobody would ask. */
static int settle(struct attach *a, struct err *e)
{
	const int64_t end = clock_ms() + CARRIER_TIMEOUT_MS;
	struct err why = ERR_INIT;

	while (!has_carrier(a) && clock_ms() < end)
		(void)poll(NULL, 0, 20);
	int r = has_carrier(a) ? inet_wait_dad(a->pod_nl, a->rec.pod_index, DAD_TIMEOUT_MS, &why)
			       : -ETIMEDOUT;

	if (r == -ETIMEDOUT && !has_carrier(a)) {
		log_warning(
			"interface %s: it has no carrier: whether somebody else on the network has "
			"its IPv6 addresses will be found out when it does",
			a->rec.ifname);
		return 0;
	}
	if (r < 0) {
		err_prefix(&why, "interface %s", a->rec.ifname);
		*e = why;
	}
	return r;
}

static int add_addresses(struct attach *a, struct err *e)
{
	bool v6 = false;

	for (size_t i = 0; i < a->result.n_ips; i++)
		v6 |= strchr(a->result.ips[i].address, ':') != NULL;
	struct sysctls s = {a, v6};
	int r = netns_run(&a->pod, set_sysctls, &s, e);

	for (size_t i = 0; r == 0 && i < a->result.n_ips; i++) {
		struct inet_prefix p;
		struct nl_reply reply;

		r = parse_ip("address", a->result.ips[i].address, &p, e);
		if (r == 0 && inet_add_addr(a->pod_nl, a->rec.pod_index, &p, &reply) < 0)
			r = nl_refused(e, ERR_KERNEL, &reply, "interface %s: address %s",
				a->rec.ifname, a->result.ips[i].address);
	}
	return r == 0 && v6 ? settle(a, e) : r;
}

static int add_route(struct attach *a, const struct inet_route *route, const char *text,
	struct err *e)
{
	struct nl_reply reply;
	bool is_ours = false;
	int r = inet_add_route(a->pod_nl, a->rec.pod_index, route, &reply);

	if (r != -EEXIST)
		return r == 0 ? 0
			      : nl_refused(e, ERR_KERNEL, &reply, "interface %s: route %s",
					a->rec.ifname, text);
	/* The kernel made it of the address, or it was said twice. */
	r = inet_has_route(a->pod_nl, a->rec.pod_index, route, &is_ours, e);
	if (r < 0 || is_ours)
		return r;
	r = err_set(e, ERR_EXISTS, EEXIST,
		"interface %s: route %s: the pod has another one to there, of the same metric",
		a->rec.ifname, text);
	err_remedy(e,
		"leave it out of the network's ipam; or, with cniVersion 1.1.0, give it a \"priority\"");
	return r;
}

static int add_routes(struct attach *a, struct err *e)
{
	for (size_t i = 0; i < a->result.n_routes; i++) {
		const struct result_route *said = &a->result.routes[i];
		struct inet_route route;
		char text[2 * INET_TEXT];
		int r = route_of(a, said, &route, e);

		(void)snprintf(text, sizeof(text), "%.60s%s%.60s", said->dst,
			said->gw ? " via " : "", said->gw ? said->gw : "");
		if (r == 0)
			r = add_route(a, &route, text, e);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Runs inside the pod's namespace: every address is told to its neighbours, as far as it goes. */
static int announce_all(void *arg, struct err *e)
{
	const struct attach *a = arg;
	uint8_t mac[32];

	(void)e;
	if (!a->rec.interface.mac || link_mac_parse(a->rec.interface.mac, mac, sizeof(mac)) != 6)
		return 0;
	for (size_t i = 0; i < a->result.n_ips; i++) {
		struct inet_prefix p, before;
		bool is_first = true;
		int r = inet_parse(a->result.ips[i].address, &p);

		for (size_t j = 0; r == 0 && j < i; j++)
			is_first &= inet_parse(a->result.ips[j].address, &before) < 0 ||
				!inet_same_subnet(&p, &before);
		if (r == 0)
			r = announce(a->pod_nl, a->rec.pod_index, mac, &p, is_first);
		if (r < 0)
			log_debug("ipam: %s: announce: %s", a->result.ips[i].address, strerror(-r));
	}
	return 0;
}

/* What the pod file says of the addresses. */
static int publish_addresses(struct attach *a, struct err *e)
{
	struct podfile_interface *i = &a->rec.interface;

	i->ips = calloc(a->result.n_ips, sizeof(*i->ips));
	for (size_t n = 0; i->ips && n < a->result.n_ips; n++) {
		i->ips[n] = strdup(a->result.ips[n].address);
		if (!i->ips[n])
			break;
		i->n_ips++;
		if (!i->gateway && a->result.ips[n].gateway)
			i->gateway = strdup(a->result.ips[n].gateway);
	}
	return i->n_ips == a->result.n_ips ? 0 : err_sys(e, ERR_INTERNAL, ENOMEM, "ipam");
}

static int configure(struct attach *a, struct err *e)
{
	int r = add_addresses(a, e);

	if (r == 0)
		r = add_routes(a, e);
	return r < 0 ? r : netns_run(&a->pod, announce_all, a, e);
}

static int apply(struct attach *a, struct err *e)
{
	const struct delegate d = delegate_of(a, false);
	auto_free char *out = NULL;
	auto_result struct result answer;
	int r = delegate_call(&d, "ADD", &out, e);

	result_init(&answer);
	if (r == 0) {
		r = result_decode(out, strlen(out), "IPAM answer", &answer, e);
		if (r < 0)
			err_prefix(e, "IPAM plugin %s", d.type);
	}
	if (r == 0 && answer.n_ips == 0)
		r = err_set(e, ERR_IPAM, EINVAL, "IPAM plugin %s: its answer has no address",
			d.type);
	if (r < 0)
		return r;
	/* Its addresses are for our interface. */
	for (size_t i = 0; i < answer.n_ips; i++)
		answer.ips[i].interface = 0;
	result_drop_interfaces(&answer);
	r = result_append(&a->result, &answer, e);
	/* In mode vfio there is no link to set them on: the program in the pod reads them. */
	if (r == 0 && a->rec.interface.mode == PODFILE_NETDEV)
		r = configure(a, e);
	return r == 0 ? publish_addresses(a, e) : r;
}

static int undo(struct attach *a, struct err *e)
{
	const struct delegate d = delegate_of(a, true);

	return delegate_release(&d, e);
}

struct seen {
	struct inet_prefix want;
	bool found;
};

static void look(const struct inet_addr *addr, void *arg)
{
	struct seen *s = arg;

	if (addr->prefix.family == s->want.family && addr->prefix.len == s->want.len &&
		memcmp(addr->prefix.addr, s->want.addr, sizeof(s->want.addr)) == 0)
		s->found = true;
}

static int check_link(struct attach *a, struct err *e)
{
	int r = a->pod_nl ? 0 : -ENOENT; /* the link step said so */

	for (size_t i = 0; r == 0 && i < a->result.n_ips; i++) {
		struct seen s = {0};

		r = parse_ip("address", a->result.ips[i].address, &s.want, e);
		if (r == 0)
			r = inet_each_addr(a->pod_nl, a->rec.pod_index, look, &s, e);
		if (r == 0 && !s.found)
			r = err_set(e, ERR_MISMATCH, ENOENT, "interface %s: address %s is not set",
				a->rec.ifname, a->result.ips[i].address);
	}
	for (size_t i = 0; r == 0 && i < a->result.n_routes; i++) {
		struct inet_route route;
		bool found = false;

		r = route_of(a, &a->result.routes[i], &route, e);
		if (r == 0)
			r = inet_has_route(a->pod_nl, a->rec.pod_index, &route, &found, e);
		if (r == 0 && !found)
			r = err_set(e, ERR_MISMATCH, ENOENT, "interface %s: route %s is not there",
				a->rec.ifname, a->result.routes[i].dst);
	}
	return r;
}

static int check(struct attach *a, struct err *e)
{
	const struct delegate d = delegate_of(a, true);
	int r = a->rec.interface.mode == PODFILE_NETDEV ? check_link(a, e) : 0;

	return r == 0 ? delegate_call(&d, "CHECK", NULL, e) : r;
}

static void describe(const struct attach *a, struct plan *p)
{
	plan_add(p, "addresses and routes", "none", a->conf.ipam_type);
}

const struct step step_ipam = {"ipam", wanted, capture, apply, undo, check, describe};
