#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The default profile keeps pods from asking for the node of their memory.
. "$(dirname "$0")/../on-a-node.sh"

silent
kubelet 'seccompDefault: false'
silent
kubelet 'seccompDefault: true'
finds warning 'seccompDefault is true' 'dpdk-pod run .*SYS_NICE'
t_done
