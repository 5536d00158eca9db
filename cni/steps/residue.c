/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "bpf.h"
#include "log.h"
#include "mem.h"
#include "residue.h"
#include "uppers.h"

#define NONE \
	"none" /* looked for: a record of before knows of none either, and nothing is removed */

static int capture_bpf(struct record *rec, struct err *e)
{
	struct bpf_list l = {0};
	int r = bpf_attached(rec->link.index, &l, e);

	if (r < 0)
		return r;
	rec->bpf = l.items;
	rec->n_bpf = l.n;
	if (rec->n_bpf)
		return 0;
	char **more = mem_more(rec->bpf, rec->n_bpf);

	if (more)
		*more = strdup(NONE);
	if (!more || !*more)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "BPF programs");
	rec->n_bpf = 1;
	return 0;
}

int residue_capture(struct attach *a, struct err *e)
{
	int r = capture_bpf(&a->rec, e);

	if (r == 0)
		r = ethtool_read(a->rec.link.name, &a->rec.ethtool, e);
	/* Without leave to take one that is used nothing is on top of it. */
	return r == 0 && policy_allows_in_use(&a->m->policy, &a->rec.link) ? uppers_capture(a, e)
									   : r;
}

/* One that is held by a BPF link does not go by a message of rtnetlink. */
static int remove_xdp(struct attach *a, const struct link *now, struct err *e)
{
	struct link_change c = LINK_NO_CHANGE;
	struct nl_reply reply;
	auto_link struct link after;

	codec_init(link_fields, &after);
	if (now->xdp == 0 || now->xdp == a->rec.link.xdp)
		return 0;
	c.detach_xdp = true;
	c.xdp_generic = now->xdp_generic;
	if (link_set(a->m->nl, now->index, &c, &reply) == 0)
		return 0;
	int r = bpf_detach_xdp(now->index, now->xdp, e);

	if (r == 0)
		r = link_get(a->m->nl, now->index, NULL, &after, e);
	if (r < 0 || after.xdp != now->xdp)
		return r;
	return nl_refused(e, ERR_KERNEL, &reply, "XDP program %d: detach", (int)now->xdp);
}

int residue_remove(struct attach *a, const struct link *now, struct err *e)
{
	int r = remove_xdp(a, now, e);

	if (r == 0 && a->rec.bpf)
		r = bpf_detach(now->index, a->rec.bpf, a->rec.n_bpf, e);
	return r == 0 ? uppers_remove(a, now, e) : r;
}

/* What the host had on it and the pod took off cannot be put back: a program is its owner's. */
static void warn_of_programs(const struct attach *a, const struct link *now)
{
	struct bpf_list l = {0};

	if (a->rec.link.xdp != 0 && now->xdp != a->rec.link.xdp)
		log_warning(
			"link %s: the host's XDP program is off: whoever attached it has to do so again",
			now->name);
	if (!a->rec.bpf || strcmp(a->rec.bpf[0], NONE) == 0 ||
		bpf_attached(now->index, &l, NULL) < 0)
		return;
	for (size_t i = 0; i < a->rec.n_bpf; i++) {
		bool found = false;

		for (size_t j = 0; j < l.n; j++)
			found |= strcmp(l.items[j], a->rec.bpf[i]) == 0;
		if (!found)
			log_warning(
				"link %s: the host's program %s is off: whoever attached it has to do so again",
				now->name, a->rec.bpf[i]);
	}
	bpf_list_free(&l);
}

int residue_restore(struct attach *a, const struct link *now, struct err *e)
{
	char left[160];
	int r = ethtool_restore(now->name, &a->rec.ethtool, left, sizeof(left), e);

	if (r < 0)
		return r;
	if (left[0])
		log_warning("link %s: back on the host, but the driver does not take its old %s",
			now->name, left);
	warn_of_programs(a, now);
	return 0;
}
