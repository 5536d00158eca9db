/* SPDX-License-Identifier: Apache-2.0 */
/* One table of options serves parsing, telling own options from EAL's, and the help text. */
#include "options.h"

#include <errno.h>
#include <string.h>

#include "cli.h"
#include "mem.h"

#define DAY_MS (24 * 3600 * 1000u)

typedef int (*option_set)(struct options *o, const char *value, struct err *e);

static int bad_value(struct err *e, const char *name, const char *value, const char *want)
{
	(void)err_set(e, ERR_CONFIG, EINVAL, "--%s: '%s' is not %s", name, value, want);
	err_remedy(e, "dpdk-pod-l2fwd --help lists the options");
	return -EINVAL;
}

/* Seconds with up to three decimals; strtod would take the locale's idea of a point. */
static int parse_seconds(const char *name, const char *text, uint32_t *ret, struct err *e)
{
	uint64_t ms = 0;
	unsigned int decimals = 0, digits = 0;
	bool point = false;

	for (const char *p = text; *p; p++) {
		if (*p == '.' && !point) {
			point = true;
			continue;
		}
		if (*p < '0' || *p > '9' || decimals == 3 || ++digits > 9)
			return bad_value(e, name, text,
				"a number of seconds (0.001 to 86400, or 0)");
		ms = ms * 10 + (uint64_t)(*p - '0');
		decimals += point;
	}
	for (; decimals < 3; decimals++)
		ms *= 10;
	if (digits == 0 || ms > DAY_MS)
		return bad_value(e, name, text, "a number of seconds (0.001 to 86400, or 0)");
	*ret = (uint32_t)ms;
	return 0;
}

static int parse_count(const char *name, const char *text, unsigned int min, unsigned int max,
	uint16_t *ret, struct err *e)
{
	char want[48];
	unsigned long v = 0;
	const char *p = text;

	for (; *p >= '0' && *p <= '9' && v <= max; p++)
		v = v * 10 + (unsigned long)(*p - '0');
	if (p == text || *p != '\0' || v < min || v > max) {
		(void)snprintf(want, sizeof(want), "a number from %u to %u", min, max);
		return bad_value(e, name, text, want);
	}
	*ret = (uint16_t)v;
	return 0;
}

static int set_no_mac(struct options *o, const char *v, struct err *e)
{
	(void)v, (void)e;
	o->mac_updating = false;
	return 0;
}

static int set_no_promisc(struct options *o, const char *v, struct err *e)
{
	(void)v, (void)e;
	o->promisc = false;
	return 0;
}

static int set_json(struct options *o, const char *v, struct err *e)
{
	(void)v, (void)e;
	o->json = true;
	return 0;
}

static int set_help(struct options *o, const char *v, struct err *e)
{
	(void)v, (void)e;
	o->help = true;
	return 0;
}

static int set_version(struct options *o, const char *v, struct err *e)
{
	(void)v, (void)e;
	o->version = true;
	return 0;
}

static int set_period(struct options *o, const char *v, struct err *e)
{
	return parse_seconds("period", v, &o->period_ms, e);
}

static int set_duration(struct options *o, const char *v, struct err *e)
{
	return parse_seconds("duration", v, &o->duration_ms, e);
}

static int set_burst(struct options *o, const char *v, struct err *e)
{
	return parse_count("burst", v, 1, FORWARD_BURST_MAX, &o->burst, e);
}

static int set_rxd(struct options *o, const char *v, struct err *e)
{
	return parse_count("rxd", v, 16, 32768, &o->rxd, e);
}

static int set_txd(struct options *o, const char *v, struct err *e)
{
	return parse_count("txd", v, 16, 32768, &o->txd, e);
}

static int set_idle(struct options *o, const char *v, struct err *e)
{
	if (strcmp(v, "sleep") == 0)
		o->idle = IDLE_SLEEP;
	else if (strcmp(v, "poll") == 0)
		o->idle = IDLE_POLL;
	else
		return bad_value(e, "idle", v, "'sleep' or 'poll'");
	return 0;
}

