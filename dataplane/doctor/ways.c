/* SPDX-License-Identifier: Apache-2.0 */
/* The ways to get hugepages: each tried, and what its failure means. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attempt.h"
#include "codec.h"
#include "mem.h"
#include "units.h"
#include "ways.h"

static void set_text(char **text, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void set_text(char **text, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(text, fmt, ap) < 0)
		*text = NULL;
	va_end(ap);
}

/* No page: the machine has none, others have them, or the control group says no. */
static void explain_shortage(const struct doctor *d, const struct facts_size *s, const char *event,
	struct way *w)
{
	uint64_t total = doctor_total_pages(d, s);
	char name[UNITS_LEN], left[UNITS_LEN];

	(void)units_resource(s->size, name);
	if (!total) {
		set_text(&w->found, "%s: the machine has no page of this size", event);
		set_text(&w->remedy,
			"on the node: echo N > /sys/kernel/mm/hugepages/hugepages-%" PRIu64
			"kB/nr_hugepages, or better at boot",
			s->size >> 10);
	} else if (s->limit.room < s->size) {
		set_text(&w->found, "%s: the hugetlb control group leaves %s of this size", event,
			units_bytes(s->limit.room, left));
		set_text(&w->remedy,
			"in the container: resources.limits %s: 1Gi, requests the same", name);
	} else if (!doctor_takeable(d, s)) {
		set_text(&w->found,
			"%s: all %" PRIu64 " pages of this size that it may take are in use", event,
			total);
		set_text(&w->remedy,
			"dpdk-pod doctor --check hugepages-free --check hugepages-leak");
	} else {
		set_text(&w->found, "%s, though %s are free and allowed", event,
			units_bytes(doctor_takeable(d, s), left));
		set_text(&w->remedy, "somebody may have taken them meanwhile: try again");
	}
}

static void explain_refusal(const struct doctor *d, size_t kind, int err, struct way *w)
{
	const char *text = strerror(err);

	if (kind == ATTEMPT_SHMGET && err == EPERM) {
		set_text(&w->found,
			"%s: it takes CAP_IPC_LOCK, the group of vm.hugetlb_shm_group, or a "
			"RLIMIT_MEMLOCK of a page",
			text);
		set_text(&w->remedy,
			"DPDK never asks for this one; for others: capabilities.add: [IPC_LOCK], "
			"or on the node: sysctl vm.hugetlb_shm_group=GID with supplementalGroups: "
			"[GID]");
	} else if (kind == ATTEMPT_FILE && (err == EACCES || err == EROFS)) {
		set_text(&w->found, "%s: %s", w->where, text);
		if (err == EROFS)
			set_text(&w->remedy, "take readOnly: true off the volumeMount");
		else
			set_text(&w->remedy, "in the pod: securityContext: {fsGroup: %u}",
				(unsigned int)d->facts->source.uid);
	} else {
		set_text(&w->found, "%s", text);
		set_text(&w->remedy, "%s",
			err == EPERM || err == ENOSYS
				? "a seccomp profile refuses it: seccompProfile: {type: "
				  "RuntimeDefault} does not"
				: "the kernel's log on the node may say more (dmesg)");
	}
}

static void explain(const struct doctor *d, const struct facts_size *s, size_t kind,
	const struct outcome *o, struct way *w)
{
	static const char *const stages[] = {"no page", "no page to map", "the first touch"};
	char event[96], name[UNITS_LEN];

	if (o->signal) {
		(void)snprintf(event, sizeof(event), "%s: %s", stages[o->stage],
			strsignal(o->signal));
		explain_shortage(d, s, event, w);
	} else if (kind == ATTEMPT_FILE && !w->where) {
		set_text(&w->found, "no hugetlbfs of this size is mounted");
		set_text(&w->remedy,
			"in the pod: an emptyDir of medium HugePages-%s; DPDK does without "
			"(--in-memory)",
			units_quantity(s->size, name));
	} else if (o->err == ENOMEM || o->err == ENOSPC) {
		(void)snprintf(event, sizeof(event), "%s", strerror(o->err));
		explain_shortage(d, s, event, w);
	} else {
		explain_refusal(d, kind, o->err, w);
	}
}

