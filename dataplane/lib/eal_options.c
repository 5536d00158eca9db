/* SPDX-License-Identifier: Apache-2.0 */
/* EAL's command line: which options there are, and what of it the user gave. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "eal.h"
#include "mem.h"

const struct eal_option eal_options[] = {
	{EAL_LCORES, 0, "lcores", VALUE_REQUIRED, false},
	{EAL_CORELIST, 'l', NULL, VALUE_REQUIRED, false},
	{EAL_COREMASK, 'c', "coremask", VALUE_REQUIRED, false},
	{EAL_REMAP, 'R', "remap-lcore-ids", VALUE_OPTIONAL, false}, /* 25.11 and newer */
	{EAL_ALLOW, 'a', "allow", VALUE_REQUIRED, false},
	{EAL_ALLOW, 'w', "pci-whitelist", VALUE_REQUIRED, false}, /* before 20.11 */
	{EAL_BLOCK, 'b', "block", VALUE_REQUIRED, false},
	{EAL_BLOCK, 0, "pci-blacklist", VALUE_REQUIRED, false},
	{EAL_VDEV, 0, "vdev", VALUE_REQUIRED, false},
	{EAL_NO_PCI, 0, "no-pci", VALUE_NONE, false},
	{EAL_MEGABYTES, 'm', "memory-size", VALUE_REQUIRED, false},
	{EAL_SOCKET_MEM, 0, "socket-mem", VALUE_REQUIRED, false},
	{EAL_SOCKET_MEM, 0, "numa-mem", VALUE_REQUIRED, false}, /* 25.07 and newer */
	{EAL_SOCKET_LIMIT, 0, "socket-limit", VALUE_REQUIRED, false},
	{EAL_SOCKET_LIMIT, 0, "numa-limit", VALUE_REQUIRED, false},
	{EAL_IN_MEMORY, 0, "in-memory", VALUE_NONE, false},
	{EAL_HUGE_DIR, 0, "huge-dir", VALUE_REQUIRED, false},
	{EAL_HUGE_UNLINK, 0, "huge-unlink", VALUE_OPTIONAL, true},
	{EAL_FILE_PREFIX, 0, "file-prefix", VALUE_REQUIRED, false},
	{EAL_SINGLE_FILE, 0, "single-file-segments", VALUE_NONE, false},
	{EAL_NO_HUGE, 0, "no-huge", VALUE_NONE, false},
	{EAL_LEGACY_MEM, 0, "legacy-mem", VALUE_NONE, false},
	{EAL_MATCH_ALLOC, 0, "match-allocations", VALUE_NONE, false},
	{EAL_WORKER_STACK, 0, "huge-worker-stack", VALUE_OPTIONAL, true},
	{EAL_PROC_TYPE, 0, "proc-type", VALUE_REQUIRED, false},
	{EAL_NO_SHCONF, 0, "no-shconf", VALUE_NONE, false},
	{EAL_TELEMETRY, 0, "telemetry", VALUE_NONE, false},
	{EAL_NO_TELEMETRY, 0, "no-telemetry", VALUE_NONE, false},
	{EAL_IOVA_MODE, 0, "iova-mode", VALUE_REQUIRED, true},
	{EAL_VF_TOKEN, 0, "vfio-vf-token", VALUE_REQUIRED, false},
	{EAL_OTHER, 'A', "no-auto-probing", VALUE_NONE, false}, /* 26.07 and newer */
	{EAL_OTHER, 0, "auto-probing", VALUE_NONE, false},
	{EAL_OTHER, 'd', "driver-path", VALUE_REQUIRED, false},
	{EAL_OTHER, 'h', "help", VALUE_NONE, false},
	{EAL_OTHER, 'n', "memory-channels", VALUE_REQUIRED, false},
	{EAL_OTHER, 'r', "memory-ranks", VALUE_REQUIRED, false},
	{EAL_OTHER, 's', "service-coremask", VALUE_REQUIRED, false},
	{EAL_OTHER, 'S', "service-corelist", VALUE_REQUIRED, false},
	{EAL_OTHER, 'v', "version", VALUE_NONE, false},
	{EAL_OTHER, 0, "base-virtaddr", VALUE_REQUIRED, false},
	{EAL_OTHER, 0, "create-uio-dev", VALUE_NONE, false},
	{EAL_OTHER, 0, "force-max-simd-bitwidth", VALUE_REQUIRED, false},
	{EAL_OTHER, 0, "log-color", VALUE_OPTIONAL, false},
	{EAL_OTHER, 0, "log-level", VALUE_REQUIRED, false},
	{EAL_OTHER, 0, "log-timestamp", VALUE_OPTIONAL, false},
	{EAL_OTHER, 0, "main-lcore", VALUE_REQUIRED, false},
	{EAL_OTHER, 0, "mbuf-pool-ops-name", VALUE_REQUIRED, false},
	{EAL_OTHER, 0, "no-hpet", VALUE_NONE, false},
	{EAL_OTHER, 0, "pagesz-mem", VALUE_REQUIRED, false}, /* 26.07 and newer */
	{EAL_OTHER, 0, "syslog", VALUE_OPTIONAL, false},
	{EAL_OTHER, 0, "trace", VALUE_REQUIRED, false},
	{EAL_OTHER, 0, "trace-bufsz", VALUE_REQUIRED, false},
	{EAL_OTHER, 0, "trace-dir", VALUE_REQUIRED, false},
	{EAL_OTHER, 0, "trace-mode", VALUE_REQUIRED, false},
	{EAL_OTHER, 0, "vfio-intr", VALUE_REQUIRED, false},
	{EAL_OTHER, 0, "vmware-tsc-map", VALUE_NONE, false},
	{EAL_OTHER, 0, NULL, VALUE_NONE, false},
};

