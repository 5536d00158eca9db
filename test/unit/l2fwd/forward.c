/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fast path against a receive, a send and a drop function of this file: every burst size,
 * every count that the driver may take, each byte of each frame.
 */
#include "forward.h"

#include "mem.h"
#include "test.h"

#define ROOM 128
#define GUARD 0xa5

static struct rte_mbuf mbuf[FORWARD_BURST_MAX];
static uint8_t room[FORWARD_BURST_MAX][ROOM];

/* What the other side of the fast path does and saw. */
static struct {
	uint16_t offered, taken; /* by rx and tx */
	uint16_t asked, rx_port, tx_port;
	unsigned int n_tx, n_drop;
	struct rte_mbuf *sent[FORWARD_BURST_MAX];
	struct rte_mbuf *dropped[FORWARD_BURST_MAX];
} io;

static uint16_t fake_rx(uint16_t port, uint16_t queue, struct rte_mbuf **pkts, const uint16_t n)
{
	assert_int_equal(queue, 0);
	io.rx_port = port;
	io.asked = n;
	for (unsigned int i = 0; i < io.offered; i++)
		pkts[i] = &mbuf[i];
	return io.offered;
}

static uint16_t fake_tx(uint16_t port, uint16_t queue, struct rte_mbuf **pkts, uint16_t n)
{
	uint16_t taken = io.taken < n ? io.taken : n;

	assert_int_equal(queue, 0);
	io.tx_port = port;
	io.n_tx++;
	memcpy(io.sent, pkts, taken * sizeof(*pkts));
	return taken;
}

static void fake_drop(struct rte_mbuf **pkts, unsigned int n)
{
	assert_true(io.n_drop + n <= FORWARD_BURST_MAX);
	memcpy(io.dropped + io.n_drop, pkts, n * sizeof(*pkts));
	io.n_drop += n;
}

static const struct forward_io fake = {fake_rx, fake_tx, fake_drop};

static uint8_t content(unsigned int frame, unsigned int byte)
{
	return (uint8_t)(frame * 31 + byte * 7 + 1);
}

/* Frames start at any offset: alignment is the sender's affair. */
static unsigned int offset(unsigned int frame)
{
	return 16 + frame % 19;
}

static void fill(void)
{
	memset(room, GUARD, sizeof(room));
	for (unsigned int i = 0; i < FORWARD_BURST_MAX; i++) {
		mbuf[i].buf_addr = room[i];
		mbuf[i].data_off = (uint16_t)offset(i);
		for (unsigned int k = 0; k < 60; k++)
			room[i][offset(i) + k] = content(i, k);
	}
	memset(&io, 0, sizeof(io));
}

static const struct rte_ether_addr dst = {{0x02, 0, 0, 0, 0, 0x07}};
static const struct rte_ether_addr src = {{0x52, 0x54, 0x00, 0xab, 0xcd, 0xef}};

static void check_frame(unsigned int i, bool rewritten)
{
	const uint8_t *f = room[i] + offset(i);

	for (unsigned int k = 0; k < 60; k++) {
		uint8_t want = content(i, k);

		if (rewritten && k < 6)
			want = dst.addr_bytes[k];
		else if (rewritten && k < 12)
			want = src.addr_bytes[k - 6];
		assert_int_equal(f[k], want);
	}
	for (const uint8_t *p = room[i]; p < room[i] + ROOM; p++) {
		if (p < f || p >= f + 60)
			assert_int_equal(*p, GUARD);
	}
}

static struct flow flow_of(bool rewrite)
{
	return (struct flow){
		.macs = forward_macs(&dst, &src),
		.rx_port = 3,
		.tx_port = 9,
		.rewrite = rewrite,
	};
}

static void rewrite_all_sizes(void **state)
{
	(void)state;
	for (unsigned int n = 0; n <= FORWARD_BURST_MAX; n++) {
		struct rte_mbuf *pkts[FORWARD_BURST_MAX];

		fill();
		for (unsigned int i = 0; i < n; i++)
			pkts[i] = &mbuf[i];
		forward_rewrite(pkts, n, forward_macs(&dst, &src));
		for (unsigned int i = 0; i < FORWARD_BURST_MAX; i++)
			check_frame(i, i < n);
	}
}

