/* SPDX-License-Identifier: Apache-2.0 */
/*
 * -l and -c, for programs that pass a -l of their own to EAL unless they find one of these two (Open
 * vSwitch), which EAL refuses beside --lcores. Both give an lcore the number of its CPU: those from
 * MAX_LCORES up have no place there.
 */
#include <errno.h>
#include <stdio.h>

#include "eal_parts.h"

/* Of the set, what is in local (or is not), until there are max. */
static void take(const struct cpulist *set, const struct cpulist *local, bool in, unsigned int max,
	struct cpulist *used)
{
	unsigned int n = cpulist_count(used);

	cpulist_each (c, set) {
		if (n >= max || c >= MAX_LCORES)
			break;
		if (cpulist_has(local, c) != in)
			continue;
		cpulist_add(used, c);
		n++;
	}
}

static char *format_mask(const struct cpulist *set)
{
	char text[MAX_LCORES / 4 + 1], *p = text, *mask = NULL;

	for (unsigned int c = MAX_LCORES; c > 0; c -= 4) {
		unsigned int digit = 0;

		for (unsigned int bit = 0; bit < 4; bit++)
			digit |= (unsigned int)cpulist_has(set, c - 4 + bit) << bit;
		if (digit || p > text)
			*p++ = "0123456789abcdef"[digit];
	}
	*p = '\0';
	return asprintf(&mask, "0x%s", text) < 0 ? NULL : mask;
}

int eal_plain_lcores(struct eal *b, const struct cpulist *set, const struct cpulist *local,
	unsigned int max, char **ret_text, struct cpulist *ret_used, struct err *e)
{
	struct cpulist used = {0};

	take(set, local, true, max, &used);
	take(set, local, false, max, &used);
	if (cpulist_empty(&used)) {
		int r = err_set(e, ERR_DEVICE, ERANGE,
			"none of the CPUs %s is below %d, and -l and -c know no others",
			b->facts->cpus_text, MAX_LCORES);

		err_remedy(e, "let the program take --lcores, or give the container other CPUs");
		return r;
	}
	if (cpulist_count(&used) < cpulist_count(set) && cpulist_count(&used) < max)
		eal_note(b, "CPUs from %d up are not used: -l and -c know no others", MAX_LCORES);
	if (cpulist_count(&used) == 1)
		eal_note(b, "one CPU: there is a main lcore and no worker");
	*ret_text = b->req->lcores_as == DPDKPOD_LCORES_MASK ? format_mask(&used)
							     : cpulist_format(&used);
	*ret_used = used;
	return *ret_text ? 0 : err_sys(e, ERR_INTERNAL, ENOMEM, "CPUs");
}
