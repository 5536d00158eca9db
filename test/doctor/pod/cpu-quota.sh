#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A CPU limit below the number of CPUs: a real control group.
. "$(dirname "$0")/../in-a-pod.sh"

new_cgroup cpu
limit() { # THOUSANDTHS
	if [ "$CG_VERSION" = 1 ]; then
		echo $(($1 * 100)) >"$CG/cpu.cfs_quota_us"
	else
		echo "$(($1 * 100)) 100000" >"$CG/cpu.max"
	fi
}
AS=(in_cgroup)
silent
limit $(($(nproc) * 1000))
silent
limit 500
finds warning "$(nproc) of them, and a CPU limit of 0\\.500" 'requests equal to limits'
t_done
