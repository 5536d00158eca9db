#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the kubelet remembers is of another policy.
. "$(dirname "$0")/../on-a-node.sh"

silent
kubelet 'cpuManagerPolicy: static
memoryManagerPolicy: Static'
dir=/var/lib/kubelet
echo '{"policyName":"static","defaultCpuSet":"0,2-12","entries":{},"checksum":1}' >$dir/cpu_manager_state
echo '{"policyName":"Static","machineState":{},"entries":{},"checksum":1}' >$dir/memory_manager_state
silent
echo '{"policyName":"none","defaultCpuSet":"","checksum":1}' >$dir/cpu_manager_state
finds error 'cpu_manager_state: it is of the policy none, and cpuManagerPolicy is static' 'rm /var/lib/kubelet/cpu_manager_state'
echo '{"policyName":"static' >$dir/cpu_manager_state
finds error 'cpu_manager_state: line 1' 'drain .*rm /var/lib/kubelet/cpu_manager_state'
rm $dir/cpu_manager_state
kubelet 'cpuManagerPolicy: static'
finds error 'memory_manager_state: it is of the policy Static' 'rm /var/lib/kubelet/memory_manager_state'
t_done