/* A runt is rewritten as far as it reaches into its buffer; nothing behind 12 bytes changes. */
static void rewrite_touches_twelve_bytes(void **state)
{
	struct rte_mbuf *one = &mbuf[0];

	(void)state;
	fill();
	memset(room[0], GUARD, ROOM);
	forward_rewrite(&one, 1, forward_macs(&dst, &src));
	for (unsigned int k = 0; k < ROOM; k++) {
		if (k < offset(0) || k >= offset(0) + 12)
			assert_int_equal(room[0][k], GUARD);
	}
	assert_memory_equal(room[0] + offset(0), &dst, 6);
	assert_memory_equal(room[0] + offset(0) + 6, &src, 6);
}

static void burst_all_sizes(void **state)
{
	(void)state;
	for (int rewrite = 0; rewrite < 2; rewrite++) {
		for (uint16_t n = 0; n <= FORWARD_BURST_MAX; n++) {
			struct flow f = flow_of(rewrite);

			fill();
			io.offered = n;
			io.taken = n;
			assert_int_equal(forward_burst(&f, FORWARD_BURST_MAX, &fake), n);
			assert_int_equal(io.asked, FORWARD_BURST_MAX);
			assert_int_equal(io.rx_port, 3);
			assert_int_equal(io.n_tx, n > 0);
			assert_int_equal(io.n_drop, 0);
			assert_true(f.count.rx == n && f.count.tx == n && f.count.dropped == 0);
			for (unsigned int i = 0; i < n; i++) {
				assert_ptr_equal(io.sent[i], &mbuf[i]);
				check_frame(i, rewrite);
			}
			if (n > 0)
				assert_int_equal(io.tx_port, 9);
		}
	}
}

/* The driver takes any number of them: the rest is freed, each once, and counted. */
static void unsent_are_freed(void **state)
{
	(void)state;
	for (uint16_t n = 1; n <= 70; n++) {
		for (uint16_t taken = 0; taken <= n; taken++) {
			struct flow f = flow_of(true);

			fill();
			io.offered = n;
			io.taken = taken;
			assert_int_equal(forward_burst(&f, 70, &fake), n);
			assert_int_equal(io.n_drop, n - taken);
			for (unsigned int i = 0; i < n; i++)
				assert_ptr_equal(i < taken ? io.sent[i] : io.dropped[i - taken],
					&mbuf[i]);
			assert_true(f.count.rx == n && f.count.tx == taken);
			assert_true(f.count.dropped == (uint64_t)(n - taken));
		}
	}
}

static void sink_drops_all(void **state)
{
	struct flow f = flow_of(true);

	(void)state;
	f.sink = true;
	fill();
	io.offered = 33;
	io.taken = 33;
	assert_int_equal(forward_burst(&f, 64, &fake), 33);
	assert_int_equal(io.n_tx, 0);
	assert_int_equal(io.n_drop, 33);
	assert_true(f.count.rx == 33 && f.count.tx == 0 && f.count.dropped == 33);
}

static void counters_add_up(void **state)
{
	struct flow f = flow_of(false);

	(void)state;
	fill();
	for (uint16_t n = 0; n <= 100; n++) {
		io.offered = n;
		io.taken = n / 2;
		io.n_drop = 0;
		(void)forward_burst(&f, 128, &fake);
	}
	assert_true(f.count.rx == 5050);
	assert_true(f.count.tx + f.count.dropped == f.count.rx);
}

/* Flows of different lcores share no cache line. */
static void layout(void **state)
{
	(void)state;
	assert_int_equal(sizeof(struct flow) % RTE_CACHE_LINE_SIZE, 0);
	assert_int_equal(_Alignof(struct flow), RTE_CACHE_LINE_SIZE);
	assert_int_equal(sizeof(forward_vec), 16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rewrite_all_sizes),
		cmocka_unit_test(rewrite_touches_twelve_bytes),
		cmocka_unit_test(burst_all_sizes),
		cmocka_unit_test(unsent_are_freed),
		cmocka_unit_test(sink_drops_all),
		cmocka_unit_test(counters_add_up),
		cmocka_unit_test(layout),
	};

	return cmocka_run_group_tests_name("l2fwd-forward", tests, NULL, NULL);
}
