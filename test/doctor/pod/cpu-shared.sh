#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A container in the node's shared pool, by the pod file.
. "$(dirname "$0")/../in-a-pod.sh"

AS=(env DPDK_POD_CONTAINER=main)
pod_file '.containers = {main: {cpus: "0", exclusive: true}}'
silent
pod_file '.containers = {main: {cpus: "0", exclusive: false}}'
finds warning 'not exclusive, container main' 'requests equal to limits.*cpuManagerPolicy: static'
# A container that does not know its name.
AS=()
all=$(taskset -cp $$ | sed 's/.*: //')
pod_file '.containers = {main: {exclusive: false}, side: {exclusive: false}}'
finds warning 'not exclusive, container this one' 'cpuManagerPolicy: static'
pod_file '.containers = {main: {cpus: "4095", exclusive: true}, side: {exclusive: false}}'
finds warning 'not exclusive, container this one' 'cpuManagerPolicy: static'
pod_file ".containers = {main: {cpus: \"$all\", exclusive: true}, side: {exclusive: false}}"
silent
# What the kernel grants outranks a file that is older: as many CPUs as the limit says.
new_cgroup cpu
n=$(nproc)
if [ "$CG_VERSION" = 2 ]; then
	echo "$((n * 100000)) 100000" >"$CG/cpu.max"
else
	echo $((n * 100000)) >"$CG/cpu.cfs_quota_us"
fi
AS=(env DPDK_POD_CONTAINER=main sh -c 'echo 0 >"$0/cgroup.procs" && exec "$@"' "$CG")
pod_file '.containers = {main: {exclusive: false}}'
finds note 'the pod file has container main in .* shared pool, and the kernel grants just as many' 'delete the pod'
t_done
