/* SPDX-License-Identifier: Apache-2.0 */
#include "foreign.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "file.h"
#include "log.h"
#include "match.h"
#include "mem.h"

/* Their default, cniDir; a file for each attachment. */
#define SRIOV_CNI_CACHE "/var/lib/cni/sriov"

/* It keeps the configuration and what the VF was like before. */
static bool warn_of_sriov(const struct machine *m, const struct request *req)
{
	char path[512];

	(void)snprintf(path, sizeof(path), SRIOV_CNI_CACHE "/%s-%s", req->container, req->ifname);
	auto_close int fd = file_open(m->root, path, O_PATH, 0, FILE_IN_ROOT);

	if (fd < 0)
		return false;
	log_warning(
		"interface %s: sriov-cni attached it, as %s says, and not this plugin: its VF keeps "
		"what sriov-cni set, and the link returns when the pod has ended; for the rest call "
		"sriov-cni's DEL: CNI_COMMAND=DEL CNI_CONTAINERID=%s CNI_IFNAME=%s CNI_NETNS=%s, on "
		"stdin the network with \"type\": \"sriov\"",
		req->ifname, path, req->container, req->ifname, *req->netns ? req->netns : "''");
	return true;
}

/* A pod may have written it, and somebody will type it. */
static bool is_plain_name(const char *s)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

	return s && *s && *s != '-' && strlen(s) < IFNAMSIZ && s[strspn(s, plain)] == '\0';
}

/* It gives a NIC its name on the host as alias, and goes by that. */
static void warn_of_host_device(const struct request *req)
{
	auto_netns struct netns ns = NETNS_INIT;
	auto_nl struct nl_sock *nl = NULL;
	auto_links struct link_list pod = {0};

	if (!*req->netns || netns_open(req->netns, &ns, NULL) < 0 ||
		netns_nl_open(&ns, &nl, NULL) < 0 || link_dump(nl, &pod, NULL) < 0)
		return;
	const struct link *l = match_name(&pod, req->ifname);

	if (!l || !is_plain_name(l->alias))
		return;
	log_warning(
		"interface %s: host-device attached it, perhaps, as its alias \"%s\" says, and not this "
		"plugin: it stays in the pod; take it back by nsenter --net=%s sh -c 'ip link set %s "
		"down && ip link set %s netns 1 name %s'",
		req->ifname, l->alias, req->netns, req->ifname, req->ifname, l->alias);
}

void foreign_warn(const struct machine *m, const struct request *req)
{
	if (!warn_of_sriov(m, req))
		warn_of_host_device(req);
}
