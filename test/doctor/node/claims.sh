#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A claim without a record, and something that is no claim.
. "$(dirname "$0")/../on-a-node.sh"

. "$(dirname "$0")/../../netns/plugin.sh"
silent
make_pod pod
make_nic nic0
t_add ADD "$(conf '{}')"
silent
ln -s ../pods/gone/net1.json /run/dpdk-cni/claims/pci-0000:3b:02.0
finds warning 'claim pci-0000:3b:02\.0: it is of interface net1 of container gone' 'rm /run/dpdk-cni/claims/pci-0000:3b:02\.0'
rm /run/dpdk-cni/claims/pci-0000:3b:02.0
silent
echo >/run/dpdk-cni/claims/pci-0000:3b:02.1
finds error 'pci-0000:3b:02\.1: it is no claim' 'rm /run/dpdk-cni/claims/pci-0000:3b:02\.1'
rm /run/dpdk-cni/claims/pci-0000:3b:02.1
rm -r /run/dpdk-cni/pods/c1
finds warning 'claim link-.*-nic0: it is of interface net1 of container c1' 'rm /run/dpdk-cni/claims/link-'
t_done
