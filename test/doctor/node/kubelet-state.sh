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
# As a kubelet 1.36 wrote it, but for the pages, which somebody changed since.
nodes 1
pages 0 2048 516
kubelet 'memoryManagerPolicy: Static'
echo '{"policyName":"Static","machineState":{"0":{"numberOfAssignments":2,"memoryMap":{"hugepages-2Mi":{"total":1082130432,
	"systemReserved":0,"allocatable":1082130432,"reserved":268435456,"free":813694976},"memory":{"total":21703634944}},
	"cells":[0]}},"entries":{},"checksum":1761776597}' >$dir/memory_manager_state
silent
pages 0 2048 512
finds error 'NUMA node 0 had 1032 MiB of hugepages-2Mi when the kubelet started, it has 1 GiB now' \
	'drain the node, systemctl stop kubelet, rm /var/lib/kubelet/memory_manager_state, systemctl start kubelet'
# --root-dir moves its state, and only what the running kubelet reads counts.
dir=/srv/kubelet
mkdir -p /srv && empty /srv && mkdir $dir
running_kubelet --root-dir=$dir --config=/var/lib/kubelet/config.yaml
silent
cp "$SOURCE_ROOT/test/unit/cni/kubelet-1.36/memory_manager_state" $dir/
pages 0 2048 512
pages 0 1048576 2
silent
pages 0 2048 300
finds error '/srv/kubelet/memory_manager_state: NUMA node 0 had 1 GiB' 'rm /srv/kubelet/memory_manager_state'
cp "$SOURCE_ROOT/test/unit/cni/kubelet-1.36/cpu_manager_state" $dir/
finds error '/srv/kubelet/cpu_manager_state: it is of the policy static' 'rm /srv/kubelet/cpu_manager_state'
t_done