const struct eal_option *eal_option(enum eal_id id)
{
	const struct eal_option *o = eal_options;

	while (o->id != id)
		o++;
	return o;
}

/* getopt_long takes every unambiguous beginning of a name, so EAL does. */
static const struct eal_option *find_long(const char *text, size_t n)
{
	const struct eal_option *found = NULL;

	for (const struct eal_option *o = eal_options; o->name || o->letter; o++) {
		if (!o->name || strncmp(o->name, text, n) != 0)
			continue;
		if (o->name[n] == '\0')
			return o;
		if (found)
			return NULL;
		found = o;
	}
	return found;
}

static const struct eal_option *find_letter(char letter)
{
	for (const struct eal_option *o = eal_options; o->name || o->letter; o++)
		if (o->letter && o->letter == letter)
			return o;
	return NULL;
}

static int add_given(struct eal *b, enum eal_id id, const char *value, size_t first, size_t count)
{
	struct eal_given *more = mem_more(b->given, b->n_given);

	if (!more)
		return -ENOMEM;
	*more = (struct eal_given){.id = id, .first = first, .count = count};
	if (value && !(more->value = strdup(value)))
		return -ENOMEM;
	b->n_given++;
	return 0;
}

/* "--name", "--name=value", "--name value"; returns how many elements it takes. */
static int scan_long(struct eal *b, char *const *argv, size_t at)
{
	const char *text = argv[at] + 2, *equals = strchr(text, '=');
	const struct eal_option *o = find_long(text,
		equals ? (size_t)(equals - text) : strlen(text));
	const char *value = equals ? equals + 1 : NULL;
	int count = 1;

	if (!o)
		return 1;
	if (o->value == VALUE_REQUIRED && !value && argv[at + 1]) {
		value = argv[at + 1];
		count = 2;
	}
	int r = add_given(b, o->id, value, at, (size_t)count);

	return r < 0 ? r : count;
}

/* "-a value", "-avalue", and letters without a value in one cluster: "-vl 0-3". */
static int scan_short(struct eal *b, char *const *argv, size_t at)
{
	for (const char *p = argv[at] + 1; *p; p++) {
		const struct eal_option *o = find_letter(*p);
		bool takes = o && o->value == VALUE_REQUIRED;
		const char *value = takes ? (p[1] ? p + 1 : argv[at + 1]) : NULL;
		int count = takes && !p[1] && value ? 2 : 1;
		int r = o ? add_given(b, o->id, value, at, (size_t)count) : 0;

		if (r < 0)
			return r;
		if (takes)
			return count;
	}
	return 1;
}

int eal_scan_user(struct eal *b, char *const *argv, struct err *e)
{
	/* getopt permutes: a word that is no option does not end them, only "--" does. */
	for (size_t at = 0; argv && argv[at] && strcmp(argv[at], "--") != 0;) {
		int r = 1;

		if (strncmp(argv[at], "--", 2) == 0)
			r = scan_long(b, argv, at);
		else if (argv[at][0] == '-' && argv[at][1])
			r = scan_short(b, argv, at);
		if (r < 0)
			return err_sys(e, ERR_INTERNAL, -r, "EAL arguments");
		at += (size_t)r;
	}
	return 0;
}

const struct eal_given *eal_find(const struct eal *b, enum eal_id id)
{
	for (size_t i = 0; i < b->n_given; i++)
		if (b->given[i].id == id)
			return &b->given[i];
	return NULL;
}
