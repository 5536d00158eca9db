/* SPDX-License-Identifier: Apache-2.0 */
/* What is locked, and how much may be. VFIO counts what it maps as locked; other pinning is apart.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "live.h"
#include "mem.h"

#define CAP (64u << 10)

static int64_t kilobytes(const char *status, const char *name)
{
	char value[64];
	int64_t kb;

	if (!process_status_value(status, name, value, sizeof(value)) ||
		sscanf(value, "%" SCNd64, &kb) != 1)
		return 0;
	return kb * 1024;
}

/* "Max locked memory         8388608              8388608              bytes" */
static int64_t locked_limit(const char *limits)
{
	const char *line = strstr(limits, "Max locked memory ");
	int64_t soft;

	if (!line || sscanf(line + strlen("Max locked memory"), "%" SCNd64, &soft) != 1)
		return CODEC_ABSENT;
	return soft;
}

static int has_ipc_lock(const char *status)
{
	char value[64];

	return process_status_value(status, "CapEff", value, sizeof(value)) &&
		(strtoull(value, NULL, 16) >> FACTS_CAP_IPC_LOCK & 1);
}

int live_locked(int root, struct live *l, struct err *e)
{
	auto_free char *status = NULL, *limits = NULL;
	char path[64];
	int r;

	(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)l->pid);
	r = file_read(root, path, FILE_IN_ROOT, CAP, &status, NULL);
	if (r == 0) {
		(void)snprintf(path, sizeof(path), "/proc/%d/limits", (int)l->pid);
		r = file_read(root, path, FILE_IN_ROOT, CAP, &limits, NULL);
	}
	if (r < 0)
		return err_sys(e, ERR_IO, -r, "%s", path);
	l->locked.locked = kilobytes(status, "VmLck");
	l->locked.pinned = kilobytes(status, "VmPin");
	l->locked.limit = locked_limit(limits);
	l->locked.ipc_lock = has_ipc_lock(status);
	return 0;
}
