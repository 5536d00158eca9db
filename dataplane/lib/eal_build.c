/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "eal_build.h"
#include "eal_conflicts.h"
#include "mem.h"

bool eal_version_below(const struct eal *b, int year, int month)
{
	const char *version = b->req->dpdk_version;
	int y, m;

	/* "DPDK 22.11.4", as rte_version() has it. */
	version = version ? strpbrk(version, "0123456789") : NULL;
	if (!version || sscanf(version, "%d.%d", &y, &m) != 2)
		return false;
	return y < year || (y == year && m < month);
}

static void spell(char *buf, size_t size, enum eal_id id, const char *value)
{
	const struct eal_option *o = eal_option(id);

	if (o->letter)
		(void)snprintf(buf, size, "-%c %s", o->letter, value ? value : "");
	else
		(void)snprintf(buf, size, "--%s%s%s", o->name,
			!value              ? ""
				: o->joined ? "="
					    : " ",
			value ? value : "");
}

/* Remembers what a given argument stands for, for --explain. */
static void mark_replaced(struct eal *b, struct eal_given *g, enum eal_id id, const char *value)
{
	char text[4096];
	char *all = NULL;

	spell(text, sizeof(text), id, value);
	if (asprintf(&all, "%s%s\"%s\"", g->replaces ? g->replaces : "", g->replaces ? " and " : "",
		    text) < 0) {
		b->no_memory = true;
		return;
	}
	free(g->replaces);
	g->replaces = all;
}

bool eal_add(struct eal *b, enum eal_id id, const char *value, const char *reason, ...)
{
	struct eal_given *g = eal_conflict(b, id, value);
	va_list ap;

	if (g) {
		mark_replaced(b, g, id, value);
		return false;
	}
	struct eal_arg *a = mem_more(b->args, b->n_args);

	if (!a) {
		b->no_memory = true;
		return false;
	}
	b->n_args++;
	*a = (struct eal_arg){.id = id, .value = value ? strdup(value) : NULL};
	va_start(ap, reason);
	if (vasprintf(&a->reason, reason, ap) < 0)
		a->reason = NULL;
	va_end(ap);
	if ((value && !a->value) || !a->reason)
		b->no_memory = true;
	return true;
}

void eal_note(struct eal *b, const char *fmt, ...)
{
	char **more = mem_more(b->notes, b->n_notes);
	va_list ap;

	if (!more) {
		b->no_memory = true;
		return;
	}
	va_start(ap, fmt);
	if (vasprintf(more, fmt, ap) < 0)
		b->no_memory = true;
	else
		b->n_notes++;
	va_end(ap);
}

void eal_serve(struct eal *b, const struct podfile_interface *i, const char *device)
{
	struct eal_device *more = mem_more(b->devices, b->n_devices);
	char *name = strndup(device, strcspn(device, ","));

	if (more && name) {
		*more = (struct eal_device){.interface = i, .name = name};
		b->n_devices++;
	} else {
		free(name);
		b->no_memory = true;
	}
}

bool eal_added(const struct eal *b, enum eal_id id)
{
	for (size_t i = 0; i < b->n_args; i++)
		if (b->args[i].id == id)
			return true;
	return false;
}

const struct eal_given *eal_find(const struct eal *b, enum eal_id id)
{
	return eal_given_find(b->given, b->n_given, id);
}

struct eal_given *eal_conflict(struct eal *b, enum eal_id id, const char *value)
{
	return eal_conflict_among(b->given, b->n_given, id, value);
}

const struct facts_runtime *eal_runtime_dir(const struct eal *b)
{
	return &b->facts->runtime[eal_version_below(b, 22, 11)];
}

void eal_build_free(struct eal *b)
{
	eal_given_free(b->given, b->n_given);
	for (size_t i = 0; i < b->n_args; i++) {
		free(b->args[i].value);
		free(b->args[i].reason);
	}
	for (size_t i = 0; i < b->n_devices; i++)
		free(b->devices[i].name);
	for (size_t i = 0; i < b->n_notes; i++)
		free(b->notes[i]);
	free(b->notes);
	free(b->args);
	free(b->devices);
}