static int set_pod_file(struct options *o, const char *v, struct err *e)
{
	if (*v == '\0')
		return bad_value(e, "pod-file", v, "a path");
	o->pod_file = v;
	return 0;
}

static int set_portmap(struct options *o, const char *v, struct err *e)
{
	(void)e;
	o->portmap = v;
	return 0;
}

static int set_netdev_pmd(struct options *o, const char *v, struct err *e)
{
	if (strcmp(v, "auto") == 0)
		o->netdev_pmd = DPDKPOD_PMD_AUTO;
	else if (dpdkpod_netdev_pmd_parse(v, &o->netdev_pmd) < 0)
		return bad_value(e, "netdev-pmd", v, "'auto', 'af_packet', 'pcap' or 'af_xdp'");
	return 0;
}

enum {
	OPT_PORTMAP,
	OPT_NO_MAC,
	OPT_NO_PROMISC,
	OPT_JSON,
	OPT_PERIOD,
	OPT_DURATION,
	OPT_IDLE,
	OPT_BURST,
	OPT_RXD,
	OPT_TXD,
	OPT_NETDEV_PMD,
	OPT_POD_FILE,
	OPT_HELP,
	OPT_VERSION,
};
#define ID(opt) (CLI_LONG + (opt))

static const option_set setters[] = {
	[OPT_PORTMAP] = set_portmap,
	[OPT_NO_MAC] = set_no_mac,
	[OPT_NO_PROMISC] = set_no_promisc,
	[OPT_JSON] = set_json,
	[OPT_PERIOD] = set_period,
	[OPT_DURATION] = set_duration,
	[OPT_IDLE] = set_idle,
	[OPT_BURST] = set_burst,
	[OPT_RXD] = set_rxd,
	[OPT_TXD] = set_txd,
	[OPT_NETDEV_PMD] = set_netdev_pmd,
	[OPT_POD_FILE] = set_pod_file,
	[OPT_HELP] = set_help,
	[OPT_VERSION] = set_version,
};

static const struct cli_option table[] = {
	{ID(OPT_PORTMAP), "portmap", "(A,B)(C,D)",
		"pairs, by interface name or port number; (A,A) sends back"},
	{ID(OPT_NO_MAC), "no-mac-updating", NULL, "leave both MAC addresses as they are"},
	{ID(OPT_NO_PROMISC), "no-promisc", NULL, "do not make the ports promiscuous"},
	{ID(OPT_JSON), "json", NULL, "statistics as a JSON line per period, and a final one"},
	{ID(OPT_PERIOD), "period", "SECONDS",
		"between statistics; 0: only the final ones (1 on a terminal, else 10)"},
	{ID(OPT_DURATION), "duration", "SECONDS",
		"stop after that time; 0: run until a signal (0)"},
	{ID(OPT_IDLE), "idle", "sleep|poll",
		"without traffic: naps of up to 1 ms, or all of the CPU (sleep)"},
	{ID(OPT_BURST), "burst", "N", "packets taken at a time, 1 to 256 (64)"},
	{ID(OPT_RXD), "rxd", "N", "receive descriptors of a port (1024)"},
	{ID(OPT_TXD), "txd", "N", "transmit descriptors of a port (1024)"},
	{ID(OPT_NETDEV_PMD), "netdev-pmd", "NAME",
		"driver of kernel interfaces: af_packet, pcap, af_xdp (auto)"},
	{ID(OPT_POD_FILE), "pod-file", "PATH", "($DPDK_POD_FILE, else " DPDKPOD_DEFAULT_FILE ")"},
	{ID(OPT_HELP), "help", NULL, "this text"},
	{ID(OPT_VERSION), "version", NULL, "versions of the program and of DPDK"},
	{0},
};

static const struct cli l2fwd_cli = {
	.name = "dpdk-pod-l2fwd",
	.summary = "Forwards Ethernet frames between the interfaces of this pod.",
	.synopsis = "[EAL ARGUMENTS --] [OPTIONS]",
	.about =
		"The EAL arguments are derived from the pod file and from what the kernel grants; those\n"
		"given by hand win. Ports are numbered as the pod file lists them, else as DPDK does, and\n"
		"0 is paired with 1, 2 with 3, a last odd one with itself. Frames leave with the destination\n"
		"02:00:00:00:00:<port> and the port's own address as their source.\n",
	.options = {table},
	.after = "Exit status: 0 stopped by a signal or by --duration, 1 failure, 2 usage.\n",
};

