/* SPDX-License-Identifier: Apache-2.0 */
/* Derives the vector: the groups in turn, then the user's arguments as they are. */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "eal_parts.h"
#include "error.h"
#include "mem.h"

static int derive(struct eal *b, struct err *e)
{
	int r = eal_given_scan(b->req->user_argv, &b->given, &b->n_given, e);

	/* Devices first, though printed after: lcores are taken from their NUMA nodes first. */
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
	/* The caller's facts stay as they are: they know nothing of the pod. */
	struct dpdkpod_facts facts = *req->facts;
	auto_free struct facts_size *sizes = calloc(facts.n_sizes + 1, sizeof(*sizes));
	struct eal b = {.req = req, .facts = &facts, .pod = req->pod};
	struct dpdkpod_eal *eal = NULL;

	if (!sizes)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "EAL arguments");
	for (size_t i = 0; i < facts.n_sizes; i++)
		sizes[i] = facts.sizes[i];
	facts.sizes = sizes;
	facts_limit_hugepages(&facts, req->pod);
	int r = derive(&b, e);

	if (r == 0)
		r = eal_assemble(&b, &eal, e);
	eal_build_free(&b);
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
		if (!req.facts)
			r = err_set(&e, ERR_INTERNAL, EINVAL, "the request carries no facts");
		else if ((unsigned int)req.lcores_as > DPDKPOD_LCORES_MASK)
			r = err_set(&e, ERR_INTERNAL, EINVAL, "the request's lcores_as is unknown");
		else
			r = make(&req, ret_eal, &e);
	}
	return error_out(err, &e, r);
}