static int try_one(const struct doctor *d, const struct facts_size *s, size_t kind, struct way *w,
	struct err *e)
{
	const struct mount *m = kind == ATTEMPT_FILE ? mounts_hugetlbfs(&d->mounts, s->size) : NULL;
	struct outcome o = attempt(kind, d->facts->source.root, s->size, m ? m->point : NULL);

	w->page_size = (int64_t)s->size;
	w->way = strdup(attempt_kinds[kind].name);
	w->where = m ? strdup(m->point) : NULL;
	w->works = !o.err && !o.signal;
	if (!w->works)
		explain(d, s, kind, &o, w);
	if (!w->way || (m && !w->where) || (!w->works && (!w->found || !w->remedy)))
		return err_sys(e, ERR_INTERNAL, ENOMEM, "hugepages");
	return 0;
}

int ways_try(const struct doctor *d, struct ways *ret, struct err *e)
{
	size_t n_sizes = d->facts->n_sizes;
	struct ways w = {.list = calloc(n_sizes * ATTEMPT_KINDS + 1, sizeof(*w.list))};
	int r = 0;

	if (!w.list)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "hugepages");
	for (size_t i = 0; r == 0 && i < n_sizes; i++)
		for (size_t k = 0; r == 0 && k < ATTEMPT_KINDS; k++)
			r = try_one(d, &d->facts->sizes[i], k, &w.list[w.n++], e);
	if (r < 0)
		ways_free(&w);
	else
		*ret = w;
	return r;
}

void ways_free(struct ways *w)
{
	for (size_t i = 0; i < w->n; i++) {
		free(w->list[i].way);
		free(w->list[i].where);
		free(w->list[i].found);
		free(w->list[i].remedy);
	}
	free(w->list);
	*w = (struct ways){0};
}

bool ways_any(const struct ways *w)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->list[i].works && strcmp(w->list[i].way, "shmget") != 0)
			return true;
	return false;
}

int ways_text(const struct ways *w, char **ret, struct err *e)
{
	char *text = NULL, size[UNITS_LEN];
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return err_sys(e, ERR_INTERNAL, errno, "hugepages");
	(void)fprintf(out, "%-8s  %-26s  %s\n", "size", "way", "works");
	for (size_t i = 0; i < w->n; i++) {
		const struct way *y = &w->list[i];

		(void)fprintf(out, "%-8s  %-26s  %s%s%s\n",
			units_bytes((uint64_t)y->page_size, size),
			attempt_kinds[i % ATTEMPT_KINDS].title, y->works ? "yes" : "no   ",
			y->works ? y->where ? "  " : "" : y->found,
			y->works && y->where ? y->where : "");
		if (!y->works)
			(void)fprintf(out, "%43s do: %s\n", "", y->remedy);
	}
	if (!w->n)
		(void)fprintf(out, "this kernel has no hugepages\n");
	if (fclose(out) != 0) {
		free(text);
		return err_sys(e, ERR_INTERNAL, ENOMEM, "hugepages");
	}
	*ret = text;
	return 0;
}

static const struct codec_field way_fields[] = {
	CODEC_INTEGER(struct way, page_size, "pageSize", 0, INT64_MAX),
	CODEC_STRING(struct way, way, "way", 16),
	CODEC_BOOLEAN(struct way, works, "works"),
	CODEC_STRING(struct way, where, "mount", 4096),
	CODEC_STRING(struct way, found, "found", 4096),
	CODEC_STRING(struct way, remedy, "remedy", 4096),
	CODEC_END,
};

static const struct codec_field ways_fields[] = {
	CODEC_REQUIRED_OBJECTS(struct ways, list, n, "ways", struct way, way_fields),
	CODEC_END,
};

int ways_json(const struct ways *w, char **ret, struct err *e)
{
	return codec_encode(ways_fields, w, 2, ret, e);
}
