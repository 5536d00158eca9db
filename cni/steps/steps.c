/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "mem.h"
#include "steps.h"

static const struct step *const table[] = {&step_admin_mac, &step_unbind, &step_vf, &step_bind,
	&step_peer, &step_link, &step_mac, &step_ipam, &step_deviceinfo, &step_publish};

int steps_capture(struct attach *a, struct err *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		int r = table[i]->wanted(a) ? table[i]->capture(a, e) : 0;

		if (r < 0)
			return r;
	}
	return 0;
}

int steps_apply(struct attach *a, size_t *ret_reached, struct err *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		*ret_reached = i + 1;
		if (!table[i]->wanted(a))
			continue;
		int r = table[i]->apply(a, e);

		if (r < 0) {
			log_debug("%s: apply: %s", table[i]->name, e->msg);
			return r;
		}
		log_debug("%s: applied", table[i]->name);
	}
	return 0;
}

int steps_undo(struct attach *a, size_t reached, struct err *e)
{
	char said[sizeof(((struct err *)0)->msg)] = "";
	int first = 0;

	for (size_t i = ARRAY_SIZE(table); i-- > 0;) {
		struct err why = ERR_INIT;

		if (i >= reached || !table[i]->wanted(a))
			continue;
		int r = table[i]->undo(a, &why);

		log_debug("%s: undo: %s", table[i]->name, r < 0 ? why.msg : "done");
		if (r < 0 && first == 0) {
			first = r;
			(void)snprintf(said, sizeof(said), "%s", why.msg);
			if (e && e->code == ERR_NONE)
				*e = why;
		} else if (r < 0 && strcmp(why.msg, said) != 0) {
			/* Two steps that fail for one reason have one reason to tell. */
			log_warning("%s: undo: %s", table[i]->name, why.msg);
		}
	}
	return first;
}

void steps_describe(const struct attach *a, struct plan *p)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		p->step = table[i]->name;
		if (table[i]->wanted(a))
			table[i]->describe(a, p);
	}
}

int steps_check(struct attach *a, struct err *e)
{
	struct err all = ERR_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct err why = ERR_INIT;
		size_t n = strlen(all.msg);

		if (!table[i]->wanted(a) || table[i]->check(a, &why) == 0)
			continue;
		log_debug("%s: check: %s", table[i]->name, why.msg);
		if (all.code == ERR_NONE)
			all = why;
		else
			(void)snprintf(all.msg + n, sizeof(all.msg) - n, "; %s", why.msg);
	}
	if (all.code == ERR_NONE)
		return 0;
	*e = all;
	return all.errnum ? -all.errnum : -EINVAL;
}
