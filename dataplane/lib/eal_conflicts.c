/* SPDX-License-Identifier: Apache-2.0 */
/* What the user gives wins: the one place that says over what. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "eal_conflicts.h"
#include "mem.h"
#include "pciaddr.h"

enum scope {
	ALWAYS,
	SAME_DEVICE, /* only where both name the same device or interface */
};

static const struct {
	enum eal_id given, derived;
	enum scope scope;
} conflicts[] = {
	{EAL_LCORES, EAL_LCORES, ALWAYS},
	{EAL_CORELIST, EAL_LCORES, ALWAYS},
	{EAL_COREMASK, EAL_LCORES, ALWAYS},
	{EAL_REMAP, EAL_LCORES, ALWAYS}, /* it numbers them itself, from the affinity */
	{EAL_LCORES, EAL_CORELIST, ALWAYS},
	{EAL_CORELIST, EAL_CORELIST, ALWAYS},
	{EAL_COREMASK, EAL_CORELIST, ALWAYS},
	{EAL_REMAP, EAL_CORELIST, ALWAYS},
	{EAL_LCORES, EAL_COREMASK, ALWAYS},
	{EAL_CORELIST, EAL_COREMASK, ALWAYS},
	{EAL_COREMASK, EAL_COREMASK, ALWAYS},
	{EAL_REMAP, EAL_COREMASK, ALWAYS},

	{EAL_ALLOW, EAL_ALLOW, SAME_DEVICE},
	{EAL_BLOCK, EAL_ALLOW, ALWAYS}, /* EAL takes -a or -b, not both */
	{EAL_NO_PCI, EAL_ALLOW, ALWAYS},
	{EAL_ALLOW, EAL_NO_PCI, ALWAYS},
	{EAL_BLOCK, EAL_NO_PCI, ALWAYS},
	{EAL_NO_PCI, EAL_NO_PCI, ALWAYS},
	{EAL_VDEV, EAL_VDEV, SAME_DEVICE},

	{EAL_MEGABYTES, EAL_MEGABYTES, ALWAYS},
	{EAL_MEGABYTES, EAL_SOCKET_MEM, ALWAYS},
	{EAL_SOCKET_MEM, EAL_SOCKET_MEM, ALWAYS},
	{EAL_SOCKET_MEM, EAL_MEGABYTES, ALWAYS},
	{EAL_SOCKET_MEM, EAL_NO_HUGE, ALWAYS},
	{EAL_SOCKET_LIMIT, EAL_SOCKET_LIMIT, ALWAYS},
	/* A limit below what is derived to start with is an error of EAL. */
	{EAL_SOCKET_LIMIT, EAL_SOCKET_MEM, ALWAYS},
	/* More than the derived limit would be refused. */
	{EAL_MEGABYTES, EAL_SOCKET_LIMIT, ALWAYS},
	{EAL_SOCKET_MEM, EAL_SOCKET_LIMIT, ALWAYS},

	{EAL_NO_HUGE, EAL_NO_HUGE, ALWAYS},
	{EAL_NO_HUGE, EAL_SOCKET_MEM, ALWAYS},
	{EAL_NO_HUGE, EAL_SOCKET_LIMIT, ALWAYS},
	{EAL_NO_HUGE, EAL_IN_MEMORY, ALWAYS}, /* --no-huge implies --legacy-mem */
	{EAL_NO_HUGE, EAL_LEGACY_MEM, ALWAYS},
	{EAL_NO_HUGE, EAL_HUGE_DIR, ALWAYS},
	{EAL_NO_HUGE, EAL_HUGE_UNLINK, ALWAYS},
	{EAL_NO_HUGE, EAL_SINGLE_FILE, ALWAYS},

	{EAL_IN_MEMORY, EAL_IN_MEMORY, ALWAYS},
	{EAL_IN_MEMORY, EAL_NO_HUGE, ALWAYS},
	{EAL_IN_MEMORY, EAL_LEGACY_MEM, ALWAYS},
	{EAL_IN_MEMORY, EAL_HUGE_DIR, ALWAYS},
	{EAL_IN_MEMORY, EAL_HUGE_UNLINK, ALWAYS},
	{EAL_IN_MEMORY, EAL_FILE_PREFIX, ALWAYS},

	{EAL_HUGE_DIR, EAL_HUGE_DIR, ALWAYS},
	{EAL_HUGE_DIR, EAL_IN_MEMORY, ALWAYS},
	{EAL_HUGE_DIR, EAL_NO_HUGE, ALWAYS},
	{EAL_HUGE_UNLINK, EAL_HUGE_UNLINK, ALWAYS},
	{EAL_HUGE_UNLINK, EAL_IN_MEMORY, ALWAYS},
	{EAL_HUGE_UNLINK, EAL_NO_HUGE, ALWAYS},
	{EAL_HUGE_UNLINK, EAL_SINGLE_FILE, ALWAYS},
	{EAL_FILE_PREFIX, EAL_FILE_PREFIX, ALWAYS},
	{EAL_SINGLE_FILE, EAL_SINGLE_FILE, ALWAYS},
	{EAL_SINGLE_FILE, EAL_HUGE_UNLINK, ALWAYS},

	{EAL_LEGACY_MEM, EAL_LEGACY_MEM, ALWAYS},
	{EAL_LEGACY_MEM, EAL_IN_MEMORY, ALWAYS},
	{EAL_LEGACY_MEM, EAL_SOCKET_LIMIT, ALWAYS},
	{EAL_MATCH_ALLOC, EAL_NO_HUGE, ALWAYS},
	{EAL_MATCH_ALLOC, EAL_LEGACY_MEM, ALWAYS},
	{EAL_WORKER_STACK, EAL_NO_HUGE, ALWAYS},

	/* Processes that share memory find each other by files of a common name. */
	{EAL_PROC_TYPE, EAL_IN_MEMORY, ALWAYS},
	{EAL_PROC_TYPE, EAL_HUGE_UNLINK, ALWAYS},
	{EAL_PROC_TYPE, EAL_FILE_PREFIX, ALWAYS},
	{EAL_PROC_TYPE, EAL_NO_SHCONF, ALWAYS},

	{EAL_NO_SHCONF, EAL_NO_SHCONF, ALWAYS},
	{EAL_TELEMETRY, EAL_NO_TELEMETRY, ALWAYS},
	{EAL_NO_TELEMETRY, EAL_NO_TELEMETRY, ALWAYS},
	{EAL_IOVA_MODE, EAL_IOVA_MODE, ALWAYS},
	{EAL_VF_TOKEN, EAL_VF_TOKEN, ALWAYS},
};

