/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dpdk-pod-l2fwd: forwards between the interfaces of a pod. The only place that exits; everything
 * is unwound in the order it was set up, whatever failed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <rte_version.h>

#include "control.h"
#include "eal.h"
#include "mem.h"
#include "note.h"
#include "options.h"
#include "ports.h"
#include "watch.h"
#include "workers.h"

enum { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

struct app {
	struct options options;
	struct l2fwd_eal eal;
	struct ports ports;
	struct workers workers;
	struct watch watch;
	struct control control;
};

static int report(const struct err *e)
{
	note("%s", e->msg);
	if (e->remedy[0] != '\0')
		note("%s", e->remedy);
	return e->code == ERR_CONFIG ? EXIT_USAGE : EXIT_FAILED;
}

static void note_ports(const struct ports *ports)
{
	for (unsigned int i = 0; i < ports->n; i++) {
		const struct port *p = &ports->v[i];

		if (!port_used(p))
			continue;
		note("port %u: %s (%s) %02x:%02x:%02x:%02x:%02x:%02x -> port %u", i, p->name,
			p->device, RTE_ETHER_ADDR_BYTES(&p->mac), p->peer);
		/* Some drivers count a frame that is too long for the link as sent. */
		if (p->mtu > ports->v[p->peer].mtu)
			note("%s: MTU %u is more than the %u of %s: longer frames are lost there, perhaps "
			     "uncounted; give both networks the same mtu",
				p->name, p->mtu, ports->v[p->peer].mtu, ports->v[p->peer].name);
	}
}

static int set_up(struct app *a, struct err *e)
{
	struct control *c = &a->control;
	int r = control_signals(e);

	c->signal_fd = r;
	(void)sched_getaffinity(0, sizeof(c->cpus), &c->cpus);
	if (r >= 0)
		r = eal_start(&a->eal, &a->options, e);
	if (r >= 0)
		r = ports_find(&a->ports, &a->eal, e);
	if (r >= 0)
		r = ports_pair(&a->ports, &a->options, e);
	if (r >= 0)
		r = ports_start(&a->ports, &a->options, e);
	if (r >= 0)
		r = workers_make(&a->workers, &a->ports, &a->options, e);
	if (r >= 0)
		r = watch_start(&a->watch, &a->ports, e);
	if (r < 0)
		return r;
	c->options = &a->options;
	c->ports = &a->ports;
	c->workers = &a->workers;
	c->watch = &a->watch;
	c->out.fd = STDOUT_FILENO;
	c->terminal = isatty(STDOUT_FILENO) == 1;
	c->period_ms = a->options.period_ms;
	if (c->period_ms == OPTIONS_PERIOD_AUTO)
		c->period_ms = c->terminal ? 1000 : 10000;
	note_ports(&a->ports);
	return 0;
}

static void tear_down(struct app *a)
{
	watch_stop(&a->watch);
	workers_free(&a->workers);
	ports_stop(&a->ports);
	eal_stop(&a->eal);
	if (a->control.signal_fd >= 0)
		(void)close(a->control.signal_fd);
}

static int run_forwarder(struct app *a)
{
	struct err e = ERR_INIT;
	int status = EXIT_OK;
	int r = set_up(a, &e);

	if (r == 0) {
		r = control_run(&a->control, &e);
		control_final_statistics(&a->control);
	}
	if (r < 0)
		status = report(&e);
	if (a->control.stuck)
		_exit(EXIT_FAILED); /* what a thread still uses cannot be taken down */
	tear_down(a);
	return status;
}

/* Started with one of these closed, the next file that is opened would be it, a device's perhaps. */
static void fill_stdio(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		(void)close(fd);
}

int main(int argc, char **argv)
{
	auto_free struct app *a = calloc(1, sizeof(*a));
	struct err e = ERR_INIT;
	int status;

	if (a == NULL)
		return EXIT_FAILED;
	fill_stdio();
	if (options_parse(argc, argv, &a->options, &e) < 0) {
		(void)report(&e);
		return EXIT_USAGE;
	}
	if (a->options.help) {
		auto_free char *text = options_help();

		status = text && fputs(text, stdout) >= 0 ? EXIT_OK : EXIT_FAILED;
	} else if (a->options.version) {
		(void)printf("dpdk-pod-l2fwd %s (%s)\n", VERSION, rte_version());
		status = EXIT_OK;
	} else {
		status = run_forwarder(a);
	}
	options_free(&a->options);
	if (status == EXIT_OK && (fflush(stdout) != 0 || ferror(stdout)))
		status = EXIT_FAILED;
	return status;
}
