/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "attach.h"
#include "file.h"
#include "mem.h"

int machine_open(struct machine *m, struct err *e)
{
	m->root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (m->root < 0)
		return err_sys(e, ERR_IO, errno, "/: open");
	int r = file_openat2(e);

	if (r < 0)
		return r;
	state_boot_id(m->root, m->boot_id);
	r = netns_open(NULL, &m->netns, e);
	return r < 0 ? r : nl_open(&m->nl, e);
}

void machine_close(struct machine *m)
{
	mem_closep(&m->root);
	netns_close(&m->netns);
	nl_sock_freep(&m->nl);
	state_close(&m->state);
	policy_free(&m->policy);
}

int attach_init(struct attach *a, struct machine *m, struct sandbox *b)
{
	memset(a, 0, sizeof(*a));
	a->m = m;
	a->sandbox = b;
	a->pod.fd = -1;
	record_init(&a->rec);
	netconf_init(&a->conf);
	result_init(&a->result);
	return 0;
}

void attach_free(struct attach *a)
{
	record_free(&a->rec);
	netconf_free(&a->conf);
	result_free(&a->result);
	free(a->pf_mac);
	kubelet_free(&a->kubelet);
	netns_close(&a->pod);
	nl_sock_freep(&a->pod_nl);
	a->pod_nl = NULL;
}

/* Where it cannot be told, the cookie decides alone. */
static bool other_boot(const struct machine *m, const struct record *r)
{
	return r->boot_id && *m->boot_id && strcmp(r->boot_id, m->boot_id) != 0;
}

static int open_recorded(const struct machine *m, const struct record *r, const char *path,
	struct netns *ret)
{
	struct netns ns = NETNS_INIT;

	/* Cookies are counted from boot on. */
	if (other_boot(m, r))
		return -ENOENT;
	if (!path || !*path || netns_open(path, &ns, NULL) < 0)
		return -ENOENT;
	if ((int64_t)ns.cookie != r->netns.cookie) {
		netns_close(&ns);
		return -ENOENT;
	}
	*ret = ns;
	return 0;
}

/* By the name it had, else by any: a name that is gone does not mean that the namespace is. */
static int find_recorded(const struct machine *m, const struct record *r, struct netns *ret)
{
	if (open_recorded(m, r, r->netns.path, ret) == 0)
		return 0;
	if (other_boot(m, r))
		return -ENOENT;
	return netns_find(r->netns.inode, (uint64_t)r->netns.cookie, ret);
}

bool attach_netns_alive(const struct machine *m, const struct record *r)
{
	auto_netns struct netns ns = NETNS_INIT;

	return find_recorded(m, r, &ns) == 0;
}

int attach_resume(struct attach *a, const char *tried, struct err *e)
{
	const char *input = a->rec.input ? a->rec.input : "";
	auto_tree struct codec_tree *d = NULL;
	int r = codec_parse(input, strlen(input), "record: stdin", &d, e);

	if (r < 0)
		return r;
	/* Accepted by another release of the plugin, perhaps: what undo needs is in this. */
	if (netconf_decode(d, &a->conf, NULL) < 0)
		r = netconf_decode_del(d, &a->conf, e);
	if (r < 0)
		return r;
	a->mac = netconf_mac(&a->conf, a->rec.mac);
	if (open_recorded(a->m, &a->rec, tried, &a->pod) < 0)
		(void)find_recorded(a->m, &a->rec, &a->pod);
	if (a->pod.fd >= 0)
		r = netns_nl_open(&a->pod, &a->pod_nl, e);
	if (r == 0 && a->rec.result) {
		result_free(&a->result);
		r = result_decode(a->rec.result, strlen(a->rec.result), "record: result",
			&a->result, e);
	}
	return r;
}
