/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "test.h"

/* words, separated by blanks, behind the program's name. */
static int parse(const char *words, struct options *o, struct err *e)
{
	static char text[512];
	char *argv[32] = {"dpdk-pod-l2fwd"};
	int argc = 1;

	(void)snprintf(text, sizeof(text), "%s", words);
	for (char *w = strtok(text, " "); w; w = strtok(NULL, " "))
		argv[argc++] = w;
	return options_parse(argc, argv, o, e);
}

static struct options good(const char *words)
{
	struct options o = {0};
	struct err e = ERR_INIT;

	if (parse(words, &o, &e) != 0)
		fail_msg("'%s': %s", words, e.msg);
	assert_null(o.eal_argv[o.eal_argc]);
	return o;
}

static void defaults(void **state)
{
	struct options o = good("");

	(void)state;
	assert_int_equal(o.eal_argc, 0);
	assert_true(o.mac_updating && o.promisc);
	assert_false(o.json || o.help || o.version);
	assert_int_equal(o.period_ms, OPTIONS_PERIOD_AUTO);
	assert_int_equal(o.duration_ms, 0);
	assert_int_equal(o.burst, 64);
	assert_int_equal(o.rxd, 1024);
	assert_int_equal(o.txd, 1024);
	assert_int_equal(o.idle, IDLE_SLEEP);
	assert_int_equal(o.netdev_pmd, DPDKPOD_PMD_AUTO);
	assert_null(o.pod_file);
	assert_null(o.portmap);
	options_free(&o);
}

static void every_option(void **state)
{
	struct options o = good(
		"--no-mac-updating --no-promisc --json --period 0.25 --duration=90 --burst 1 "
		"--rxd=512 --txd 256 --idle poll --netdev-pmd af_xdp --pod-file /x/y.json "
		"--portmap (0,1)");

	(void)state;
	assert_false(o.mac_updating || o.promisc);
	assert_true(o.json);
	assert_int_equal(o.period_ms, 250);
	assert_int_equal(o.duration_ms, 90000);
	assert_int_equal(o.burst, 1);
	assert_int_equal(o.rxd, 512);
	assert_int_equal(o.txd, 256);
	assert_int_equal(o.idle, IDLE_POLL);
	assert_int_equal(o.netdev_pmd, DPDKPOD_PMD_AF_XDP);
	assert_string_equal(o.pod_file, "/x/y.json");
	assert_string_equal(o.portmap, "(0,1)");
	options_free(&o);
}

static void sides(void **state)
{
	static const struct {
		const char *words;
		int n_eal;
		const char *last; /* EAL argument */
		bool json;
	} rows[] = {
		{"--json", 0, NULL, true},
		{"--", 0, NULL, false},
		{"-- --json", 0, NULL, true},
		{"-l 0 --", 2, "0", false},
		{"-l 0 -- --json", 2, "0", true},
		/* Without "--" EAL's arguments are EAL's, values and all. */
		{"--no-pci --vdev net_null0", 3, "net_null0", false},
		/* A second "--" is not an EAL argument any more, and no own option either. */
		{"-a 00:01.0 --no-huge -- --period 1", 3, "--no-huge", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct options o = good(rows[i].words);

		assert_int_equal(o.eal_argc, rows[i].n_eal);
		if (rows[i].last)
			assert_string_equal(o.eal_argv[o.eal_argc - 1], rows[i].last);
		assert_int_equal(o.json, rows[i].json);
		options_free(&o);
	}
}

static void help_and_version(void **state)
{
	static const char *const help[] = {"--help", "-h", "-l 0 -- --help", "-- -h"};
	struct options o;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(help); i++) {
		o = good(help[i]);
		assert_true(o.help);
		options_free(&o);
	}
	o = good("--version");
	assert_true(o.version);
	options_free(&o);
}

static void mistakes(void **state)
{
	static const struct {
		const char *words, *says;
	} rows[] = {
		{"--jason --json", "'--json' is an option of dpdk-pod-l2fwd, '--jason' is not"},
		{"--json --jason", "unknown option '--jason'"},
		{"--json extra", "unexpected argument 'extra'"},
		{"--no-pci --json", "'--json' is an option"},
		{"-- --jso", "unknown option '--jso'"},
		{"-- --json=1", "--json takes no value"},
		{"-- --burst", "--burst needs a value"},
		{"-- --burst 0", "a number from 1 to 256"},
		{"-- --burst 257", "a number from 1 to 256"},
		{"-- --burst 99999999999999999999", "a number from 1 to 256"},
		{"-- --burst -1", "a number from 1 to 256"},
		{"-- --burst 1x", "a number from 1 to 256"},
		{"-- --burst=", "a number from 1 to 256"},
		{"-- --rxd 8", "a number from 16"},
		{"-- --txd 40000", "a number from 16"},
		{"-- --period -1", "a number of seconds"},
		{"-- --period .", "a number of seconds"},
		{"-- --period 1.2.3", "a number of seconds"},
		{"-- --period 0.0001", "a number of seconds"},
		{"-- --duration 86401", "a number of seconds"},
		{"-- --duration 1e3", "a number of seconds"},
		{"-- --idle nap", "'sleep' or 'poll'"},
		{"-- --netdev-pmd tap", "'af_packet', 'pcap' or 'af_xdp'"},
		{"-- --pod-file=", "is not a path"},
		{"-- --json -- --json", "unknown option '--'"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct options o = {.burst = 4711};
		struct err e = ERR_INIT;

		assert_int_equal(parse(rows[i].words, &o, &e), -EINVAL);
		if (!strstr(e.msg, rows[i].says))
			fail_msg("'%s': '%s' does not say '%s'", rows[i].words, e.msg,
				rows[i].says);
		assert_int_equal(e.code, ERR_CONFIG);
		assert_int_equal(o.burst, 4711);
	}
}

static void seconds(void **state)
{
	static const struct {
		const char *words;
		uint32_t ms;
	} rows[] = {
		{"--duration 0", 0},
		{"--duration 1", 1000},
		{"--duration 0.001", 1},
		{"--duration .5", 500},
		{"--duration 2.", 2000},
		{"--duration 86400", 86400000},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct options o = good(rows[i].words);

		assert_int_equal(o.duration_ms, rows[i].ms);
		options_free(&o);
	}
}

/* The usage names every option the parser takes. */
static void usage(void **state)
{
	static const char *const all[] = {"--portmap", "--no-mac-updating", "--no-promisc",
		"--json", "--period", "--duration", "--idle", "--burst", "--rxd", "--txd",
		"--netdev-pmd", "--pod-file", "--help", "--version"};
	auto_free char *text = options_help();

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		assert_non_null(strstr(text, all[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(every_option),
		cmocka_unit_test(sides),
		cmocka_unit_test(help_and_version),
		cmocka_unit_test(mistakes),
		cmocka_unit_test(seconds),
		cmocka_unit_test(usage),
	};

	return cmocka_run_group_tests_name("l2fwd-options", tests, NULL, NULL);
}
