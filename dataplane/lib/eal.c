/* SPDX-License-Identifier: Apache-2.0 */
/* Derives the vector: the groups in turn, then the user's arguments behind them as they are. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "eal.h"
#include "error.h"
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

static void build_free(struct eal *b)
{
	for (size_t i = 0; i < b->n_given; i++) {
		free(b->given[i].value);
		free(b->given[i].replaces);
	}
	for (size_t i = 0; i < b->n_args; i++) {
		free(b->args[i].value);
		free(b->args[i].reason);
	}
	for (size_t i = 0; i < b->n_devices; i++)
		free(b->devices[i].name);
	for (size_t i = 0; i < b->n_notes; i++)
		free(b->notes[i]);
	free(b->notes);
	free(b->given);
	free(b->args);
	free(b->devices);
}

static int derive(struct eal *b, struct err *e)
{
	int r = eal_scan_user(b, b->req->user_argv, e);

	/* Devices first, though printed behind: lcores are taken from their NUMA nodes first. */
	if (r == 0)
		r = eal_devices(b, e);
	if (r == 0)
		r = eal_lcores(b, e);
	if (r < 0)
		return r;
	eal_memory(b);
	eal_runtime(b);
	return b->no_memory ? err_sys(e, ERR_INTERNAL, ENOMEM, "EAL arguments") : 0;
}

static int make(const struct dpdkpod_eal_request *req, struct dpdkpod_eal **ret, struct err *e)
{
	struct eal b = {.req = req, .facts = req->facts, .pod = req->pod};
	struct dpdkpod_eal *eal = NULL;
	int r = derive(&b, e);

	if (r == 0)
		r = eal_assemble(&b, &eal, e);
	build_free(&b);
	if (r == 0)
		*ret = eal;
	return r;
}

int dpdkpod_eal_derive(const struct dpdkpod_eal_request *request, struct dpdkpod_eal **ret_eal,
	struct dpdkpod_error *err)
{
	struct dpdkpod_eal_request req = {0};
	struct err e = ERR_INIT;
	int r;

	if (request->size < offsetof(struct dpdkpod_eal_request, program)) {
		r = err_set(&e, ERR_INTERNAL, EINVAL, "the request's size is not set");
	} else {
		memcpy(&req, request, request->size < sizeof(req) ? request->size : sizeof(req));
		r = req.facts ? make(&req, ret_eal, &e)
			      : err_set(&e, ERR_INTERNAL, EINVAL, "the request carries no facts");
	}
	return error_out(err, &e, r);
}
