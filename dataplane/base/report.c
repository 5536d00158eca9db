/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "mem.h"
#include "report.h"
#include "text.h"

static const char *const severities[] = {"note", "warning", "error", NULL};

int report_run(struct report *r, const struct report_check *table, const char *only,
	const void *subject, struct err *e)
{
	int64_t before = r->checks;

	for (const struct report_check *c = table; c->id; c++) {
		if (only && strcmp(c->id, only) != 0)
			continue;
		r->id = c->id;
		c->run(subject, r);
		r->checks++;
	}
	r->id = NULL;
	if (only && r->checks == before) {
		int ret = err_set(e, ERR_CONFIG, ENOENT, "check %s: there is none of this name",
			only);

		err_remedy(e, "--list names them");
		return ret;
	}
	return r->no_memory ? err_sys(e, ERR_INTERNAL, ENOMEM, "report") : 0;
}

void report_free(struct report *r)
{
	for (size_t i = 0; i < r->n_findings; i++) {
		free(r->findings[i].id);
		free(r->findings[i].found);
		free(r->findings[i].meaning);
		free(r->findings[i].remedy);
	}
	free(r->findings);
	*r = (struct report){0};
}

static char *__attribute__((format(printf, 2, 0)))
format(struct report *r, const char *fmt, va_list ap)
{
	char *text;

	if (vasprintf(&text, fmt, ap) >= 0) {
		text_visible(text, true);
		return text;
	}
	r->no_memory = true;
	return NULL;
}

void report_add(struct report *r, enum severity s, const char *fmt, ...)
{
	struct finding *f = mem_more(r->findings, r->n_findings);
	va_list ap;

	if (!f) {
		r->no_memory = true;
		return;
	}
	r->n_findings++;
	*f = (struct finding){.id = strdup(r->id ? r->id : ""), .severity = (int)s};
	va_start(ap, fmt);
	f->found = format(r, fmt, ap);
	va_end(ap);
	r->no_memory |= !f->id;
}

/* The text that the last finding still lacks; NULL: there is no finding, for want of memory. */
static char **last(struct report *r, size_t member)
{
	return r->n_findings ? (char **)((char *)&r->findings[r->n_findings - 1] + member) : NULL;
}

static void __attribute__((format(printf, 3, 0)))
complete(struct report *r, size_t member, const char *fmt, va_list ap)
{
	char **text = last(r, member);

	if (text && !*text)
		*text = format(r, fmt, ap);
}

void report_meaning(struct report *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complete(r, offsetof(struct finding, meaning), fmt, ap);
	va_end(ap);
}

void report_remedy(struct report *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complete(r, offsetof(struct finding, remedy), fmt, ap);
	va_end(ap);
}

void report_err(struct report *r, enum severity s, const struct err *e)
{
	report_add(r, s, "%s", e->msg);
	if (e->remedy[0])
		report_remedy(r, "%s", e->remedy);
}

static size_t count_severity(const struct report *r, enum severity s)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_findings; i++)
		n += r->findings[i].severity == (int)s;
	return n;
}

int report_status(const struct report *r)
{
	return count_severity(r, SEVERITY_ERROR) ? 1 : count_severity(r, SEVERITY_WARNING) ? 3 : 0;
}

#define INDENT 9

/* Words of text behind a label, indented; lines end at width where the words allow. */
static void wrap(FILE *out, const char *label, const char *text, int width)
{
	int column = fprintf(out, "%-*s", INDENT, label);
	bool fresh = true; /* no word on this line yet */

	for (size_t n; *text; text += n) {
		text += strspn(text, " ");
		n = strcspn(text, " \n");
		if (*text == '\n' || (!fresh && column + 1 + (int)n > width)) {
			column = fprintf(out, "\n%*s", INDENT, "") - 1;
			fresh = true;
		}
		if (*text == '\n')
			n = 1;
		else if (n) {
			column += fprintf(out, "%s%.*s", fresh ? "" : " ", (int)n, text);
			fresh = false;
		}
	}
	(void)fputc('\n', out);
}

static void print_finding(FILE *out, const struct finding *f, int width)
{
	auto_free char *head = NULL;

	if (asprintf(&head, "%s [%s]", f->found ? f->found : "", f->id ? f->id : "") < 0) {
		head = NULL;
		return;
	}
	wrap(out, severities[f->severity], head, width);
	if (f->meaning)
		wrap(out, "", f->meaning, width);
	if (f->remedy)
		wrap(out, "  do:", f->remedy, width);
	(void)fputc('\n', out);
}

int report_text(const struct report *r, int width, char **ret, struct err *e)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return err_sys(e, ERR_INTERNAL, errno, "report");
	for (int s = SEVERITY_ERROR; s >= SEVERITY_NOTE; s--)
		for (size_t i = 0; i < r->n_findings; i++)
			if (r->findings[i].severity == s)
				print_finding(out, &r->findings[i], width);
	(void)fprintf(out, "%lld checks; errors: %zu, warnings: %zu, notes: %zu\n",
		(long long)r->checks, count_severity(r, SEVERITY_ERROR),
		count_severity(r, SEVERITY_WARNING), count_severity(r, SEVERITY_NOTE));
	if (fclose(out) != 0) {
		free(text);
		return err_sys(e, ERR_INTERNAL, ENOMEM, "report");
	}
	*ret = text;
	return 0;
}

static const struct codec_field finding_fields[] = {
	CODEC_STRING(struct finding, id, "id", 64),
	CODEC_ENUMERATION(struct finding, severity, "severity", severities),
	CODEC_STRING(struct finding, found, "found", 4096),
	CODEC_STRING(struct finding, meaning, "meaning", 4096),
	CODEC_STRING(struct finding, remedy, "remedy", 4096),
	CODEC_END,
};

/* As it is written. */
struct report_document {
	int status;
	int64_t checks;
	struct finding *findings;
	size_t n_findings;
};

static const char *const statuses[] = {"ok", "warning", "error", NULL};

static const struct codec_field document_fields[] = {
	CODEC_ENUMERATION(struct report_document, status, "status", statuses),
	CODEC_INTEGER(struct report_document, checks, "checks", 0, INT64_MAX),
	/* an empty list is written too: scripts need not ask whether it is there */
	CODEC_REQUIRED_OBJECTS(struct report_document, findings, n_findings, "findings",
		struct finding, finding_fields),
	CODEC_END,
};

int report_json(const struct report *r, char **ret, struct err *e)
{
	const struct report_document d = {
		.status = count_severity(r, SEVERITY_ERROR)   ? 2
			: count_severity(r, SEVERITY_WARNING) ? 1
							      : 0,
		.checks = r->checks,
		.findings = r->findings,
		.n_findings = r->n_findings,
	};

	return codec_encode(document_fields, &d, 2, ret, e);
}

int report_list(const struct report_check *table, char **ret, struct err *e)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return err_sys(e, ERR_INTERNAL, errno, "report");
	for (const struct report_check *c = table; c->id; c++)
		(void)fprintf(out, "%-24s %s\n", c->id, c->title);
	if (fclose(out) != 0) {
		free(text);
		return err_sys(e, ERR_INTERNAL, ENOMEM, "report");
	}
	*ret = text;
	return 0;
}
