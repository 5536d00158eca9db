/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "file.h"
#include "mem.h"
#include "upper.h"

#define UPPER "upper_"

int upper_find(int rootfd, const char *link, char *buf, size_t size, struct err *e)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/sys/class/net/%.15s", link);
	auto_dir DIR *d = file_opendir(rootfd, path);

	if (!d) {
		int r = err_sys(e, ERR_IO, errno, "%s: open", path);

		err_remedy(e,
			"what is on top of the NIC cannot be told without it: mount -t sysfs sysfs "
			"/sys, in the network namespace of the host");
		return r;
	}
	buf[0] = '\0';
	for (const char *name; !buf[0] && (name = file_next(d));)
		if (strncmp(name, UPPER, strlen(UPPER)) == 0)
			(void)snprintf(buf, size, "%s", name + strlen(UPPER));
	return 0;
}

bool upper_is_pair(const struct link *l)
{
	static const char *const pairs[] = {"veth", "netkit", "vxcan"};

	for (size_t i = 0; l->kind && i < ARRAY_SIZE(pairs); i++)
		if (strcmp(l->kind, pairs[i]) == 0)
			return true;
	return false;
}

static void on_nsid(struct nlmsghdr *h, void *arg)
{
	struct nlattr *a = nlmsg_find_attr(h, sizeof(struct rtgenmsg), NETNSA_NSID);

	if (h->nlmsg_type == RTM_NEWNSID && a && nla_len(a) >= 4)
		*(int64_t *)arg = nla_get_s32(a);
}

/* What a namespace calls another; CODEC_ABSENT: it has no name for it, and nothing that leads there. */
static int64_t nsid_of(struct nl_sock *in, const struct netns *other)
{
	struct rtgenmsg m = {.rtgen_family = AF_UNSPEC};
	struct nl_msg *msg = nl_new(RTM_GETNSID, 0, &m, sizeof(m));
	int64_t id = -1;

	if (!msg || nla_put_u32(msg, NETNSA_FD, (uint32_t)other->fd) < 0) {
		nlmsg_free(msg);
		return CODEC_ABSENT;
	}
	return nl_ask(in, msg, on_nsid, &id, NULL) == 0 && id >= 0 ? id : CODEC_ABSENT;
}

struct upper_search {
	const struct netns *home;
	int64_t index;
	bool pair;
	upper_visit f;
	void *arg;
};

static bool look(const struct netns *ns, const char *known_as, void *arg)
{
	const struct upper_search *s = arg;
	auto_links struct link_list list = {0};
	auto_nl struct nl_sock *nl = NULL;
	bool end = false;

	/* It goes while we look, or is one that is no more. */
	if (ns->inode == s->home->inode || netns_nl_open(ns, &nl, NULL) < 0)
		return false;
	/* The list first: where a link leads to gets its number when somebody asks for that. */
	if (link_dump(nl, &list, NULL) < 0)
		return false;
	const int64_t id = nsid_of(nl, s->home);

	if (id == CODEC_ABSENT)
		return false;
	for (size_t i = 0; !end && i < list.n; i++) {
		const struct link *l = &list.items[i];
		const struct upper u = {ns, known_as, nl, l};

		if (l->peer == s->index && l->peer_netns == id && upper_is_pair(l) == s->pair)
			end = s->f(&u, s->arg);
	}
	return end;
}

int upper_each(const struct netns *home, int64_t index, bool deep, upper_visit f, void *arg)
{
	struct upper_search s = {home, index, false, f, arg};

	return netns_each(deep, look, &s);
}

int upper_other_end(const struct netns *home, int64_t index, upper_visit f, void *arg)
{
	struct upper_search s = {home, index, true, f, arg};
	auto_netns struct netns own = NETNS_INIT;

	if (netns_open(NULL, &own, NULL) == 0 && look(&own, "the host", &s))
		return 0;
	return netns_each(true, look, &s);
}
