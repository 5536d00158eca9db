/* SPDX-License-Identifier: Apache-2.0 */
#include "stats.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "mem.h"
#include "test.h"

static struct stats sample(double elapsed, uint64_t base)
{
	struct stats s = {.elapsed = elapsed, .n = 2};

	s.port[0] = (struct stats_port){.number = 0,
		.name = "net1",
		.device = "net_af_packet0",
		.state = STATS_UP,
		.rx = base + 10,
		.tx = base + 4,
		.dropped = 6,
		.rx_bytes = 640,
		.tx_bytes = 256,
		.missed = 1,
		.errors = 2,
		.no_mbuf = 3};
	s.port[1] = (struct stats_port){.number = 3,
		.name = "net\"2\\\n\xc3",
		.device = "0000:3b:02.1",
		.state = STATS_LOST,
		.rx = base + 4,
		.tx = base + 4};
	return s;
}

typedef void (*printer)(FILE *, const struct stats *, const struct stats *);

static void table(FILE *out, const struct stats *now, const struct stats *before)
{
	unsigned int lines = stats_table(out, now, before);

	assert_int_equal(lines, now->n + 3);
}

static char *text_of(printer p, const struct stats *now, const struct stats *before)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	p(f, now, before);
	assert_int_equal(fclose(f), 0);
	return text;
}

static json_int_t number(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);

	assert_true(json_is_integer(v));
	return json_integer_value(v);
}

static void json_line(void **state)
{
	struct stats before = sample(1, 0), now = sample(3, 2000);
	auto_free char *text = text_of(stats_json, &now, &before);
	json_t *doc = json_loads(text, 0, NULL);
	const json_t *port, *total;

	(void)state;
	assert_non_null(doc);
	/* One line, whatever the names hold. */
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	assert_true(json_is_false(json_object_get(doc, "final")));
	assert_int_equal(json_array_size(json_object_get(doc, "ports")), 2);
	port = json_array_get(json_object_get(doc, "ports"), 0);
	assert_string_equal(json_string_value(json_object_get(port, "name")), "net1");
	assert_string_equal(json_string_value(json_object_get(port, "state")), "up");
	assert_int_equal(number(port, "rx"), 2010);
	assert_int_equal(number(port, "rxRate"), 1000);
	assert_int_equal(number(port, "txRate"), 1000);
	assert_int_equal(number(port, "dropped"), 6);
	assert_int_equal(number(port, "missed"), 1);
	assert_int_equal(number(port, "errors"), 2);
	assert_int_equal(number(port, "noMbuf"), 3);
	port = json_array_get(json_object_get(doc, "ports"), 1);
	assert_int_equal(number(port, "port"), 3);
	assert_string_equal(json_string_value(json_object_get(port, "name")), "net\"2\\\n\xc3\x83");
	assert_string_equal(json_string_value(json_object_get(port, "state")), "lost");
	total = json_object_get(doc, "total");
	assert_int_equal(number(total, "rx"), 4014);
	assert_int_equal(number(total, "tx"), 4008);
	assert_int_equal(number(total, "rxRate"), 2000);
	json_decref(doc);
}

static void final_rates_are_averages(void **state)
{
	struct stats now = sample(2, 990);
	auto_free char *text = NULL;

	(void)state;
	now.final = true;
	text = text_of(stats_json, &now, NULL);
	assert_non_null(strstr(text, "\"final\":true"));
	assert_non_null(strstr(text,
		"\"rx\":1000,\"tx\":994,\"dropped\":6,\"rxRate\":500,\"txRate\":497,"));
}

static void tables(void **state)
{
	struct stats now = sample(1, 1000000);
	auto_free char *text = text_of(table, &now, NULL);
	unsigned int lines = 0;

	(void)state;
	now.port[1].name = "net2";
	free(text);
	text = text_of(table, &now, NULL);
	for (const char *p = text; *p; p++)
		lines += *p == '\n';
	assert_int_equal(lines, 5);
	assert_non_null(strstr(text, "net1"));
	assert_non_null(strstr(text, "lost"));
	assert_non_null(strstr(text, "2000014"));
}

static void lines(void **state)
{
	struct stats before = sample(1, 0), now = sample(2, 5);
	auto_free char *text = NULL;

	(void)state;
	now.port[1].name = "net2";
	text = text_of(stats_line, &now, &before);
	assert_string_equal(text,
		"2.0 s: net1 up rx 15 (5/s) tx 9 (5/s) dropped 6 missed 6; "
		"net2 lost rx 9 (5/s) tx 9 (5/s) dropped 0\n");
}

/* Nothing divides by zero, and a counter that went back gives no huge rate. */
static void odd_times(void **state)
{
	struct stats before = sample(5, 1000), now = sample(5, 2000);
	auto_free char *same = text_of(stats_json, &now, &before);
	auto_free char *back = NULL;

	(void)state;
	assert_non_null(strstr(same, "\"rxRate\":0,"));
	now = sample(6, 0);
	back = text_of(stats_json, &now, &before);
	assert_non_null(
		strstr(back, "\"rx\":10,\"tx\":4,\"dropped\":6,\"rxRate\":10,\"txRate\":4,"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_line),
		cmocka_unit_test(final_rates_are_averages),
		cmocka_unit_test(tables),
		cmocka_unit_test(lines),
		cmocka_unit_test(odd_times),
	};

	return cmocka_run_group_tests_name("l2fwd-stats", tests, NULL, NULL);
}
