#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Sums of reserved memory that do not add up, or no Memory Manager on a machine with nodes.
. "$(dirname "$0")/../on-a-node.sh"

nodes 2
silent
base='memoryManagerPolicy: Static
kubeReserved: {cpu: "1", memory: 1Gi}
systemReserved: {memory: 500Mi}'
kubelet "$base
reservedMemory:
- numaNode: 0
  limits: {memory: 1Gi}
- numaNode: 1
  limits: {memory: 600Mi}"
silent
kubelet "$base
reservedMemory:
- numaNode: 0
  limits: {memory: 1Gi}
- numaNode: 1
  limits: {memory: 500Mi}"
finds error 'holds 1524Mi of memory .* evictionHard is 1624Mi' 'raise memory by 100Mi'
kubelet "$base
evictionHard: {memory.available: 10%, nodefs.available: 5%}
reservedMemory: [{numaNode: 0, limits: {memory: 1524Mi}}]"
says /proc/meminfo 'MemTotal:       10240000 kB'
finds error 'holds 1524Mi' 'raise memory by 1000Mi'
kubelet "$base
evictionHard: {nodefs.available: 5%}
reservedMemory: [{numaNode: 0, limits: {memory: 1524Mi}}]"
silent # a given threshold without memory is none
kubelet "$base
reservedMemory: [{numaNode: 0, limits: {memory: 1624Mi, hugepages-1Gi: 2Gi}}]"
finds error 'holds 2Gi of hugepages-1Gi' 'lower hugepages-1Gi by 2Gi'
kubelet "$base
reservedMemory: [{numaNode: 5, limits: {memory: 1624Mi}}]"
finds error 'names NUMA node 5' 'remove it'
kubelet "$base"
finds error 'Static, without reservedMemory' 'limits: \{memory: 1624Mi\}'
kubelet "$base
reservedMemory: [{numaNode: 0, limits: {memory: lots}}]"
finds error 'memory "lots" is not a quantity' '1Gi'
running_kubelet --memory-manager-policy=Static --kube-reserved=cpu=1,memory=1Gi --eviction-hard='memory.available<200Mi' \
	'--reserved-memory=0:memory=1Gi;1:memory=200Mi'
kubelet 'kind: KubeletConfiguration'
silent
kubelet 'kind: KubeletConfiguration'
ends "$KUBELET"
finds warning 'memoryManagerPolicy is None, on a machine with 2 NUMA nodes' 'memoryManagerPolicy: Static'
umount /sys/devices/system/node
nodes 1
silent
t_done
