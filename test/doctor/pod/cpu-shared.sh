#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A container in the node's shared pool, by the pod file.
. "$(dirname "$0")/../in-a-pod.sh"

AS=(env DPDK_POD_CONTAINER=main)
pod_file '.containers = {main: {cpus: "0", exclusive: true}}'
silent
pod_file '.containers = {main: {cpus: "0", exclusive: false}}'
finds warning 'not exclusive, container main' 'requests equal to limits.*cpuManagerPolicy: static'
t_done
