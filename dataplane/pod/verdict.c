/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "verdict.h"

static const struct codec_field program_fields[] = {
	CODEC_INTEGER(struct probe_program, pid, "pid", 1, INT32_MAX),
	CODEC_STRING(struct probe_program, name, "name", 0),
	CODEC_STRING(struct probe_program, version, "version", 0),
	CODEC_STRING(struct probe_program, socket, "socket", 0),
	CODEC_BOOLEAN(struct probe_program, ready, "ready"),
	CODEC_STRING(struct probe_program, reason, "reason", 0),
	CODEC_STRING(struct probe_program, remedy, "remedy", 0),
	CODEC_OBJECTS(struct probe_program, ports.v, ports.n, "ports", struct live_port,
		live_port_fields),
	CODEC_END,
};

struct verdict_answer {
	int ready;
	char *reason, *remedy, *cpus;
	struct probe_program *programs;
	size_t n;
};

static const struct codec_field answer_fields[] = {
	CODEC_BOOLEAN(struct verdict_answer, ready, "ready"),
	CODEC_STRING(struct verdict_answer, reason, "reason", 0),
	CODEC_STRING(struct verdict_answer, remedy, "remedy", 0),
	CODEC_STRING(struct verdict_answer, cpus, "probeCpus", 0),
	CODEC_OBJECTS(struct verdict_answer, programs, n, "programs", struct probe_program,
		program_fields),
	CODEC_END,
};

/* "dpdk-testpmd (PID 7)" */
static void format_name(const struct probe_program *p, char *buf, size_t size)
{
	const char *name = p->name ? p->name : "DPDK program";

	if (p->pid == CODEC_ABSENT)
		(void)snprintf(buf, size, "%s", name);
	else
		(void)snprintf(buf, size, "%s (PID %" PRId64 ")", name, p->pid);
}

int verdict_adopt(struct verdict *v, const struct probe_program *p)
{
	struct err e = ERR_INIT;
	char name[96];

	format_name(p, name, sizeof(name));
	(void)err_set(&e, ERR_UNAVAILABLE, 0, "%s: %s", name, p->reason);
	if (p->remedy)
		err_remedy(&e, "%s", p->remedy);
	return probe_refuse(&v->reason, &v->remedy, &e);
}

static void print_refusal(const char *reason, const char *remedy)
{
	err_print_text(stdout, NULL, reason, remedy);
}

static void print_program(const struct probe_program *p)
{
	char name[128];

	format_name(p, name, sizeof(name));
	printf("%s: %s:", p->ready ? "ready" : "not ready", name);
	if (!p->ready) {
		printf(" ");
		print_refusal(p->reason, p->remedy);
		return;
	}
	for (size_t i = 0; i < p->ports.n; i++) {
		live_port_describe(&p->ports.v[i], name, sizeof(name));
		printf("%s %s %s", i ? "," : "", name,
			p->ports.v[i].link == LINK_UP ? "up" : "there");
	}
	printf("%s\n", p->ports.n ? "" : " no port");
}

int verdict_print(const struct verdict *v, const struct probe *p, int json, struct err *e)
{
	const struct verdict_answer answer = {v->ready, v->reason, v->remedy, p->cpus, p->programs,
		p->n};
	auto_free char *text = NULL;
	int r;

	if (json) {
		r = codec_encode(answer_fields, &answer, 2, &text, e);
		if (r == 0)
			(void)fputs(text, stdout);
		return r;
	}
	for (size_t i = 0; i < p->n; i++)
		print_program(&p->programs[i]);
	if (p->n == 0) {
		printf("not ready: ");
		print_refusal(v->reason, v->remedy);
	}
	return 0;
}

void verdict_free(struct verdict *v)
{
	free(v->reason);
	free(v->remedy);
	*v = (struct verdict){0};
}
