#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A feature that DPDK pods need is switched off.
. "$(dirname "$0")/../on-a-node.sh"

silent
kubelet 'featureGates: {CPUManager: true, SomethingElse: false}'
silent
kubelet 'featureGates:
  KubeletPodResources: false'
finds warning 'feature gate KubeletPodResources is off' 'remove KubeletPodResources from featureGates in /var/lib/kubelet/config\.yaml'
kubelet 'kind: KubeletConfiguration'
running_kubelet --feature-gates=TopologyManager=false
finds warning 'feature gate TopologyManager is off' 'restart the kubelet'
t_done
