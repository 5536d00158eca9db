/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The VF's attributes at its PF, all but its MAC address (mac.c). Absent keys are not touched; of
 * the others the previous values are recorded and given back, unless somebody changed them
 * meanwhile: an administrator's later word is left.
 */
#include <errno.h>

#include "devnode.h"
#include "log.h"
#include "mem.h"
#include "pf.h"
#include "steps.h"

static bool wanted(const struct attach *a)
{
	return vf_any(&a->conf.vf);
}

static int capture(struct attach *a, struct err *e)
{
	auto_vf struct vf now;
	int64_t pf;

	vf_init(&now);
	int r = pf_look(a, &pf, &now, e);

	if (r < 0)
		return r;
	vf_keep_wished(&now, &a->conf.vf);
	vf_free(&a->rec.vf);
	a->rec.vf = now;
	vf_init(&now);
	if (a->conf.vf.vlan != CODEC_ABSENT)
		a->rec.interface.vlan = a->conf.vf.vlan;
	return 0;
}

static int apply(struct attach *a, struct err *e)
{
	auto_vf struct vf after;
	const char *what = a->rec.interface.pci_address, *key;
	int64_t pf;

	vf_init(&after);
	int r = pf_link(a, &pf, e);

	if (r == 0)
		r = vf_set(a->m->nl, pf, a->rec.interface.vf, &a->conf.vf, &a->rec.vf, what, e);
	if (r == 0)
		r = vf_get(a->m->nl, pf, a->rec.interface.vf, &after, e);
	if (r < 0)
		return r;
	key = vf_differs(&a->conf.vf, &after);
	return key ? err_set(e, ERR_KERNEL, EIO,
			     "%s: set %s at its PF: the driver took it, but reads back "
			     "another value",
			     what, key)
		   : 0;
}

static void say_foreign(const char *key)
{
	log_warning("VF attribute %s was changed by somebody else meanwhile: left", key);
}

static int undo(struct attach *a, struct err *e)
{
	auto_vf struct vf now;
	int64_t pf;
	int r;

	vf_init(&now);
	if (!vf_any(&a->rec.vf) || !a->owns)
		return 0;
	/* A program at work keeps everything as it is. */
	r = devnode_free(a->m->root, a->rec.interface.pci_address, e);
	if (r == 0)
		r = pf_look_again(a, &pf, &now, e);
	if (r <= 0)
		return r;
	vf_leave_foreign(&a->rec.vf, &a->conf.vf, &now, say_foreign);
	return vf_set(a->m->nl, pf, a->rec.interface.vf, &a->rec.vf, &now,
		a->rec.interface.pci_address, e);
}

static int check(struct attach *a, struct err *e)
{
	auto_vf struct vf now;
	int64_t pf;

	vf_init(&now);
	int r = pf_look(a, &pf, &now, e);

	if (r < 0)
		return r;
	const char *key = vf_differs(&a->conf.vf, &now);

	return key ? err_set(e, ERR_MISMATCH, EINVAL, "VF %s: %s at its PF is not as it was set",
			     a->rec.interface.pci_address, key)
		   : 0;
}

static void describe(const struct attach *a, struct plan *p)
{
	for (size_t i = 0; i < vf_n_keys; i++) {
		char was[VF_TEXT], wish[VF_TEXT];

		if (!*vf_text(&a->conf.vf, &vf_keys[i], wish))
			continue;
		vf_text(&a->rec.vf, &vf_keys[i], was);
		plan_add(p, vf_keys[i].key, *was ? was : NULL, wish);
	}
}

const struct step step_vf = {"vf", wanted, capture, apply, undo, check, describe};
