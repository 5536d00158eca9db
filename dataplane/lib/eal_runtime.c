/* SPDX-License-Identifier: Apache-2.0 */
/* Where EAL writes besides memory: its runtime directory, which a read-only root takes away. */
#include "eal_parts.h"

void eal_runtime(struct eal *b)
{
	const char *dir = eal_runtime_dir(b)->dir;

	if (eal_runtime_dir(b)->writable)
		return;
	/* --in-memory implies it. */
	if (!eal_added(b, EAL_IN_MEMORY) && !eal_find(b, EAL_IN_MEMORY))
		(void)eal_add(b, EAL_NO_SHCONF, NULL,
			"%s is not writable: no file for other processes", dir);
	(void)eal_add(b, EAL_NO_TELEMETRY, NULL, "%s is not writable: no telemetry socket", dir);
	if (eal_find(b, EAL_PROC_TYPE))
		eal_note(b,
			"%s is not writable, and processes that share memory meet there: mount an emptyDir, "
			"or point RUNTIME_DIRECTORY at a writable directory (DPDK 22.11)",
			dir);
}
