#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A hyperthread that is another's: a recorded topology.
. "$(dirname "$0")/../in-a-pod.sh"

list=/sys/devices/system/cpu/cpu0/topology/thread_siblings_list
[ -e $list ] || t_skip_all 'no topology here'
sibling() {
	echo "$1" >/run/siblings
	mountpoint -q $list || mount --bind /run/siblings $list
}
AS=(taskset -c 0)
sibling 0
silent
sibling 0,777
finds warning 'CPUs 0: their hyperthread siblings 777 belong to others' 'full-pcpus-only'
pod_file '.containers = {main: {cpus: "0", exclusive: false}}'
AS=(env DPDK_POD_CONTAINER=main taskset -c 0)
silent
t_done
