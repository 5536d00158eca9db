/* SPDX-License-Identifier: Apache-2.0 */
/* The finished vector: what the caller holds. Owns its strings; the array may be permuted. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "eal_parts.h"
#include "mem.h"

struct dpdkpod_eal {
	int argc;
	char **argv;    /* given out; its strings are in strings[] too */
	char **strings; /* owned */
	char **reasons;
	char **notes;
	size_t n_notes;
	struct eal_device *devices;
	size_t n_devices;
};

static int push_word(struct dpdkpod_eal *eal, const char *text, const char *reason)
{
	char *s = strdup(text), *r = strdup(reason);

	if (!s || !r) {
		free(s);
		free(r);
		return -ENOMEM;
	}
	eal->strings[eal->argc] = s;
	eal->reasons[eal->argc] = r;
	eal->argv[eal->argc++] = s;
	return 0;
}

static int push_derived(struct dpdkpod_eal *eal, const struct eal *b, const struct eal_arg *a)
{
	const struct eal_option *o = eal_option(a->id);
	auto_free char *text = NULL;
	char letter[3] = {'-', o->letter, '\0'};
	bool joined = o->joined && a->value;
	int r;

	/* Before 20.11 -a was -w. */
	if (a->id == EAL_ALLOW && eal_version_below(b, 20, 11))
		letter[1] = 'w';
	if (!o->letter &&
		asprintf(&text, "--%s%s%s", o->name, joined ? "=" : "", joined ? a->value : "") < 0)
		return -ENOMEM;
	r = push_word(eal, o->letter ? letter : text, a->reason);
	if (r == 0 && a->value && !joined)
		r = push_word(eal, a->value, a->reason);
	return r;
}

static int push_user(struct dpdkpod_eal *eal, const struct eal *b, size_t at)
{
	auto_free char *reason = NULL;
	const char *replaces = NULL;

	for (size_t i = 0; i < b->n_given; i++) {
		const struct eal_given *g = &b->given[i];

		if (at >= g->first && at < g->first + g->count && g->replaces)
			replaces = g->replaces;
	}
	if (asprintf(&reason, "given by hand%s%s", replaces ? ", in place of " : "",
		    replaces ? replaces : "") < 0)
		return -ENOMEM;
	return push_word(eal, b->req->user_argv[at], reason);
}

static bool is_lcores(enum eal_id id)
{
	return id == EAL_LCORES || id == EAL_CORELIST || id == EAL_COREMASK;
}

static int fill_vector(struct dpdkpod_eal *eal, struct eal *b)
{
	size_t n_user = 0, room;
	int r;

	while (b->req->user_argv && b->req->user_argv[n_user])
		n_user++;
	room = 2 + 2 * b->n_args + n_user;
	eal->argv = calloc(room, sizeof(char *));
	eal->strings = calloc(room, sizeof(char *));
	eal->reasons = calloc(room, sizeof(char *));
	if (!eal->argv || !eal->strings || !eal->reasons)
		return -ENOMEM;
	r = push_word(eal, b->req->program ? b->req->program : "dpdk", "the program");
	for (size_t i = 0; r == 0 && i < b->n_args; i++)
		if (is_lcores(b->args[i].id))
			r = push_derived(eal, b, &b->args[i]);
	for (size_t i = 0; r == 0 && i < b->n_args; i++)
		if (!is_lcores(b->args[i].id))
			r = push_derived(eal, b, &b->args[i]);
	for (size_t i = 0; r == 0 && i < n_user; i++)
		r = push_user(eal, b, i);
	if (r < 0)
		return r;
	eal->notes = steal_ptr(b->notes);
	eal->n_notes = b->n_notes;
	eal->devices = steal_ptr(b->devices);
	eal->n_devices = b->n_devices;
	b->n_notes = b->n_devices = 0;
	return 0;
}

int eal_assemble(struct eal *b, struct dpdkpod_eal **ret, struct err *e)
{
	struct dpdkpod_eal *eal = calloc(1, sizeof(*eal));
	int r = eal ? fill_vector(eal, b) : -ENOMEM;

	if (r < 0) {
		dpdkpod_eal_free(eal);
		return err_sys(e, ERR_INTERNAL, -r, "EAL arguments");
	}
	*ret = eal;
	return 0;
}

static void strings_free(char **s, size_t n)
{
	for (size_t i = 0; s && i < n; i++)
		free(s[i]);
	free(s);
}

void dpdkpod_eal_free(struct dpdkpod_eal *eal)
{
	if (!eal)
		return;
	strings_free(eal->strings, (size_t)eal->argc);
	strings_free(eal->reasons, (size_t)eal->argc);
	strings_free(eal->notes, eal->n_notes);
	for (size_t i = 0; i < eal->n_devices; i++)
		free(eal->devices[i].name);
	free(eal->devices);
	free(eal->argv);
	free(eal);
}

int dpdkpod_eal_argc(const struct dpdkpod_eal *eal)
{
	return eal->argc;
}

char **dpdkpod_eal_argv(struct dpdkpod_eal *eal)
{
	return eal->argv;
}

const char *dpdkpod_eal_reason(const struct dpdkpod_eal *eal, int i)
{
	return i >= 0 && i < eal->argc ? eal->reasons[i] : NULL;
}

size_t dpdkpod_eal_note_count(const struct dpdkpod_eal *eal)
{
	return eal->n_notes;
}

const char *dpdkpod_eal_note_at(const struct dpdkpod_eal *eal, size_t i)
{
	return i < eal->n_notes ? eal->notes[i] : NULL;
}

const char *dpdkpod_eal_device(const struct dpdkpod_eal *eal, const struct dpdkpod_interface *i)
{
	for (size_t n = 0; n < eal->n_devices; n++)
		if (eal->devices[n].interface == i->f)
			return eal->devices[n].name;
	return NULL;
}
