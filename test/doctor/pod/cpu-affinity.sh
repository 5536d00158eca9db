#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# An affinity narrower than the cpuset, for real: taskset, as by a CPUAffinity of systemd.
. "$(dirname "$0")/../in-a-pod.sh"

[ "$(nproc --all)" -gt 1 ] || t_skip_all 'one CPU'
silent
AS=(taskset -c 0)
finds warning 'cpuset is 0-.*affinity of this process only 0' 'taskset -c 0-'
AS=(without_cgroups)
finds note 'cpuset cannot be seen' ''
t_done
