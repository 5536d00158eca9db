/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fast path: one burst from one port to another, run to completion. No system call, no
 * output, no allocation; counters are written once per burst, by one lcore.
 *
 * The burst function takes its receive, send and drop functions from a constant struct, so that
 * ethdev's are inlined into the forwarding loop and a test can put its own there.
 */
#ifndef L2FWD_FORWARD_H
#define L2FWD_FORWARD_H

#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <rte_branch_prediction.h>
#include <rte_common.h>
#include <rte_ether.h>
#include <rte_mbuf.h>

#define FORWARD_BURST_MAX 256

/* Both MAC addresses are the first three lanes of the first 16 bytes of a frame. */
typedef uint32_t forward_vec __attribute__((vector_size(16), aligned(1), may_alias));

/* Written by the lcore that owns the flow, read by anyone, hence relaxed atomics. */
struct forward_counters {
	_Atomic uint64_t rx;
	_Atomic uint64_t tx;
	_Atomic uint64_t dropped;
};

/* One direction: what comes in at rx_port leaves at tx_port. Owned by one lcore. */
struct flow {
	alignas(RTE_CACHE_LINE_SIZE) forward_vec macs;
	uint16_t rx_port; /* DPDK's port ids */
	uint16_t tx_port;
	bool rewrite;
	bool sink; /* tx_port is gone: take the frames in and drop them */
	struct forward_counters count;
};

struct forward_io {
	uint16_t (*rx)(uint16_t port, uint16_t queue, struct rte_mbuf **pkts, const uint16_t n);
	uint16_t (*tx)(uint16_t port, uint16_t queue, struct rte_mbuf **pkts, uint16_t n);
	void (*drop)(struct rte_mbuf **pkts, unsigned int n);
};

static inline forward_vec forward_macs(const struct rte_ether_addr *dst,
	const struct rte_ether_addr *src)
{
	uint8_t bytes[16] = {0};
	forward_vec v;

	memcpy(bytes, dst, RTE_ETHER_ADDR_LEN);
	memcpy(bytes + RTE_ETHER_ADDR_LEN, src, RTE_ETHER_ADDR_LEN);
	memcpy(&v, bytes, sizeof(v));
	return v;
}

/* For write: else the line is first fetched shared and then a second time owned. GCC emits the
 * x86 instruction only with -mprfchw, though every 64-bit CPU takes it (as a no-op, if need be). */
static __rte_always_inline void forward_prefetch(void *p)
{
#ifdef __x86_64__
	__asm__ volatile("prefetchw %0" : : "m"(*(char *)p));
#else
	__builtin_prefetch(p, 1, 3);
#endif
}

/* One load and one store of 16 bytes; the last lane (EtherType and what follows) is kept. The
 * room of an mbuf is longer than 16 bytes, so this holds for any frame, however short. Left to
 * itself GCC blends into a fresh copy of macs: one instruction more for every packet. */
static __rte_always_inline void forward_set_macs(forward_vec *header, forward_vec macs)
{
	forward_vec v = *header;

#ifdef __SSE4_1__
	__asm__("pblendw $0x3f, %1, %0" : "+x"(v) : "x"(macs));
#else
	v = __builtin_shufflevector(v, macs, 4, 5, 6, 3);
#endif
	*header = v;
}

/* Resolves and prefetches all headers first and writes them in a second pass, so that the misses
 * overlap. Eight at a time: the loop's own instructions hardly count then. */
static __rte_always_inline void forward_rewrite(struct rte_mbuf **pkts, unsigned int n,
	forward_vec macs)
{
	forward_vec *header[FORWARD_BURST_MAX];
	unsigned int wide = n & ~7u, i;

	for (i = 0; i < wide; i += 8) {
#pragma GCC unroll 8
		for (unsigned int k = 0; k < 8; k++) {
			header[i + k] = rte_pktmbuf_mtod(pkts[i + k], forward_vec *);
			forward_prefetch(header[i + k]);
		}
	}
	for (; i < n; i++) {
		header[i] = rte_pktmbuf_mtod(pkts[i], forward_vec *);
		forward_prefetch(header[i]);
	}
	for (i = 0; i < wide; i += 8) {
#pragma GCC unroll 8
		for (unsigned int k = 0; k < 8; k++)
			forward_set_macs(header[i + k], macs);
	}
	for (; i < n; i++)
		forward_set_macs(header[i], macs);
}

/* A single writer: no locked instruction is needed, and none is emitted. */
static __rte_always_inline void forward_add(_Atomic uint64_t *counter, uint64_t n)
{
	atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + n,
		memory_order_relaxed);
}

/* Returns how many packets came in; those that could not be sent are freed and counted. */
static __rte_always_inline uint16_t forward_burst(struct flow *f, uint16_t burst,
	const struct forward_io *io)
{
	struct rte_mbuf *pkts[FORWARD_BURST_MAX];
	uint16_t n, sent = 0;

	n = io->rx(f->rx_port, 0, pkts, burst);
	if (n == 0)
		return 0;
	if (f->rewrite)
		forward_rewrite(pkts, n, f->macs);
	if (likely(!f->sink))
		sent = io->tx(f->tx_port, 0, pkts, n);
	forward_add(&f->count.rx, n);
	forward_add(&f->count.tx, sent);
	if (unlikely(sent < n)) {
		io->drop(pkts + sent, n - sent);
		forward_add(&f->count.dropped, n - sent);
	}
	return n;
}

#endif
