/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "eal_options.h"

/* Ends with neither letter nor name. */
static const struct eal_option eal_options[] = {
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

/* EAL uses getopt_long, which takes every unambiguous beginning of a name. */
const struct eal_option *eal_option_named(const char *text, size_t len)
{
	const struct eal_option *found = NULL;

	for (const struct eal_option *o = eal_options; o->name || o->letter; o++) {
		if (!o->name || strncmp(o->name, text, len) != 0)
			continue;
		if (o->name[len] == '\0')
			return o;
		if (found)
			return NULL;
		found = o;
	}
	return found;
}

const struct eal_option *eal_option_of_letter(char letter)
{
	for (const struct eal_option *o = eal_options; o->name || o->letter; o++)
		if (o->letter && o->letter == letter)
			return o;
	return NULL;
}
