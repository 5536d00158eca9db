/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <limits.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "file.h"
#include "process.h"
#include "iface.h"
#include "mem.h"

struct params {
	char **v;
	size_t n;
};

static const struct codec_field params_fields[] = {
	CODEC_STRINGS(struct params, v, n, "/eal/params", 0),
	CODEC_END,
};

/* "net_af_packet0,iface=net1,qpairs=1", with or without "--vdev=" before it. */
static char *iface_of(const char *arg, const char *port)
{
	size_t n = strlen(port);

	if (strncmp(arg, "--vdev=", 7) == 0)
		arg += 7;
	if (strncmp(arg, port, n) != 0 || arg[n] != ',')
		return NULL;
	const char *value = strstr(arg + n, ",iface=");

	if (!value)
		return NULL;
	value += strlen(",iface=");
	return strndup(value, strcspn(value, ","));
}

int iface_name(struct telemetry *t, struct live_ports *ports, struct err *e)
{
	struct params params;
	int r = telemetry_ask(t, "/eal/params", params_fields, &params, e);

	if (r < 0)
		return r;
	for (size_t p = 0; p < ports->n; p++)
		for (size_t i = 0; i < params.n && ports->v[p].name && !ports->v[p].iface; i++)
			ports->v[p].iface = iface_of(params.v[i], ports->v[p].name);
	codec_free(params_fields, &params);
	return 0;
}

/* Of a program with file capabilities not even its user may know; it is in this pod then. */
static bool other_network(int root, pid_t pid)
{
	unsigned int mine, its;

	return process_namespace(root, pid, "net", &its) == 0 &&
		process_namespace(root, PROCESS_SELF, "net", &mine) == 0 && mine != its;
}

void iface_check_links(int root, pid_t pid, struct live_ports *ports)
{
	auto_close int sock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (sock < 0 || other_network(root, pid))
		return;
	for (size_t i = 0; i < ports->n; i++) {
		struct live_port *p = &ports->v[i];
		struct ifreq req = {0};

		if (!p->iface || strlen(p->iface) >= IFNAMSIZ)
			continue;
		memcpy(req.ifr_name, p->iface, strlen(p->iface));
		if (ioctl(sock, SIOCGIFFLAGS, &req) < 0)
			p->link = errno == ENODEV ? LINK_GONE : p->link;
		else if (!(req.ifr_flags & IFF_RUNNING))
			p->link = LINK_DOWN;
	}
}
