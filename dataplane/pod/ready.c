/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dpdk-pod ready: is the DPDK program of this container up, with link on its ports? Made to be an
 * exec probe: bounded in time, and off the CPUs on which the program's lcores poll. It asks the
 * program's control threads; a program of which none answers is not ready.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "context.h"
#include "mem.h"
#include "verdict.h"

#define TIMEOUT_S \
	0.8 /* within the second that kubelet gives a probe: the reason still gets out \
	     */
#define TIMEOUT_MAX_S 3600.0

enum { OPT_FILE_PREFIX = OPT_OWN, OPT_PID, OPT_TIMEOUT, OPT_NO_LINK, OPT_PORT, OPT_MIN_PORTS };

struct wanted {
	struct dpdkpod *pod; /* where ports are named; NULL: no pod file */
	const char **ports;  /* ids or names; none: all */
	size_t n_ports;
	int64_t min_ports;
	bool no_link, json;
	double timeout;
};

/* ------------------------------------------------------------------ ready or not */

static bool same_name(const char *wanted, const char *name)
{
	return name && strcmp(wanted, name) == 0;
}

/* By number, by DPDK's name, or as the interface is called in the pod. */
static bool names_port(const struct wanted *w, const char *wanted, const struct live_port *port)
{
	const struct dpdkpod_interface *i = w->pod ? dpdkpod_interface_find(w->pod, wanted) : NULL;
	char id[32];

	(void)snprintf(id, sizeof(id), "%d", (int)port->id);
	return same_name(wanted, id) || same_name(wanted, port->name) ||
		same_name(wanted, port->iface) ||
		(i && port->name &&
			(same_name(port->name, dpdkpod_interface_pci_address(i)) ||
				same_name(port->name, dpdkpod_interface_auxiliary(i))));
}

static bool counts(const struct wanted *w, const struct live_port *port)
{
	for (size_t i = 0; i < w->n_ports; i++)
		if (names_port(w, w->ports[i], port))
			return true;
	return w->n_ports == 0;
}

static int judge_port(const struct wanted *w, const struct live_port *port, struct err *e)
{
	char name[128];
	int r;

	live_port_describe(port, name, sizeof(name));
	if (port->link == LINK_GONE) {
		r = err_set(e, ERR_UNAVAILABLE, ENODEV, "%s: the interface is gone", name);
		err_remedy(e,
			"it was deleted or moved to another network namespace: delete the pod, so "
			"that it gets another one");
		return r;
	}
	if (w->no_link || port->link == LINK_UP)
		return 0;
	if (port->started == 0) {
		r = err_set(e, ERR_UNAVAILABLE, ENETDOWN, "%s is not started", name);
		err_remedy(e,
			"the program is still starting; if it leaves this port alone, name the "
			"others with --port");
		return r;
	}
	r = err_set(e, ERR_UNAVAILABLE, ENETDOWN,
		port->link == LINK_DOWN ? "%s: the link is down"
					: "%s: the program does not say whether there is link",
		name);
	err_remedy(e,
		"look at the cable, the switch and the PF (a VF has link when its PF has, or by "
		"link_state); --no-link does without");
	return r;
}

static int judge_ports(const struct wanted *w, const struct live_ports *ports, struct err *e)
{
	int r;

	if ((int64_t)ports->n < w->min_ports) {
		r = err_set(e, ERR_UNAVAILABLE, ENODEV, "it has %zu port%s, not %d", ports->n,
			ports->n == 1 ? "" : "s", (int)w->min_ports);
		err_remedy(e,
			"EAL leaves out what it cannot use, and says so as it starts: \"dpdk-pod "
			"doctor\" tells why");
		return r;
	}
	for (size_t i = 0; i < w->n_ports; i++) {
		bool found = false;

		for (size_t n = 0; n < ports->n; n++)
			found |= names_port(w, w->ports[i], &ports->v[n]);
		if (!found)
			return err_set(e, ERR_UNAVAILABLE, ENODEV, "it has no port %s",
				w->ports[i]);
	}
	for (size_t n = 0; n < ports->n; n++) {
		r = counts(w, &ports->v[n]) ? judge_port(w, &ports->v[n], e) : 0;
		if (r < 0)
			return r;
	}
	return 0;
}

/* Negative only where there is no memory. */
static int judge(const struct wanted *w, struct probe *p, size_t i, struct verdict *v)
{
	struct probe_program *one = &p->programs[i];
	struct telemetry *t = &p->conversations[i];
	struct err why = ERR_INIT;
	int r = one->reason ? 0 : probe_ask(p, i, &why);

	if (r == 0 && !one->reason)
		r = judge_ports(w, &one->ports, &why);
	one->version = steal_ptr(t->version);
	if (r < 0 && probe_refuse(&one->reason, &one->remedy, &why) < 0)
		return -ENOMEM;
	one->ready = !one->reason;
	v->ready &= one->ready;
	return one->ready ? 0 : verdict_adopt(v, one);
}

