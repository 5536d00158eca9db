#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A cpuset that is not what kubelet said: a real control group.
. "$(dirname "$0")/../in-a-pod.sh"

[ "$(nproc --all)" -gt 1 ] || t_skip_all 'one CPU'
new_cgroup cpuset
echo 1 >"$CG/cpuset.cpus"
AS=(in_cgroup)
pod_file '.containers = {main: {cpus: "1"}, side: {cpus: "0"}}'
silent
pod_file '.containers = {main: {cpus: "1"}, side: {cpus: "1"}}'
silent
pod_file '.containers = {main: {cpus: "2-3"}, side: {cpus: "0"}}'
finds warning "kernel grants 1, which is not a container's.*main: 2-3, side: 0" 'delete the pod'
AS=(env DPDK_POD_CONTAINER=main sh -c 'echo 0 >"$0/cgroup.procs" && exec "$@"' "$CG")
finds warning 'gave container main the CPUs 2-3, the kernel grants 1' 'delete the pod'
t_done
