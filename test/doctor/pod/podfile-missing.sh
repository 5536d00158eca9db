#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# No pod file, for real.
. "$(dirname "$0")/../in-a-pod.sh"

pod_file
silent
rm /run/dpdk-pod/pod.json
finds warning '/run/dpdk-pod/pod.json: .*No such file' 'emptyDir volume "dpdk-pod"'
finds warning '/nowhere: .*No such file' 'DPDK_POD_FILE' --pod-file /nowhere
t_done
