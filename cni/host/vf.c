/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "mem.h"
#include "vf_wire.h"

#define BUSY_TIMEOUT_MS 3000
#define BUSY_WAIT_MS 50

struct vf_search {
	uint32_t index;
	struct vf *vf;
	bool found;
};

static void on_link(struct nlmsghdr *h, void *arg)
{
	struct vf_search *s = arg;

	if (!s->found)
		s->found = vf_parse(h, s->index, s->vf);
}

int vf_get(struct nl_sock *s, int64_t pf_index, int64_t index, struct vf *ret, struct err *e)
{
	struct ifinfomsg m = {.ifi_family = AF_UNSPEC, .ifi_index = (int)pf_index};
	struct nl_msg *msg = nl_new(RTM_GETLINK, 0, &m, sizeof(m));
	struct vf v;
	struct vf_search search = {(uint32_t)index, &v, false};
	struct nl_reply reply;

	vf_init(&v);
	if (msg)
		(void)nla_put_u32(msg, IFLA_EXT_MASK, RTEXT_FILTER_VF | RTEXT_FILTER_SKIP_STATS);
	if (nl_ask(s, msg, on_link, &search, &reply) < 0)
		return nl_refused(e, ERR_KERNEL, &reply, "PF: read its VFs");
	if (!search.found)
		return err_set(e, ERR_DEVICE, ENODEV, "the PF has no VF %d", (int)index);
	*ret = v;
	return 0;
}

/* EBUSY with many VFs of one PF at once: asked again for a while. */
static int set_one(struct nl_sock *s, int64_t pf_index, const struct vf_attr *a,
	struct nl_reply *reply)
{
	for (int64_t end = clock_ms() + BUSY_TIMEOUT_MS;;) {
		int r = nl_ask(s, vf_message(pf_index, a), NULL, NULL, reply);

		if ((r != -EBUSY && r != -EAGAIN) || clock_ms() >= end)
			return r;
		(void)poll(NULL, 0, BUSY_WAIT_MS);
	}
}

static int refused(const char *what, const char *key, const struct nl_reply *reply, struct err *e)
{
	const bool busy = reply->errnum == EBUSY || reply->errnum == EAGAIN;
	int r = nl_refused(e, busy ? ERR_AGAIN : ERR_KERNEL, reply, "%s: set %s at its PF", what,
		key);

	if (reply->errnum == EOPNOTSUPP)
		err_remedy(e, "the PF's driver cannot do this: remove \"%s\" from the network",
			key);
	return r;
}

int vf_set(struct nl_sock *s, int64_t pf_index, int64_t index, const struct vf *wish,
	const struct vf *now, const char *what, struct err *e)
{
	struct vf_attr a[VF_ATTRS];
	struct nl_reply reply = {0};
	int n = vf_attrs(index, wish, now, a);

	if (n < 0)
		return err_set(e, ERR_CONFIG, -n,
			"%s: set mac at its PF: %s is not an Ethernet address", what, wish->mac);
	for (int i = 0; i < n; i++)
		if (set_one(s, pf_index, &a[i], &reply) < 0)
			return refused(what, a[i].key, &reply, e);
	return 0;
}