/* The part of a device's text before its arguments. */
static size_t name_len(const char *device)
{
	return strcspn(device, ",");
}

static bool same_pci(const char *a, const char *b)
{
	char buf[2][64];
	struct pciaddr addr[2];
	const char *text[2] = {a, b};

	for (int i = 0; i < 2; i++) {
		const char *p = strncmp(text[i], "pci:", 4) == 0 ? text[i] + 4 : text[i];

		(void)snprintf(buf[i], sizeof(buf[i]), "%.*s", (int)name_len(p), p);
		if (pciaddr_parse(buf[i], &addr[i], NULL) < 0)
			return false;
	}
	return addr[0].domain == addr[1].domain && addr[0].bus == addr[1].bus &&
		addr[0].dev == addr[1].dev && addr[0].fn == addr[1].fn;
}

/* The value of iface= in a vdev's arguments, its length in *ret_len; NULL: none. */
static const char *iface_of(const char *device, size_t *ret_len)
{
	const char *p = strstr(device, ",iface=");

	if (!p)
		return NULL;
	p += strlen(",iface=");
	*ret_len = strcspn(p, ",");
	return p;
}

/* Two vdevs are one if they have one name, or drive one interface. */
static bool same_vdev(const char *a, const char *b)
{
	size_t n = name_len(a), x = 0, y = 0;

	if (n == name_len(b) && strncmp(a, b, n) == 0)
		return true;
	const char *i = iface_of(a, &x), *j = iface_of(b, &y);

	return i && j && x == y && strncmp(i, j, x) == 0;
}

static bool gives_way(const struct eal_given *given, enum eal_id id, const char *value)
{
	for (size_t c = 0; c < ARRAY_SIZE(conflicts); c++) {
		if (conflicts[c].given != given->id || conflicts[c].derived != id)
			continue;
		if (conflicts[c].scope == ALWAYS)
			return true;
		if (given->value && value &&
			(id == EAL_VDEV ? same_vdev(given->value, value)
					: same_pci(given->value, value)))
			return true;
	}
	return false;
}

struct eal_given *eal_conflict_among(struct eal_given *given, size_t n, enum eal_id id,
	const char *value)
{
	for (size_t i = 0; i < n; i++)
		if (gives_way(&given[i], id, value))
			return &given[i];
	return NULL;
}
