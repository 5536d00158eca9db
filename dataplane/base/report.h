/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a doctor says. A table of checks is run in order; each adds what it found to the report, or
 * nothing where all is well. A finding names an object, says what was found, what that means for
 * a DPDK program, and the exact remedy. Nothing is printed here: a report becomes text or JSON.
 *
 *	report_add(r, SEVERITY_ERROR, "2 MiB hugepages: the cgroup allows %s", ...);
 *	report_meaning(r, "the first page that is touched ends the program with SIGBUS");
 *	report_remedy(r, "request hugepages-2Mi in the container's resources");
 */
#ifndef BASE_REPORT_H
#define BASE_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

enum severity {
	SEVERITY_NOTE,    /* worth knowing; also: it could not be looked at, and why */
	SEVERITY_WARNING, /* works, but slower or less safely than it could */
	SEVERITY_ERROR,   /* a DPDK program will fail by it */
};

struct finding {
	char *id; /* of the check */
	int severity;
	char *found;   /* "object: what was seen" */
	char *meaning; /* NULL: the finding says it */
	char *remedy;  /* NULL: nothing is to be done */
};

struct report {
	struct finding *findings;
	size_t n_findings;
	int64_t checks; /* how many were run */
	const char *id; /* of the check that is running */
	bool no_memory;
};

struct report_check {
	const char *id;    /* lower case, dashes; kept for good, since people and scripts name it */
	const char *title; /* what is looked at: "hugepages that the control group allows" */
	void (*run)(const void *subject, struct report *r);
};

/* Runs a table that ends with an id of NULL, after what the report holds already. only: the id of the
 * one to run, or NULL.
 * -ENOENT: no check has that id. */
int report_run(struct report *r, const struct report_check *table, const char *only,
	const void *subject, struct err *e);
void report_free(struct report *r);
#define auto_report auto_with(report_free)

/* For the checks. The last two add to the finding that was added last. */
void report_add(struct report *r, enum severity s, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void report_meaning(struct report *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void report_remedy(struct report *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* An error on the way becomes a finding with its own remedy. */
void report_err(struct report *r, enum severity s, const struct err *e);

/* The exit status by the worst: 0 nothing but notes, 1 an error, 3 warnings only. 2 is left for
 * a call that was wrong. */
int report_status(const struct report *r);

/* Owned text, the worst first; lines wrap at width columns. */
int report_text(const struct report *r, int width, char **ret, struct err *e);
/* {"status": "ok|warning|error", "checks": N, "findings": [{id, severity, found, meaning, remedy}]} */
int report_json(const struct report *r, char **ret, struct err *e);
/* The ids and titles of a table, a line each. */
int report_list(const struct report_check *table, char **ret, struct err *e);

#endif
