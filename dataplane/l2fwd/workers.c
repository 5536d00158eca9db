/* SPDX-License-Identifier: Apache-2.0 */
#include "workers.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <time.h>

#include <rte_eal.h>
#include <rte_launch.h>
#include <rte_malloc.h>
#include <rte_pause.h>

#define PATIENCE_MS 5000 /* for a worker to come back from its drivers */
#define POKE_AFTER_MS 500

static const struct forward_io ethdev = {
	.rx = rte_eth_rx_burst,
	.tx = rte_eth_tx_burst,
	.drop = rte_pktmbuf_free_bulk,
};

static void nap(uint32_t ns)
{
	const struct timespec t = {.tv_nsec = (long)ns};

	(void)nanosleep(&t, NULL);
}

/* A flow from a lost port ends; one to a lost port goes on taking frames in, and drops them. */
static void sort_flows(struct worker *w)
{
	w->n_active = 0;
	for (unsigned int i = 0; i < w->n; i++) {
		struct flow *f = &w->flow[i];

		if (atomic_load_explicit(&w->lost[f->rx_port], memory_order_acquire))
			continue;
		f->sink = atomic_load_explicit(&w->lost[f->tx_port], memory_order_acquire);
		w->active[w->n_active++] = f;
	}
}

/* Returns false when the worker shall end. */
static bool obey(struct worker *w)
{
	unsigned int review = WORKER_REVIEW;

	if (!atomic_compare_exchange_strong(&w->order, &review, WORKER_GO))
		return false;
	sort_flows(w);
	atomic_fetch_add_explicit(&w->reviews, 1, memory_order_release);
	return true;
}

static int worker_run(void *arg)
{
	struct worker *w = arg;
	struct idle idle = {.mode = w->idle};

	w->thread = pthread_self();
	atomic_store_explicit(&w->running, true, memory_order_release);
	/* The default slack of 50 us would make the shortest naps six times as long. */
	(void)prctl(PR_SET_TIMERSLACK, 1000UL, 0UL, 0UL, 0UL);
	for (;;) {
		uint16_t got = 0;
		uint32_t ns;

		if (unlikely(atomic_load_explicit(&w->order, memory_order_relaxed) != WORKER_GO) &&
			!obey(w))
			break;
		for (unsigned int i = 0; i < w->n_active; i++) {
			uint16_t n = forward_burst(w->active[i], w->burst, &ethdev);

			got = n > got ? n : got;
		}
		ns = idle_next(&idle, got, w->burst);
		if (ns != 0)
			nap(ns);
		else if (got == 0)
			rte_pause();
	}
	atomic_store_explicit(&w->done, true, memory_order_release);
	return 0;
}

static void fill_flow(struct flow *f, const struct ports *p, unsigned int i,
	const struct options *o)
{
	const struct port *rx = &p->v[i], *tx = &p->v[rx->peer];
	struct rte_ether_addr dst = {{0x02, 0, 0, 0, 0, (uint8_t)rx->peer}};

	f->macs = forward_macs(&dst, &tx->mac);
	f->rx_port = rx->id;
	f->tx_port = tx->id;
	f->rewrite = o->mac_updating;
}

/* Of the lcores with the fewest flows the first on the port's node, else the first. */
static unsigned int choose(const unsigned int lcore[], const unsigned int load[], unsigned int n,
	int node)
{
	unsigned int best = 0;

	for (unsigned int i = 1; i < n; i++) {
		bool near = (int)rte_lcore_to_socket_id(lcore[i]) == node;
		bool best_near = (int)rte_lcore_to_socket_id(lcore[best]) == node;

		if (load[i] < load[best] || (load[i] == load[best] && near && !best_near))
			best = i;
	}
	return best;
}

static int make_worker(struct workers *w, unsigned int lcore, unsigned int self,
	const unsigned int owner[], unsigned int n_flows, const struct options *o, struct err *e)
{
	struct worker *worker;
	size_t size = sizeof(*worker) + n_flows * sizeof(struct flow);

	worker = rte_zmalloc_socket("l2fwd", size, RTE_CACHE_LINE_SIZE,
		(int)rte_lcore_to_socket_id(lcore));
	if (worker == NULL)
		worker = rte_zmalloc("l2fwd", size, RTE_CACHE_LINE_SIZE);
	if (worker == NULL)
		return err_sys(e, ERR_KERNEL, ENOMEM, "lcore %u: context", lcore);
	w->v[w->n++] = worker;
	worker->lcore = lcore;
	worker->burst = o->burst;
	worker->idle = o->idle;
	worker->lost = w->lost;
	for (unsigned int i = 0; i < w->ports->n; i++) {
		if (!port_used(&w->ports->v[i]) || owner[i] != self)
			continue;
		w->flow[i] = &worker->flow[worker->n++];
		fill_flow(w->flow[i], w->ports, i, o);
	}
	sort_flows(worker);
	return 0;
}