char *options_help(void)
{
	return cli_help(&l2fwd_cli);
}

/* The option an argument names, and its value after '=' if there is one. */
static const struct cli_option *find_own(const char *arg, const char **ret_value)
{
	*ret_value = NULL;
	if (strcmp(arg, "-h") == 0)
		arg = "--help";
	if (strncmp(arg, "--", 2) != 0)
		return NULL;
	arg += 2;
	size_t len = strcspn(arg, "=");
	const struct cli_option *o = cli_find(&l2fwd_cli, arg, len);

	if (o && arg[len] == '=')
		*ret_value = arg + len + 1;
	return o;
}

static int parse_own(int argc, char **argv, struct options *o, struct err *e)
{
	for (int i = 0; i < argc; i++) {
		const char *value;
		const struct cli_option *row = find_own(argv[i], &value);
		int r;

		if (row == NULL) {
			r = err_set(e, ERR_CONFIG, EINVAL, "%s '%s'",
				argv[i][0] == '-' ? "unknown option" : "unexpected argument",
				argv[i]);
			err_remedy(e,
				"dpdk-pod-l2fwd --help lists the options; EAL arguments go before '--'");
			return r;
		}
		if (row->arg == NULL && value != NULL)
			return err_set(e, ERR_CONFIG, EINVAL, "--%s takes no value", row->name);
		if (row->arg != NULL && value == NULL) {
			if (i + 1 == argc)
				return err_set(e, ERR_CONFIG, EINVAL, "--%s needs a value: %s",
					row->name, row->arg);
			value = argv[++i];
		}
		r = setters[row->id - CLI_LONG](o, value, e);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Without "--": where the own options begin, argc for "it is all EAL's". The first argument
 * decides; an own option among EAL's is a forgotten "--". */
static int split_without_dashes(int argc, char **argv, int *ret, struct err *e)
{
	const char *value;
	int r;

	if (argc < 2 || find_own(argv[1], &value) != NULL) {
		*ret = 1;
		return 0;
	}
	for (int i = 2; i < argc; i++) {
		if (find_own(argv[i], &value) == NULL)
			continue;
		r = err_set(e, ERR_CONFIG, EINVAL,
			"'%s' is an option of dpdk-pod-l2fwd, '%s' is not", argv[i], argv[1]);
		err_remedy(e, "EAL arguments, then '--', then the program's own options");
		return r;
	}
	*ret = argc;
	return 0;
}

int options_parse(int argc, char **argv, struct options *ret, struct err *e)
{
	struct options o = {
		.period_ms = OPTIONS_PERIOD_AUTO,
		.burst = 64,
		.rxd = 1024,
		.txd = 1024,
		.mac_updating = true,
		.promisc = true,
		.idle = IDLE_SLEEP,
		.netdev_pmd = DPDKPOD_PMD_AUTO,
	};
	auto_free char **eal = NULL;
	int own, n_eal, r;

	for (own = 1; own < argc && strcmp(argv[own], "--") != 0; own++)
		;
	n_eal = own - 1;
	if (own < argc) {
		own++;
	} else {
		r = split_without_dashes(argc, argv, &own, e);
		if (r < 0)
			return r;
		n_eal = own == argc && argc > 1 ? argc - 1 : 0;
	}
	r = own < argc ? parse_own(argc - own, argv + own, &o, e) : 0;
	if (r < 0)
		return r;
	eal = calloc((size_t)n_eal + 1, sizeof(*eal));
	if (eal == NULL)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "command line");
	for (int i = 0; i < n_eal; i++)
		eal[i] = argv[1 + i];
	o.eal_argv = steal_ptr(eal);
	o.eal_argc = n_eal;
	*ret = o;
	return 0;
}

void options_free(struct options *o)
{
	free(o->eal_argv);
	o->eal_argv = NULL;
}
