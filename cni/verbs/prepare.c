/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "mem.h"
#include "prepare.h"

static char *copy(const char *text)
{
	return *text ? strdup(text) : NULL;
}

static int open_pod(struct attach *a, const struct request *req, struct err *e)
{
	const char *override = getenv("CNI_NETNS_OVERRIDE");
	int r = netns_open(req->netns, &a->pod, e);

	if (r < 0)
		return r;
	if (a->pod.cookie == a->m->netns.cookie &&
		!(override && (strcmp(override, "1") == 0 || strcmp(override, "true") == 0))) {
		r = err_set(e, ERR_NETNS, EINVAL,
			"CNI_NETNS %s: it is the plugin's own network namespace", req->netns);
		err_remedy(e, "give the pod's; CNI_NETNS_OVERRIDE=1 permits it all the same");
		return r;
	}
	return netns_nl_open(&a->pod, &a->pod_nl, e);
}

static void fill_record(struct attach *a, const struct request *req)
{
	struct record *rec = &a->rec;

	rec->state = RECORD_ADDING;
	rec->created = (int64_t)time(NULL);
	rec->boot_id = copy(a->m->boot_id);
	rec->network = strdup(a->conf.name);
	rec->container = strdup(req->container);
	rec->ifname = strdup(req->ifname);
	rec->pod.ns = copy(req->pod.pod_namespace);
	rec->pod.name = copy(req->pod.pod_name);
	rec->pod.uid = copy(req->pod.pod_uid);
	rec->netns.path = strdup(req->netns);
	rec->netns.inode = a->pod.inode;
	rec->netns.cookie = (int64_t)a->pod.cookie;
	rec->args = copy(req->args);
	rec->path = copy(req->path);
	rec->mac = copy(req->pod.mac);
}

int prepare_kubelet_dir(const struct attach *a, struct err *e)
{
	const char *dir = a->conf.kubelet_dir;
	int r;

	if (!dir || policy_allows_kubelet_dir(&a->m->policy, dir))
		return 0;
	r = err_set(e, ERR_REFUSED, EPERM, "kubeletDir %s: the node's policy does not allow it",
		dir);
	err_remedy(e,
		"leave it out where the kubelet's directory is " KUBELET_DIR
		", or let the node's owner add "
		"it to \"kubeletDirs\" in /etc/dpdk-cni/policy.json");
	return r;
}

int prepare(struct attach *a, const struct request *req, struct err *e)
{
	int r = netconf_decode(req->tree, &a->conf, e);

	if (r == 0)
		r = policy_load(a->m->root, &a->m->policy, e);
	if (r == 0)
		r = prepare_kubelet_dir(a, e);
	if (r == 0)
		r = open_pod(a, req, e);
	if (r < 0)
		return r;
	fill_record(a, req);
	a->input = req->input;
	r = netconf_excerpt(req->tree, &a->conf, &a->rec.input, e);
	if (r < 0)
		return r;
	if (!a->rec.network || !a->rec.container || !a->rec.ifname || !a->rec.netns.path ||
		!a->rec.input)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "attachment");
	a->mac = netconf_mac(&a->conf, a->rec.mac);
	kubelet_init(&a->kubelet, a->m->root, a->conf.kubelet_dir, a->rec.pod.ns, a->rec.pod.name,
		a->rec.pod.uid);
	return 0;
}
