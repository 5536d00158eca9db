/* SPDX-License-Identifier: Apache-2.0 */
#include "control.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "note.h"

#define MS 1000000ull
#define NEVER UINT64_MAX
#define LAST_WORDS_MS 200

static uint64_t now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 * MS + (uint64_t)t.tv_nsec;
}

int control_signals(struct err *e)
{
	sigset_t set;
	int fd;

	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN);
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGHUP);
	(void)sigaddset(&set, SIGUSR1);
	(void)pthread_sigmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? err_sys(e, ERR_IO, errno, "signalfd") : fd;
}

static void fill_port(struct control *c, unsigned int i, struct stats_port *s)
{
	const struct port *port = &c->ports->v[i];
	const struct flow *in = c->workers->flow[i], *out = c->workers->flow[port->peer];
	struct rte_eth_link link = {0};

	if (!port->lost) {
		(void)rte_eth_stats_get(port->id, &c->driver[i]);
		if (rte_eth_link_get_nowait(port->id, &link) < 0)
			link.link_status = RTE_ETH_LINK_DOWN;
	}
	*s = (struct stats_port){
		.number = i,
		.name = port->name,
		.device = port->device,
		.state = port->lost        ? STATS_LOST
			: link.link_status ? STATS_UP
					   : STATS_DOWN,
		.rx = atomic_load_explicit(&in->count.rx, memory_order_relaxed),
		.dropped = atomic_load_explicit(&in->count.dropped, memory_order_relaxed),
		.tx = atomic_load_explicit(&out->count.tx, memory_order_relaxed),
		.rx_bytes = c->driver[i].ibytes,
		.tx_bytes = c->driver[i].obytes,
		.missed = c->driver[i].imissed,
		.errors = c->driver[i].ierrors + c->driver[i].oerrors,
		.no_mbuf = c->driver[i].rx_nombuf,
	};
}

static void snapshot(struct control *c, struct stats *s)
{
	s->n = 0;
	s->final = false;
	for (unsigned int i = 0; i < c->ports->n && s->n < STATS_PORTS_MAX; i++) {
		if (port_used(&c->ports->v[i]))
			fill_port(c, i, &s->port[s->n++]);
	}
	s->elapsed = (double)(now_ns() - c->start_ns) / 1e9;
}

static void print_statistics(struct control *c, const struct stats *now, const struct stats *before)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (f == NULL)
		return;
	if (c->options->json) {
		stats_json(f, now, before);
	} else if (c->terminal) {
		if (c->table_lines > 0)
			(void)fprintf(f, "\033[%uA\r\033[J", c->table_lines);
		c->table_lines = stats_table(f, now, before);
	} else if (now->final) {
		(void)stats_table(f, now, before);
	} else {
		stats_line(f, now, before);
	}
	if (fclose(f) != 0) {
		free(text);
		return;
	}
	output_text(&c->out, text, len);
	if (c->out.error != c->said && c->out.error != 0)
		note("statistics: cannot be written: %s; forwarding goes on without",
			strerror(c->out.error));
	c->said = c->out.error;
}

static void periodic_statistics(struct control *c)
{
	struct stats now;

	snapshot(c, &now);
	print_statistics(c, &now, &c->before);
	c->before = now;
}

void control_final_statistics(struct control *c)
{
	struct stats now;

	snapshot(c, &now);
	now.final = true;
	print_statistics(c, &now, NULL);
	output_end(&c->out, LAST_WORDS_MS);
}

/* Lost ports: the workers let go of them, then they are given back. */
static int settle_losses(struct control *c, struct err *e)
{
	unsigned int left = 0;
	bool new_ones = watch_lost(c->watch) > 0;

	if (new_ones) {
		c->table_lines = 0;
		if (workers_review(c->workers) < 0) {
			c->stuck = true;
			return err_set(e, ERR_KERNEL, ETIMEDOUT,
				"a forwarding thread does not come back from "
				"the driver of a lost port");
		}
	}
	for (unsigned int i = 0; i < c->ports->n; i++) {
		const struct port *port = &c->ports->v[i];

		if (port_used(port) && port->lost && port->configured)
			ports_release(c->ports, i);
		left += port_used(port) && !port->lost;
	}
	if (left == 0) {
		(void)err_set(e, ERR_DEVICE, ENODEV, "no port is left");
		err_remedy(e, "the pod's network was taken down; restart the pod to get it again");
		return -ENODEV;
	}
	if (new_ones)
		note("going on with %u port%s", left, left == 1 ? "" : "s");
	return 0;
}

