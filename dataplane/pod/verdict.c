/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "verdict.h"

static const struct codec_field program_fields[] = {
	CODEC_INTEGER(struct verdict_program, pid, "pid", 1, INT32_MAX),
	CODEC_STRING(struct verdict_program, name, "name", 0),
	CODEC_STRING(struct verdict_program, version, "version", 0),
	CODEC_STRING(struct verdict_program, socket, "socket", 0),
	CODEC_BOOLEAN(struct verdict_program, ready, "ready"),
	CODEC_STRING(struct verdict_program, reason, "reason", 0),
	CODEC_STRING(struct verdict_program, remedy, "remedy", 0),
	CODEC_OBJECTS(struct verdict_program, ports.v, ports.n, "ports", struct port, port_fields),
	CODEC_END,
};

static const struct codec_field verdict_fields[] = {
	CODEC_BOOLEAN(struct verdict, ready, "ready"),
	CODEC_STRING(struct verdict, reason, "reason", 0),
	CODEC_STRING(struct verdict, remedy, "remedy", 0),
	CODEC_STRING(struct verdict, cpus, "probeCpus", 0),
	CODEC_OBJECTS(struct verdict, programs, n, "programs", struct verdict_program,
		program_fields),
	CODEC_END,
};

int verdict_refuse(char **reason, char **remedy, const struct err *why)
{
	if (*reason)
		return 0;
	*reason = strdup(why->msg);
	if (why->remedy[0])
		*remedy = strdup(why->remedy);
	return *reason && (*remedy || !why->remedy[0]) ? 0 : -ENOMEM;
}

/* "dpdk-testpmd (PID 7)" */
static void format_name(const struct verdict_program *p, char *buf, size_t size)
{
	const char *name = p->name ? p->name : "DPDK program";

	if (p->pid == CODEC_ABSENT)
		(void)snprintf(buf, size, "%s", name);
	else
		(void)snprintf(buf, size, "%s (PID %" PRId64 ")", name, p->pid);
}

int verdict_adopt(struct verdict *v, const struct verdict_program *p)
{
	struct err e = ERR_INIT;
	char name[96];

	format_name(p, name, sizeof(name));
	(void)err_set(&e, ERR_UNAVAILABLE, 0, "%s: %s", name, p->reason);
	if (p->remedy)
		err_remedy(&e, "%s", p->remedy);
	return verdict_refuse(&v->reason, &v->remedy, &e);
}

static void print_refusal(const char *reason, const char *remedy)
{
	printf("%s\n", reason);
	if (remedy)
		printf("  remedy: %s\n", remedy);
}

static void print_program(const struct verdict_program *p)
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
		port_describe(&p->ports.v[i], name, sizeof(name));
		printf("%s %s %s", i ? "," : "", name,
			p->ports.v[i].link == LINK_UP ? "up" : "there");
	}
	printf("%s\n", p->ports.n ? "" : " no port");
}

int verdict_print(const struct verdict *v, int json, struct err *e)
{
	auto_free char *text = NULL;
	int r;

	if (json) {
		r = codec_encode(verdict_fields, v, 2, &text, e);
		if (r == 0)
			(void)fputs(text, stdout);
		return r;
	}
	for (size_t i = 0; i < v->n; i++)
		print_program(&v->programs[i]);
	if (v->n == 0) {
		printf("not ready: ");
		print_refusal(v->reason, v->remedy);
	}
	return 0;
}

void verdict_free(struct verdict *v)
{
	codec_free(verdict_fields, v);
}
