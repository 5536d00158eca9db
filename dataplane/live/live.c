/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "live.h"
#include "mem.h"
#include "probe.h"

#define TELEMETRY_MS 800

static int no_memory(const struct live *l, struct err *e)
{
	return err_sys(e, ERR_INTERNAL, ENOMEM, "process %" PRId64, l->pid);
}

static bool add_name(const struct live_process *p, void *arg)
{
	char *names = arg;
	size_t n = strlen(names);

	(void)snprintf(names + n, 256 - n, "%s%s (PID %d)", n ? ", " : "", p->name, (int)p->pid);
	return true;
}

/* Says what was seen instead. */
static int not_dpdk(int root, const struct live_process *p, struct err *e)
{
	char names[256] = "";
	int r;

	r = err_set(e, ERR_DEVICE, ENOEXEC,
		"process %d (%s) is not a DPDK program, or has not got to EAL yet: it has %zu "
		"thread%s, "
		"none of EAL's",
		(int)p->pid, p->name, p->n_threads, p->n_threads == 1 ? "" : "s");
	live_process_each(root, add_name, names);
	err_remedy(e, names[0] ? "DPDK programs here: %s" : "no DPDK program is in sight here%s",
		names);
	return r;
}

/* A kernel that knows no NUMA nodes has nothing to say, and the rest is still worth it. */
static int ask_memory(int root, struct live *l, struct err *e)
{
	struct err why = ERR_INIT;
	int r = live_memory(root, l, &why);

	if (r != -ENOENT) {
		if (r < 0)
			*e = why;
		return r;
	}
	return asprintf(&l->note, "%s", why.msg) < 0 ? no_memory(l, e) : 0;
}

/* Telemetry is welcome, not needed. */
static int ask_ports(struct live *l, struct err *e)
{
	struct probe p auto_with(probe_end) = PROBE_NONE;
	struct err why = ERR_INIT;
	int r;

	p.pid = (pid_t)l->pid;
	p.deadline = clock_ms() + TELEMETRY_MS;
	r = probe_start(&p, &why);
	if (r == 0)
		r = probe_ask(&p, 0, &why);
	if (r < 0) {
		auto_free char *before = l->note;

		return asprintf(&l->note, "%s%sits ports are not known: %s", before ? before : "",
			       before ? "; " : "", why.msg) < 0
			? no_memory(l, e)
			: 0;
	}
	l->version = steal_ptr(p.conversations[0].version);
	l->ports = p.programs[0].ports;
	p.programs[0].ports = (struct live_ports){0};
	return 0;
}

int live_gather(const struct dpdkpod_facts *f, const struct dpdkpod *pod, struct live *l,
	struct err *e)
{
	auto_free struct topology *t = malloc(sizeof(*t));
	int root = f->source.root, r;

	if (!t)
		return no_memory(l, e);
	topology_read(t);
	r = live_process_read(root, (pid_t)l->pid, &l->process, e);
	if (r == 0 && !l->process.eal)
		r = not_dpdk(root, &l->process, e);
	if (r < 0)
		return r;
	l->name = strdup(l->process.name);
	if (!l->name)
		return no_memory(l, e);
	r = ask_memory(root, l, e);
	if (r == 0)
		r = live_locked(root, l, e);
	if (r == 0)
		r = ask_ports(l, e);
	if (r == 0)
		r = live_devices(f, pod, l, e);
	return r == 0 ? live_crossings(t, l, e) : r;
}

void live_free(struct live *l)
{
	for (size_t i = 0; i < l->n_nics; i++) {
		free(l->nics[i].pci);
		free(l->nics[i].interface);
		free(l->nics[i].driver);
	}
	for (size_t i = 0; i < l->n_memory; i++)
		free(l->memory[i].nodes);
	for (size_t i = 0; i < l->n_crossings; i++) {
		free(l->crossings[i].text);
		free(l->crossings[i].remedy);
	}
	free(l->nics);
	free(l->memory);
	free(l->crossings);
	free(l->name);
	free(l->version);
	free(l->note);
	live_ports_free(&l->ports);
	live_process_free(&l->process);
	*l = (struct live){0};
}
