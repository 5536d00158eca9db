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

	if (!s->interfaces)
		return NULL;
	assert_true(asprintf(&text, "{\"version\":\"1.0\",\"interfaces\":[%s],\"containers\":{%s}}",
			    s->interfaces, s->containers ? s->containers : "") > 0);
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
	if (s->link)
		source.links[0] = *s->link;
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

static void check_result(const struct scenario *s, const struct dpdkpod *pod, struct dpdkpod_eal *eal)
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
		assert_string_equal(dpdkpod_eal_device(eal, dpdkpod_interface_at(pod, 0)), s->device);
}

void scenario_check(const struct scenario *s)
{
	char *env[] = {(char *)(uintptr_t)s->env, NULL}, *user[32] = {NULL};
	auto_free char *words = strdup(s->user ? s->user : "");
	struct dpdkpod_error err = {0};
	struct dpdkpod_eal *eal = NULL;
	struct machine m;
	char *save = NULL;
	size_t n = 0;

	for (char *w = strtok_r(words, " ", &save); w && n < 31; w = strtok_r(NULL, " ", &save))
		user[n++] = w;
	machine_make(&m, s->over);
	struct dpdkpod_facts *facts = make_facts(s, &m, env);
	struct dpdkpod *pod = make_pod(s, facts);
	const struct dpdkpod_eal_request request = {
		.size = sizeof(request),
		.pod = pod,
		.facts = facts,
		.program = "prog",
		.user_argv = s->user ? user : NULL,
		.dpdk_version = s->version,
		.netdev_pmd = s->pmd,
	};
	int r = dpdkpod_eal_derive(&request, &eal, &err);

	if (r < 0 && !s->error)
		fail_msg("%s", err.message);
	assert_int_equal(r, -s->error);
	if (s->error) {
		assert_int_equal(err.errnum, s->error);
		assert_null(eal);
		assert_has(err.message, s->says);
		assert_has(err.remedy, s->remedy);
	} else {
		check_result(s, pod, eal);
	}
	dpdkpod_eal_free(eal);
	dpdkpod_close(pod);
	dpdkpod_facts_free(facts);
	machine_remove(&m);
}
