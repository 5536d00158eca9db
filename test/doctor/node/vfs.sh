#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A NIC that could have VFs has none.
. "$(dirname "$0")/../on-a-node.sh"

pci_bus
nic 0000:3b:00.0 sriov_totalvfs=64 net/ens1/flags=0x1003
vfs 0000:3b:00.0 4
nic 0000:18:00.0
silent
nic 0000:3b:00.1 sriov_totalvfs=64 net/ens2/flags=0x1003
finds note 'NIC 0000:3b:00\.1 ens2: it could have 64 VFs' 'echo 8 > /sys/bus/pci/devices/0000:3b:00\.1/sriov_numvfs'
vfs 0000:3b:00.0 0
finds warning 'NIC 0000:3b:00\.0 ens1: it could have 64 VFs' 'echo 8 > /sys/bus/pci/devices/0000:3b:00\.0'
t_done