static int answer(struct probe *p, const struct wanted *w)
{
	struct verdict v auto_with(verdict_free) = {0};
	struct err e = ERR_INIT, why = ERR_INIT;
	int r = probe_start(p, &why);

	v.ready = r == 0;
	if (r < 0)
		r = probe_refuse(&v.reason, &v.remedy, &why);
	for (size_t i = 0; r == 0 && i < p->n; i++)
		r = judge(w, p, i, &v);
	if (r < 0)
		(void)err_sys(&e, ERR_INTERNAL, -r, "no verdict");
	else
		r = verdict_print(&v, p, w->json, &e);
	if (r < 0)
		return command_failed(&command_ready.cli, &e);
	return r == 0 && v.ready ? STATUS_OK : STATUS_FAILED;
}

/* ------------------------------------------------------------------ options */

static bool parse_number(const char *text, double min, double max, double *ret)
{
	char *end;
	double v = strtod(text, &end);

	if (end == text || *end || !(v >= min && v <= max)) /* NaN is neither */
		return false;
	*ret = v;
	return true;
}

static bool parse_whole(const char *text, double min, double max, int64_t *ret)
{
	double v = 0;

	if (text[strspn(text, "0123456789")] || !parse_number(text, min, max, &v))
		return false;
	*ret = (int64_t)v;
	return true;
}

/* STATUS_OK: taken. */
static int take_number(const struct cli *self, struct wanted *w, struct probe *p, int opt,
	const char *value)
{
	int64_t pid = 0;

	if (opt == OPT_TIMEOUT && !parse_number(value, 0.01, TIMEOUT_MAX_S, &w->timeout))
		return command_usage(self, "--timeout: \"%s\" is not a number from 0.01 to %g",
			value, TIMEOUT_MAX_S);
	if (opt == OPT_PID && !parse_whole(value, 1, INT32_MAX, &pid))
		return command_usage(self, "--pid: \"%s\" is not a number from 1 to %d", value,
			INT32_MAX);
	if (opt == OPT_MIN_PORTS && !parse_whole(value, 0, 65535, &w->min_ports))
		return command_usage(self, "--min-ports: \"%s\" is not a number from 0 to 65535",
			value);
	if (opt == OPT_PID)
		p->pid = (pid_t)pid;
	return STATUS_OK;
}

static int take_option(const struct cli *self, struct wanted *w, struct probe *p, int opt,
	const char *value)
{
	if (opt == OPT_FILE_PREFIX)
		p->prefix = value;
	else if (opt == OPT_NO_LINK)
		w->no_link = true;
	else if (opt == OPT_PORT)
		w->ports[w->n_ports++] = value;
	else if (opt == OPT_JSON)
		w->json = true;
	else
		return take_number(self, w, p, opt, value);
	return STATUS_OK;
}

static int run_ready(const struct cli *self, int argc, char **argv)
{
	auto_free const char **ports = calloc((size_t)argc + 1, sizeof(*ports));
	struct wanted w = {.ports = ports, .min_ports = 1, .timeout = TIMEOUT_S};
	struct probe p auto_with(probe_end) = PROBE_NONE;
	struct context c = {0};
	const char *value;
	int opt;

	if (!ports)
		return command_no_memory();
	while ((opt = context_next(&c, self, argc, argv, &value)) >= 0) {
		int status = take_option(self, &w, &p, opt, value);

		if (status != STATUS_OK)
			return status;
	}
	if (opt == CLI_WRONG)
		return c.status;
	if (optind < argc)
		return command_usage(self, "unexpected argument \"%s\"", argv[optind]);
	p.deadline = clock_ms() + (int64_t)(w.timeout * 1000);
	/* Without one there are DPDK's names. */
	if (w.n_ports > 0)
		(void)dpdkpod_open(NULL, &w.pod, NULL);
	int status = answer(&p, &w);

	dpdkpod_close(w.pod);
	return status;
}

static const struct cli_option options[] = {
	{OPT_FILE_PREFIX, "file-prefix", "PREFIX",
		"only programs that run with this --file-prefix of EAL's"},
	{OPT_PID, "pid", "PID", "only this process"},
	{OPT_PORT, "port", "PORT",
		"only this port counts, by number, DPDK's name, or the pod's\n"
		"name of the interface; may be repeated"},
	{OPT_MIN_PORTS, "min-ports", "N", "fewer ports are too few (default: 1)"},
	{OPT_NO_LINK, "no-link", NULL, "ports need no link, they just have to exist"},
	{OPT_TIMEOUT, "timeout", "SECONDS", "for all of it (default: 0.8)"},
	{OPT_JSON, "json", NULL, "as JSON"},
	{0},
};

const struct command command_ready = {
	.cli = {.name = "dpdk-pod ready",
		.summary = "Tell whether the DPDK program of this container is up, with link.",
		.synopsis = "[OPTIONS]",
		.about =
			"Exit status 0: ready; 1: not ready, and why; 2: called wrongly. Without options "
			"all DPDK\n"
			"programs that are found must be ready. As a probe of Kubernetes:\n"
			"  readinessProbe: {exec: {command: [dpdk-pod, ready]}}\n",
		.options = {options}},
	.run = run_ready,
};
