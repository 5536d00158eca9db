/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "codec.h"
#include "mem.h"
#include "plan.h"
#include "text.h"

static const struct codec_field change_fields[] = {
	CODEC_STRING(struct plan_change, step, "step", 0),
	CODEC_STRING(struct plan_change, object, "object", 0),
	CODEC_STRING(struct plan_change, before, "before", 0),
	CODEC_STRING(struct plan_change, after, "after", 0),
	CODEC_END,
};

static const struct codec_field plan_fields[] = {
	CODEC_REQUIRED_OBJECTS(struct plan, changes, n, "changes", struct plan_change,
		change_fields),
	CODEC_END,
};

void plan_free(struct plan *p)
{
	codec_free(plan_fields, p);
}

void plan_add(struct plan *p, const char *object, const char *before, const char *after)
{
	if (before && strcmp(before, after) == 0)
		return;
	struct plan_change *c = mem_more(p->changes, p->n);

	if (!c) {
		p->no_memory = true;
		return;
	}
	p->n++;
	*c = (struct plan_change){strdup(p->step), strdup(object), before ? strdup(before) : NULL,
		strdup(after)};
	p->no_memory |= !c->step || !c->object || !c->after || (before && !c->before);
}

static const char *in_words(int64_t v, char buf[static 32])
{
	(void)snprintf(buf, 32, "%lld", (long long)v);
	return v == CODEC_ABSENT ? NULL : buf;
}

void plan_add_number(struct plan *p, const char *object, int64_t before, int64_t after)
{
	char b[32], a[32];

	if (after != CODEC_ABSENT)
		plan_add(p, object, in_words(before, b), in_words(after, a));
}

static int print_table(const struct plan *p, char **ret_out, struct err *e)
{
	auto_free char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "plan");
	for (size_t i = 0; i < p->n; i++) {
		const struct plan_change *c = &p->changes[i];

		text_visible(c->object, false);
		text_visible(c->after, false);
		if (c->before)
			text_visible(c->before, false);
		(void)fprintf(f, "%-10s %-22s %s%s%s\n", c->step, c->object,
			c->before ? c->before : "", c->before ? " -> " : "-> ", c->after);
	}
	if (fclose(f) != 0)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "plan");
	*ret_out = steal_ptr(text);
	return 0;
}

int plan_print(const struct plan *p, bool json, char **ret_out, struct err *e)
{
	if (p->no_memory)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "plan");
	return json ? codec_encode(plan_fields, p, 2, ret_out, e) : print_table(p, ret_out, e);
}
