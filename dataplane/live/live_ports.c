/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "live_ports.h"

#define MAX_PORT 65535

static const char *const link_names[] = {"up", "down", "gone", NULL};

const struct codec_field live_port_fields[] = {
	CODEC_INTEGER(struct live_port, id, "port", 0, MAX_PORT),
	CODEC_STRING(struct live_port, name, "name", 0),
	CODEC_STRING(struct live_port, iface, "interface", 0),
	CODEC_ENUMERATION(struct live_port, link, "link", link_names),
	CODEC_INTEGER(struct live_port, started, "started", 0, 1),
	CODEC_END,
};

/* What telemetry answers: an object whose one key is the command. */
struct port_list {
	int64_t *ids;
	size_t n;
};

static const struct codec_field list_fields[] = {
	CODEC_INTEGERS(struct port_list, ids, n, "/ethdev/list", 0, MAX_PORT),
	CODEC_END,
};

struct status {
	char *link;
};

static const struct codec_field link_fields[] = {
	CODEC_STRING(struct status, link, "status", 64),
	CODEC_END,
};

static const struct codec_field status_fields[] = {
	CODEC_OBJECT(struct status, link, "/ethdev/link_status", link_fields),
	CODEC_END,
};

static const struct codec_field inner_fields[] = {
	CODEC_STRING(struct live_port, name, "name", 256),
	CODEC_INTEGER(struct live_port, started, "dev_started", 0, 1),
	CODEC_END,
};

/* A view of the same struct. */
static const struct codec_field info_fields[] = {
	CODEC_INNER("/ethdev/info", inner_fields),
	CODEC_END,
};

static int read_port(struct telemetry *t, int64_t id, struct live_port *p, struct err *e)
{
	struct status s = {0};
	char command[64];
	int r;

	(void)snprintf(command, sizeof(command), "/ethdev/info,%" PRId64, id);
	codec_init(live_port_fields, p);
	p->id = id;
	r = telemetry_ask(t, command, info_fields, p, e);
	if (r == 0) {
		(void)snprintf(command, sizeof(command), "/ethdev/link_status,%" PRId64, id);
		r = telemetry_ask(t, command, status_fields, &s, e);
	}
	if (r == 0 && s.link)
		p->link = strcasecmp(s.link, "up") == 0 ? LINK_UP : LINK_DOWN;
	codec_free(status_fields, &s);
	return r;
}

int live_ports_read(struct telemetry *t, struct live_ports *ret, struct err *e)
{
	struct live_ports ports = {0};
	struct port_list list = {0};
	int r = telemetry_ask(t, "/ethdev/list", list_fields, &list, e);

	if (r == 0 && list.n > 0) {
		ports.v = calloc(list.n, sizeof(*ports.v));
		if (!ports.v)
			r = err_sys(e, ERR_INTERNAL, ENOMEM, "%s", t->path);
	}
	for (size_t i = 0; r == 0 && i < list.n; i++) {
		r = read_port(t, list.ids[i], &ports.v[i], e);
		ports.n = i + 1;
		if (r < 0)
			err_prefix(e, "port %" PRId64, list.ids[i]);
	}
	codec_free(list_fields, &list);
	if (r < 0)
		live_ports_free(&ports);
	else
		*ret = ports;
	return r;
}

void live_port_describe(const struct live_port *p, char *buf, size_t size)
{
	(void)snprintf(buf, size, "port %" PRId64 " (%.64s%s%.16s)", p->id,
		p->name ? p->name : "without a name", p->iface ? " on " : "",
		p->iface ? p->iface : "");
}

void live_ports_free(struct live_ports *p)
{
	for (size_t i = 0; i < p->n; i++)
		codec_free(live_port_fields, &p->v[i]);
	free(p->v);
	*p = (struct live_ports){0};
}
