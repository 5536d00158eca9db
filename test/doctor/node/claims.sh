#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A claim without a record, and something that is not a claim.
. "$(dirname "$0")/../attached.sh"
ln -s ../pods/gone/net1.json /run/dpdk-cni/claims/pci-0000:3b:02.0
finds warning 'claims/pci-0000:3b:02\.0: a killed call left this claim of interface net1 of container gone' 'next GC of any network'
rm /run/dpdk-cni/claims/pci-0000:3b:02.0
silent
echo >/run/dpdk-cni/claims/pci-0000:3b:02.1
finds error 'pci-0000:3b:02\.1: it is not a claim' 'rm /run/dpdk-cni/claims/pci-0000:3b:02\.1'
rm /run/dpdk-cni/claims/pci-0000:3b:02.1
mkdir /run/dpdk-cni/pods/dead
finds warning 'pods/dead: a killed call left this directory, which is empty' 'next GC'
touch /run/dpdk-cni/pods/dead/.net1.tmp
finds warning 'pods/dead: a killed call left the temporary of interface net1' 'next GC'
rm -r /run/dpdk-cni/pods/dead
rm -r /run/dpdk-cni/pods/c1
finds warning 'claims/link-.*-nic0: a killed call left this claim of interface net1 of container c1' 'next ADD of the device'
t_done
