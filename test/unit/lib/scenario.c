/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "cpulist.h"
#include "mem.h"
#include "pod.h"
#include "scenario.h"

static struct dpdkpod *make_pod(const struct scenario *s, const struct dpdkpod_facts *f)
{
	struct dpdkpod *pod = NULL;
	struct err e = ERR_INIT;
	auto_free char *text = NULL;

	if (!s->interfaces && !s->pod)
		return NULL;
	if (s->pod)
		assert_non_null(text = strdup(s->pod));
	else if (asprintf(&text, "{\"version\":\"1.0\",\"interfaces\":[%s],\"containers\":{%s}}",
			 s->interfaces, s->containers ? s->containers : "") < 0)
		fail_msg("no memory");
	if (pod_from_text("pod.json", text, strlen(text), s->container, &f->cpuset, &pod, &e) < 0)
		fail_msg("%s", e.msg);
	return pod;
}

static struct dpdkpod_facts *make_facts(const struct scenario *s, const struct machine *m,
	char *const *env)
{
	struct facts_source source = machine_source(m, s->affinity ? s->affinity : "2-3");
	struct dpdkpod_facts *f = NULL;
	struct err e = ERR_INIT;

	source.env = env;
	if (s->link) {
		source.n_links = s->n_links ? s->n_links : 1;
		source.links = reallocarray(source.links, source.n_links, sizeof(*source.links));
		assert_non_null(source.links);
		memcpy(source.links, s->link, source.n_links * sizeof(*source.links));
	}
	source.uid = s->uid;
	source.links_refused = s->links_refused;
	source.mempolicy_refused = s->mempolicy_refused;
	if (s->memlock)
		source.memlock = s->memlock;
	if (s->nofile)
		source.nofile = s->nofile;
	if (facts_gather(&source, &f, &e) < 0)
		fail_msg("%s", e.msg);
	return f;
}

static char *join(char **argv)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	for (int i = 1; argv[i]; i++)
		(void)fprintf(out, "%s%s", i > 1 ? " " : "", argv[i]);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void check_notes(const struct scenario *s, const struct dpdkpod_eal *eal)
{
	size_t n = dpdkpod_eal_note_count(eal), want = 0;

	while (want < SCENARIO_NOTES && s->notes[want])
		want++;
	for (size_t i = 0; i < n; i++)
		if (i >= want)
			fail_msg("unexpected note: %s", dpdkpod_eal_note_at(eal, i));
		else
			assert_has(dpdkpod_eal_note_at(eal, i), s->notes[i]);
	assert_int_equal(n, want);
	assert_null(dpdkpod_eal_note_at(eal, n));
}

static void check_result(const struct scenario *s, const struct dpdkpod *pod,
	struct dpdkpod_eal *eal)
{
	char **argv = dpdkpod_eal_argv(eal);
	auto_free char *text = join(argv);

	assert_string_equal(argv[0], "prog");
	assert_string_equal(text, s->argv);
	for (int i = 0; i < dpdkpod_eal_argc(eal); i++) {
		assert_non_null(argv[i]);
		assert_true(strlen(dpdkpod_eal_reason(eal, i)) > 0);
	}
	assert_null(argv[dpdkpod_eal_argc(eal)]);
	assert_null(dpdkpod_eal_reason(eal, dpdkpod_eal_argc(eal)));
	check_notes(s, eal);
	if (s->device)
		assert_string_equal(dpdkpod_eal_device(eal, dpdkpod_interface_at(pod, 0)),
			s->device);
}

void scenario_derive(const struct scenario *s, struct derivation *d)
{
	char *env[] = {(char *)(uintptr_t)s->env, NULL}, *user[32] = {NULL};
	auto_free char *words = strdup(s->user ? s->user : "");
	char *save = NULL;
	size_t n = 0;

	for (char *w = strtok_r(words, " ", &save); w && n < 31; w = strtok_r(NULL, " ", &save))
		user[n++] = w;
	*d = (struct derivation){0};
	(s->bare ? machine_make_bare : machine_make)(&d->m, s->over);
	d->facts = make_facts(s, &d->m, s->envs ? s->envs : env);
	d->pod = make_pod(s, d->facts);
	const struct dpdkpod_eal_request request = {
		.size = sizeof(request),
		.pod = d->pod,
		.facts = d->facts,
		.program = "prog",
		.user_argv = s->user ? user : NULL,
		.dpdk_version = s->version,
		.netdev_pmd = s->pmd,
		.lcores_as = s->lcores_as,
	};

	d->r = dpdkpod_eal_derive(&request, &d->eal, &d->err);
}

void derivation_free(struct derivation *d)
{
	dpdkpod_eal_free(d->eal);
	dpdkpod_close(d->pod);
	dpdkpod_facts_free(d->facts);
	machine_remove(&d->m);
}

void scenario_check(const struct scenario *s)
{
	struct derivation d;

	scenario_derive(s, &d);
	if (d.r < 0 && !s->error)
		fail_msg("%s", d.err.message);
	assert_int_equal(d.r, -s->error);
	if (s->error) {
		assert_int_equal(d.err.errnum, s->error);
		assert_null(d.eal);
		assert_has(d.err.message, s->says);
		assert_has(d.err.remedy, s->remedy);
	} else {
		check_result(s, d.pod, d.eal);
	}
	derivation_free(&d);
}