int workers_make(struct workers *w, struct ports *p, const struct options *o, struct err *e)
{
	unsigned int lcore[RTE_MAX_LCORE], load[RTE_MAX_LCORE] = {0}, owner[RTE_MAX_ETHPORTS];
	unsigned int n = 0, id;
	int r = 0;

	w->ports = p;
	RTE_LCORE_FOREACH_WORKER(id)
	lcore[n++] = id;
	if (n == 0)
		lcore[n++] = rte_get_main_lcore();
	for (unsigned int i = 0; i < p->n; i++) {
		if (!port_used(&p->v[i]))
			continue;
		owner[i] = choose(lcore, load, n, p->v[i].node);
		load[owner[i]]++;
	}
	for (unsigned int i = 0; i < n && r == 0; i++) {
		if (load[i] > 0)
			r = make_worker(w, lcore[i], i, owner, load[i], o, e);
	}
	return r;
}

bool workers_on_main(const struct workers *w)
{
	return w->v[0]->lcore == rte_get_main_lcore();
}

void workers_run_main(struct workers *w)
{
	(void)worker_run(w->v[0]);
}

static void on_poke(int sig)
{
	(void)sig;
}

int workers_launch(struct workers *w, struct err *e)
{
	/* Without SA_RESTART: it is there to end a system call a driver waits in. */
	const struct sigaction poke = {.sa_handler = on_poke};

	(void)sigaction(SIGUSR1, &poke, NULL);
	if (workers_on_main(w)) {
		w->v[0]->launched = true;
		return 0;
	}
	for (unsigned int i = 0; i < w->n; i++) {
		int r = rte_eal_remote_launch(worker_run, w->v[i], w->v[i]->lcore);

		if (r < 0)
			return err_sys(e, ERR_KERNEL, -r, "lcore %u: launch", w->v[i]->lcore);
		w->v[i]->launched = true;
	}
	return 0;
}

/* Waits for a worker to have done what it was told; until then pokes it. */
static int wait_for(struct worker *w, unsigned int reviews, bool end)
{
	for (unsigned int ms = 0; ms < PATIENCE_MS; ms++) {
		if (atomic_load_explicit(&w->done, memory_order_acquire))
			return 0;
		if (!end && atomic_load_explicit(&w->reviews, memory_order_acquire) != reviews)
			return 0;
		if (ms >= POKE_AFTER_MS && ms % 100 == 0 && atomic_load(&w->running))
			(void)pthread_kill(w->thread, SIGUSR1);
		nap(1000000);
	}
	return -ETIMEDOUT;
}

int workers_review(struct workers *w)
{
	int r = 0;

	for (unsigned int i = 0; i < w->ports->n; i++) {
		if (w->ports->v[i].lost)
			atomic_store_explicit(&w->lost[w->ports->v[i].id], true,
				memory_order_release);
	}
	for (unsigned int i = 0; i < w->n; i++) {
		unsigned int before = atomic_load(&w->v[i]->reviews);

		atomic_store(&w->v[i]->order, WORKER_REVIEW);
		if (wait_for(w->v[i], before, false) < 0)
			r = -ETIMEDOUT;
	}
	return r;
}

int workers_stop(struct workers *w)
{
	int r = 0;

	for (unsigned int i = 0; i < w->n; i++)
		atomic_store(&w->v[i]->order, WORKER_STOP);
	for (unsigned int i = 0; i < w->n; i++) {
		if (w->v[i]->launched && wait_for(w->v[i], 0, true) < 0)
			r = -ETIMEDOUT;
	}
	if (r == 0)
		rte_eal_mp_wait_lcore();
	return r;
}

void workers_free(struct workers *w)
{
	for (unsigned int i = 0; i < w->n; i++)
		rte_free(w->v[i]);
	w->n = 0;
}
