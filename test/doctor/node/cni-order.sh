#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A network of ours would become the network of every pod.
. "$(dirname "$0")/../on-a-node.sh"

empty /etc/cni
ours='{"cniVersion": "1.0.0", "name": "net", "plugins": [{"type": "tuning"}, {"type": "dpdk-cni", "device": "x"}]}'
fill /etc/cni/net.d 05-dpdk.conflist="$ours" 10-calico.conflist='{"name": "k8s", "plugins": [{"type": "calico"}]}'
silent # without a kubelet that is as it should be
kubelet 'kind: KubeletConfiguration'
finds error '05-dpdk\.conflist: it is the first file in /etc/cni/net\.d' 'Multus'
mv /etc/cni/net.d/05-dpdk.conflist /etc/cni/net.d/50-dpdk.conflist
silent
t_done
