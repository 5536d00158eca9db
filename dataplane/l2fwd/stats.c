/* SPDX-License-Identifier: Apache-2.0 */
#include "stats.h"

#include <inttypes.h>
#include <string.h>

static const char *const state_names[] = {"down", "up", "lost"};

/* A counter that went back (a driver was reset) counts from zero. */
static uint64_t per_second(uint64_t now, uint64_t before, double seconds)
{
	uint64_t delta = now >= before ? now - before : now;

	return seconds > 0 ? (uint64_t)((double)delta / seconds + 0.5) : 0;
}

/* The sum of all ports as one more port. */
static struct stats_port total(const struct stats *s)
{
	struct stats_port t = {.name = "total"};

	for (unsigned int i = 0; i < s->n; i++) {
		const struct stats_port *p = &s->port[i];

		t.rx += p->rx;
		t.tx += p->tx;
		t.dropped += p->dropped;
		t.rx_bytes += p->rx_bytes;
		t.tx_bytes += p->tx_bytes;
		t.missed += p->missed;
		t.errors += p->errors;
		t.no_mbuf += p->no_mbuf;
	}
	return t;
}

/* The ports with their rates' base, the total behind the last. */
struct row {
	struct stats_port now;
	uint64_t rx_rate, tx_rate;
};

static struct row row_at(const struct stats *now, const struct stats *before, unsigned int i)
{
	const struct stats_port none = {0};
	struct stats_port then = none;
	double seconds = now->elapsed - (before ? before->elapsed : 0);
	struct row row;

	if (before)
		then = i < before->n ? before->port[i] : total(before);
	row.now = i < now->n ? now->port[i] : total(now);
	row.rx_rate = per_second(row.now.rx, then.rx, seconds);
	row.tx_rate = per_second(row.now.tx, then.tx, seconds);
	return row;
}

static void json_string(FILE *out, const char *text)
{
	(void)fputc('"', out);
	for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
		if (*p == '"' || *p == '\\')
			(void)fprintf(out, "\\%c", *p);
		else if (*p < 0x20 || *p >= 0x7f)
			(void)fprintf(out, "\\u%04x", *p);
		else
			(void)fputc(*p, out);
	}
	(void)fputc('"', out);
}

static void json_counters(FILE *out, const struct row *r)
{
	const struct stats_port *p = &r->now;

	(void)fprintf(out,
		"\"rx\":%" PRIu64 ",\"tx\":%" PRIu64 ",\"dropped\":%" PRIu64 ",\"rxRate\":%" PRIu64
		",\"txRate\":%" PRIu64 ",\"rxBytes\":%" PRIu64 ",\"txBytes\":%" PRIu64
		",\"missed\":%" PRIu64 ",\"errors\":%" PRIu64 ",\"noMbuf\":%" PRIu64 "}",
		p->rx, p->tx, p->dropped, r->rx_rate, r->tx_rate, p->rx_bytes, p->tx_bytes,
		p->missed, p->errors, p->no_mbuf);
}

void stats_json(FILE *out, const struct stats *now, const struct stats *before)
{
	struct row r;

	(void)fprintf(out, "{\"elapsed\":%.3f,\"final\":%s,\"ports\":[", now->elapsed,
		now->final ? "true" : "false");
	for (unsigned int i = 0; i < now->n; i++) {
		r = row_at(now, before, i);
		(void)fprintf(out, "%s{\"port\":%u,\"name\":", i ? "," : "", r.now.number);
		json_string(out, r.now.name);
		(void)fputs(",\"device\":", out);
		json_string(out, r.now.device);
		(void)fprintf(out, ",\"state\":\"%s\",", state_names[r.now.state]);
		json_counters(out, &r);
	}
	r = row_at(now, before, now->n);
	(void)fputs("],\"total\":{", out);
	json_counters(out, &r);
	(void)fputs("}\n", out);
}

void stats_line(FILE *out, const struct stats *now, const struct stats *before)
{
	(void)fprintf(out, "%.1f s:", now->elapsed);
	for (unsigned int i = 0; i < now->n; i++) {
		struct row r = row_at(now, before, i);

		(void)fprintf(out,
			"%s %s %s rx %" PRIu64 " (%" PRIu64 "/s) tx %" PRIu64 " (%" PRIu64
			"/s) dropped %" PRIu64,
			i ? ";" : "", r.now.name, state_names[r.now.state], r.now.rx, r.rx_rate,
			r.now.tx, r.tx_rate, r.now.dropped);
		if (r.now.missed + r.now.errors + r.now.no_mbuf > 0)
			(void)fprintf(out, " missed %" PRIu64,
				r.now.missed + r.now.errors + r.now.no_mbuf);
	}
	(void)fputc('\n', out);
}

unsigned int stats_table(FILE *out, const struct stats *now, const struct stats *before)
{
	(void)fprintf(out, "dpdk-pod-l2fwd: %.1f s%s\n", now->elapsed,
		now->final ? ", final; rates are averages" : "");
	(void)fprintf(out, "%4s %-16s %-5s %15s %11s %15s %11s %12s %12s\n", "port", "name", "link",
		"rx", "rx/s", "tx", "tx/s", "dropped", "missed");
	for (unsigned int i = 0; i <= now->n; i++) {
		struct row r = row_at(now, before, i);
		char number[12] = "";

		if (i < now->n)
			(void)snprintf(number, sizeof(number), "%u", r.now.number);
		(void)fprintf(out,
			"%4s %-16.16s %-5s %15" PRIu64 " %11" PRIu64 " %15" PRIu64 " %11" PRIu64
			" %12" PRIu64 " %12" PRIu64 "\n",
			number, r.now.name, i < now->n ? state_names[r.now.state] : "", r.now.rx,
			r.rx_rate, r.now.tx, r.tx_rate, r.now.dropped,
			r.now.missed + r.now.errors + r.now.no_mbuf);
	}
	return now->n + 3;
}
