/* SPDX-License-Identifier: Apache-2.0 */
/* What is locked, and how much may be. VFIO counts what it maps as locked; other pinning is apart.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "live.h"
#include "mem.h"
#include "process.h"

static int64_t kilobytes(const char *status, const char *name)
{
	char value[64];
	int64_t kb;

	if (!process_status_value(status, name, value, sizeof(value)) ||
		sscanf(value, "%" SCNd64, &kb) != 1)
		return 0;
	return kb * 1024;
}

static int has_ipc_lock(const char *status)
{
	char value[64];

	return process_status_value(status, "CapEff", value, sizeof(value)) &&
		(strtoull(value, NULL, 16) >> FACTS_CAP_IPC_LOCK & 1);
}

int live_locked(int root, struct live *l, struct err *e)
{
	auto_free char *status = NULL;
	pid_t pid = (pid_t)l->pid;
	uint64_t limit = 0;
	int r = process_read(root, pid, "status", &status, NULL);

	if (r == 0)
		r = process_memlock(root, pid, &limit);
	if (r < 0)
		return err_sys(e, ERR_IO, -r, "process %d: its locked memory", (int)pid);
	l->locked.locked = kilobytes(status, "VmLck");
	l->locked.pinned = kilobytes(status, "VmPin");
	l->locked.limit = limit == PROCESS_UNLIMITED ? CODEC_ABSENT : (int64_t)limit;
	l->locked.ipc_lock = has_ipc_lock(status);
	return 0;
}