/* The signal that came first, 0: none did. */
static int wait_until(const struct control *c, uint64_t when)
{
	struct pollfd fds[] = {
		{.fd = c->signal_fd, .events = POLLIN},
		{.fd = c->watch->event_fd, .events = POLLIN},
	};
	uint64_t now = now_ns();
	uint64_t left = when > now ? when - now : 0;
	struct timespec t = {(time_t)(left / (1000 * MS)), (long)(left % (1000 * MS))};
	struct signalfd_siginfo info;

	(void)ppoll(fds, 2, &t, NULL);
	return read(c->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info)
		? (int)info.ssi_signo
		: 0;
}

static int loop(struct control *c, struct err *e)
{
	uint64_t period = c->period_ms * MS, duration = c->options->duration_ms * MS;
	uint64_t end = duration ? c->start_ns + duration : NEVER;
	uint64_t next = period ? c->start_ns + period : NEVER;
	uint64_t look = c->start_ns;

	for (;;) {
		uint64_t when = look < next ? look : next;
		int sig = wait_until(c, when < end ? when : end), r;
		uint64_t now;

		if (sig == SIGUSR1)
			periodic_statistics(c);
		else if (sig != 0)
			return 0;
		r = settle_losses(c, e);
		if (r < 0)
			return r;
		now = now_ns();
		if (now >= end)
			return 0;
		if (now >= look)
			look = now + WATCH_TICK_MS * MS;
		if (now >= next) {
			periodic_statistics(c);
			next += period * ((now - next) / period + 1);
		}
	}
}

struct side {
	struct control *control;
	struct err *e;
	int result;
};

static void *side_thread(void *arg)
{
	struct side *s = arg;

	s->result = loop(s->control, s->e);
	if (workers_stop(s->control->workers) < 0) {
		/* The main thread is the one that hangs, in the kernel or in a driver: there is
		 * nobody left who could unwind. */
		note("the forwarding thread does not come back from its driver");
		control_final_statistics(s->control);
		_exit(1);
	}
	return NULL;
}

/* EAL pinned this thread; the new one gets back what the process had, so that it stays off the
 * forwarding loop's CPU where there is another. */
static int start_side(pthread_t *thread, struct side *s, struct err *e)
{
	pthread_attr_t attr;
	int r;

	(void)pthread_attr_init(&attr);
	(void)pthread_attr_setaffinity_np(&attr, sizeof(s->control->cpus), &s->control->cpus);
	r = pthread_create(thread, &attr, side_thread, s);
	if (r != 0)
		r = pthread_create(thread, NULL, side_thread, s);
	(void)pthread_attr_destroy(&attr);
	return r == 0 ? 0 : err_sys(e, ERR_KERNEL, r, "thread for the statistics");
}

int control_run(struct control *c, struct err *e)
{
	struct side side = {.control = c, .e = e};
	pthread_t thread;
	int r;

	c->start_ns = now_ns();
	r = workers_launch(c->workers, e);
	if (r == 0 && workers_on_main(c->workers)) {
		r = start_side(&thread, &side, e);
		if (r < 0)
			return r;
		workers_run_main(c->workers);
		(void)pthread_join(thread, NULL);
		return side.result;
	}
	if (r == 0)
		r = loop(c, e);
	if (workers_stop(c->workers) < 0) {
		c->stuck = true;
		r = err_set(e, ERR_KERNEL, ETIMEDOUT,
			"a forwarding thread does not come back from its driver");
	}
	return r;
}
