#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A container that is not in the pod file, and one that cannot know which it is, for real.
. "$(dirname "$0")/../in-a-pod.sh"

pod_file '.containers = {main: {cpus: "0"}, side: {cpus: "0"}}'
silent
AS=(env DPDK_POD_CONTAINER=main)
silent
AS=(env DPDK_POD_CONTAINER=other)
finds warning 'DPDK_POD_CONTAINER: other' 'DPDK_POD_CONTAINER'
AS=()
pod_file '.containers = {main: {cpus: "0"}, side: {cpus: "0"}}
	| .interfaces = [{name: "net1", mode: "netdev", container: "side"}]'
finds warning "net1 is container side's" 'DPDK_POD_CONTAINER'
AS=(env DPDK_POD_CONTAINER=main)
silent
t_done
