/* SPDX-License-Identifier: Apache-2.0 */
/* One table of options serves parsing, telling own options from EAL's, and the usage text. */
#include "options.h"

#include <errno.h>
#include <string.h>

#include "mem.h"

#define DAY_MS (24 * 3600 * 1000u)

typedef int (*option_set)(struct options *o, const char *value, struct err *e);

struct option_row {
	const char *name;
	const char *arg; /* NULL: takes none */
	option_set set;
	const char *help;
};

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

static const struct option_row rows[] = {
	{"portmap", "(A,B)(C,D)", set_portmap,
		"pairs, by interface name or port number; (A,A) sends back"},
	{"no-mac-updating", NULL, set_no_mac, "leave both MAC addresses as they are"},
	{"no-promisc", NULL, set_no_promisc, "do not make the ports promiscuous"},
	{"json", NULL, set_json, "statistics as a JSON line per period, and a final one"},
	{"period", "SECONDS", set_period,
		"between statistics; 0: only the final ones (1 on a terminal, else 10)"},
	{"duration", "SECONDS", set_duration, "stop after that time; 0: run until a signal (0)"},
	{"idle", "sleep|poll", set_idle,
		"without traffic: naps of up to 1 ms, or all of the CPU (sleep)"},
	{"burst", "N", set_burst, "packets taken at a time, 1 to 256 (64)"},
	{"rxd", "N", set_rxd, "receive descriptors of a port (1024)"},
	{"txd", "N", set_txd, "transmit descriptors of a port (1024)"},
	{"netdev-pmd", "NAME", set_netdev_pmd,
		"driver of kernel interfaces: af_packet, pcap, af_xdp (auto)"},
	{"pod-file", "PATH", set_pod_file, "($DPDK_POD_FILE, else " DPDKPOD_DEFAULT_FILE ")"},
	{"help", NULL, set_help, "this text"},
	{"version", NULL, set_version, "versions of the program and of DPDK"},
};

void options_usage(FILE *out)
{
	(void)fputs(
		"usage: dpdk-pod-l2fwd [EAL ARGUMENTS --] [OPTIONS]\n\n"
		"Forwards Ethernet frames between the interfaces of this pod. The EAL arguments are\n"
		"derived from the pod file and from what the kernel grants; those given by hand win.\n"
		"Ports are numbered as the pod file lists them, else as DPDK does, and 0 is paired\n"
		"with 1, 2 with 3, a last odd one with itself. Frames leave with the destination\n"
		"02:00:00:00:00:<port> and the port's own address as their source.\n\n",
		out);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char left[40];

		(void)snprintf(left, sizeof(left), "--%s%s%s", rows[i].name, rows[i].arg ? " " : "",
			rows[i].arg ? rows[i].arg : "");
		(void)fprintf(out, "  %-24s %s\n", left, rows[i].help);
	}
	(void)fputs("\nExit status: 0 stopped by a signal or by --duration, 1 failure, 2 usage.\n",
		out);
}

/* The row an argument names, and its value after '=' if there is one. */
static const struct option_row *find_row(const char *arg, const char **ret_value)
{
	size_t len;

	*ret_value = NULL;
	if (strcmp(arg, "-h") == 0)
		arg = "--help";
	if (strncmp(arg, "--", 2) != 0)
		return NULL;
	arg += 2;
	len = strcspn(arg, "=");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (strncmp(rows[i].name, arg, len) == 0 && rows[i].name[len] == '\0') {
			if (arg[len] == '=')
				*ret_value = arg + len + 1;
			return &rows[i];
		}
	}
	return NULL;
}

static int parse_own(int argc, char **argv, struct options *o, struct err *e)
{
	for (int i = 0; i < argc; i++) {
		const char *value;
		const struct option_row *row = find_row(argv[i], &value);
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
		r = row->set(o, value, e);
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

	if (argc < 2 || find_row(argv[1], &value) != NULL) {
		*ret = 1;
		return 0;
	}
	for (int i = 2; i < argc; i++) {
		if (find_row(argv[i], &value) == NULL)
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
