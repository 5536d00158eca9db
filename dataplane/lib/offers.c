/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dra.h"
#include "mem.h"
#include "offers.h"
#include "pcidevice.h"

int offers_add(struct offers *o, const char *source, const char *bdf, const char *why)
{
	struct offer *new = mem_more(o->list, o->n);

	if (!new)
		return -ENOMEM;
	o->n++;
	*new = (struct offer){strdup(source), bdf ? strdup(bdf) : NULL, why ? strdup(why) : NULL};
	return !new->source || (bdf && !new->bdf) || (why && !new->why) ? -ENOMEM : 0;
}

static int read_environment(char *const *env, struct offers *o)
{
	struct pcidevice v;
	int r = 0;

	while (r == 0 && pcidevice_next(&env, &v)) {
		char bdf[PCIDEVICE_TEXT];

		for (const char *at = v.value; r == 0 && !v.json && pcidevice_address(&at, bdf);)
			r = offers_add(o, v.name, bdf, NULL);
	}
	return r;
}

int offers_read(int root, char *const *env, struct offers *ret)
{
	int r = read_environment(env, ret);

	return r == 0 ? dra_read(root, ret) : r;
}

void offers_free(struct offers *o)
{
	for (size_t i = 0; i < o->n; i++) {
		free(o->list[i].source);
		free(o->list[i].bdf);
		free(o->list[i].why);
	}
	free(o->list);
	*o = (struct offers){0};
}
