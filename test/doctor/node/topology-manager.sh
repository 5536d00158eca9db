#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# No alignment, on a machine with several NUMA nodes.
. "$(dirname "$0")/../on-a-node.sh"

nodes 2
silent
kubelet 'topologyManagerPolicy: single-numa-node'
silent
kubelet 'topologyManagerPolicy: none'
finds warning 'topologyManagerPolicy is none, on a machine with 2 NUMA nodes' 'topologyManagerPolicy: single-numa-node'
kubelet 'kind: KubeletConfiguration'
finds warning 'topologyManagerPolicy is none' 'in /var/lib/kubelet/config\.yaml'
running_kubelet --topology-manager-policy=restricted
silent
ends "$KUBELET"
umount /sys/devices/system/node
nodes 1
silent
t_done
