#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A pod file of a newer major version, for real.
. "$(dirname "$0")/../in-a-pod.sh"

pod_file '.version = "1.9"'
silent
pod_file '.version = "2.0"'
finds error '2\.0' 'same release as the dpdk-cni plugin'
t_done
