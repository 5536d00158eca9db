/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "facts.h"
#include "iface.h"
#include "mem.h"
#include "process.h"
#include "probe.h"
#include "live_process.h"

int probe_refuse(char **reason, char **remedy, const struct err *why)
{
	if (*reason)
		return 0;
	*reason = strdup(why->msg);
	if (why->remedy[0])
		*remedy = strdup(why->remedy);
	return *reason && (*remedy || !why->remedy[0]) ? 0 : -ENOMEM;
}

static int no_memory(struct err *e)
{
	return err_sys(e, ERR_INTERNAL, ENOMEM, "probe");
}

static int add_program(struct probe *p, const char *path, struct err *e)
{
	struct telemetry *t = &p->conversations[p->n];
	struct probe_program *v = &p->programs[p->n];
	int r = telemetry_open(p->its_root, path, p->deadline, t, e);

	if (r == 0 && p->pid && t->pid != p->pid) {
		telemetry_close(t);
		return 0;
	}
	if (r == -ECONNREFUSED || r == -ENOENT) {
		if (r == -ECONNREFUSED)
			p->stale = path;
		*e = (struct err)ERR_INIT;
		return 0;
	}
	if (r < 0 && p->pid)
		return r;
	v->pid = r == 0 && t->pid > 0 ? t->pid : CODEC_ABSENT;
	v->socket = strdup(path);
	p->n++;
	if (!v->socket)
		return no_memory(e);
	if (r == 0)
		return 0;
	/* Somebody is there, and cannot be talked to. */
	t->fd = -1;
	r = probe_refuse(&v->reason, &v->remedy, e);
	*e = (struct err)ERR_INIT;
	return r < 0 ? no_memory(e) : 0;
}

static int connect_all(struct probe *p, struct err *e)
{
	int r = 0;

	p->conversations = calloc(p->found.n + 1, sizeof(*p->conversations));
	p->programs = calloc(p->found.n + 1, sizeof(*p->programs));
	if (!p->conversations || !p->programs)
		return no_memory(e);
	for (size_t i = 0; r == 0 && i < p->found.n; i++)
		r = add_program(p, p->found.sockets[i], e);
	return r;
}

static int find_own(struct probe *p, struct err *e)
{
	p->its_root = dup(p->root);
	return programs_find(p->root, environ, geteuid(), p->prefix, &p->found, e);
}

static int find_sockets(struct probe *p, struct err *e)
{
	struct live_process process;
	int r;

	if (!p->pid)
		return find_own(p, e);
	r = live_process_read(p->root, p->pid, &process, e);
	if (r < 0)
		return r;
	live_process_free(&process);
	r = programs_find_of(p->root, p->pid, p->prefix, &p->its_root, &p->found, e);
	/* A program with file capabilities hides its environment even from its user; its socket is
	 * where this process would have put one. */
	if (r == -EACCES && find_own(p, NULL) == 0 && p->found.n > 0) {
		*e = (struct err)ERR_INIT;
		r = 0;
	}
	return r;
}

/* ------------------------------------------------------------------ why there is none */

struct silent {
	int64_t pid;
	char text[128];
};

static bool note_silent(const struct live_process *process, void *arg)
{
	struct silent *s = arg;

	if (s->pid && s->pid != process->pid)
		return true;
	(void)snprintf(s->text, sizeof(s->text), "%s (PID %d)", process->name, (int)process->pid);
	return false;
}

static int explain_none(struct probe *p, struct err *e)
{
	struct silent s = {.pid = p->pid};
	char whose[160];
	int r;

	(void)snprintf(whose, sizeof(whose), "%s%.100s", p->prefix ? " with file prefix " : "",
		p->prefix ? p->prefix : "");
	live_process_each(p->root, note_silent, &s);
	if (s.text[0]) {
		r = err_set(e, ERR_UNAVAILABLE, ENOENT,
			"%s runs, but has no telemetry socket in %s%s", s.text, p->found.dir,
			whose);
		err_remedy(e,
			"it is about to start; or it runs with --no-telemetry, or could not write "
			"to that directory: mount an emptyDir there, or let RUNTIME_DIRECTORY name "
			"one that is writable, for it and for this probe; or this probe runs as "
			"another user");
	} else if (p->pid) {
		r = err_set(e, ERR_UNAVAILABLE, ENOENT,
			"process %d runs, but is not a DPDK program", p->pid);
	} else if (p->stale) {
		r = err_set(e, ERR_UNAVAILABLE, ECONNREFUSED,
			"the DPDK program is dead: it left %s behind", p->stale);
		err_remedy(e, "its output says why it ended; the next one replaces the socket");
	} else {
		r = err_set(e, ERR_UNAVAILABLE, ENOENT,
			"no DPDK program runs here%s (looked in %s)", whose, p->found.dir);
		err_remedy(e,
			"start it in this container, as this user, and with the same "
			"RUNTIME_DIRECTORY and XDG_RUNTIME_DIR");
	}
	return r;
}

/* Off the lcores: what is left of this process runs where no worker of theirs may. */
static void step_aside(struct probe *p)
{
	struct cpulist workers = {0}, mine;

	for (size_t i = 0; i < p->n; i++) {
		struct probe_program *v = &p->programs[i];
		struct live_process process;

		if (v->pid == CODEC_ABSENT ||
			live_process_read(p->root, (pid_t)v->pid, &process, NULL) < 0)
			continue;
		live_worker_cpus(&process, &workers);
		v->name = strdup(process.name);
		live_process_free(&process);
	}
	if (process_affinity(&mine) < 0)
		return;
	cpulist_andnot(&mine, &workers);
	/* No CPU is left where the workers have them all. */
	(void)process_pin(&mine);
	if (process_affinity(&mine) == 0)
		p->cpus = cpulist_format(&mine);
}

int probe_start(struct probe *p, struct err *e)
{
	int r;

	p->root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	r = p->root < 0 ? err_sys(e, ERR_IO, errno, "/") : find_sockets(p, e);
	if (r == 0)
		r = connect_all(p, e);
	if (r == 0 && p->n == 0)
		r = explain_none(p, e);
	if (r == 0)
		step_aside(p);
	return r;
}

int probe_ask(struct probe *p, size_t i, struct err *e)
{
	struct telemetry *t = &p->conversations[i];
	struct live_ports *ports = &p->programs[i].ports;
	int r;

	if (i > 0 && clock_ms() >= p->deadline)
		return err_set(e, ERR_AGAIN, ETIMEDOUT,
			"not asked: those before it took all the time");
	r = telemetry_greet(t, e);
	if (r == 0)
		r = live_ports_read(t, ports, e);
	if (r == 0)
		r = iface_name(t, ports, e);
	if (r == 0 && t->pid > 0)
		iface_check_links(p->root, t->pid, ports);
	return r;
}

void probe_end(struct probe *p)
{
	for (size_t i = 0; i < p->n; i++) {
		struct probe_program *one = &p->programs[i];

		telemetry_close(&p->conversations[i]);
		free(one->name);
		free(one->version);
		free(one->socket);
		free(one->reason);
		free(one->remedy);
		live_ports_free(&one->ports);
	}
	free(p->programs);
	free(p->conversations);
	free(p->cpus);
	programs_free(&p->found);
	mem_closep(&p->root);
	mem_closep(&p->its_root);
}
