/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POD_SHOW_LIVE_H
#define POD_SHOW_LIVE_H

#include <dpdkpod/dpdkpod.h>
#include <stdbool.h>
#include <sys/types.h>

/* dpdk-pod show --live PID: the exit status. pod may be NULL. */
int show_live(const struct dpdkpod_facts *f, const struct dpdkpod *pod, pid_t pid, bool json);

#endif
