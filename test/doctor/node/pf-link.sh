#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A PF with VFs that is down.
. "$(dirname "$0")/../on-a-node.sh"

pci_bus
nic 0000:3b:00.0 sriov_totalvfs=8 net/ens1/flags=0x1003
vfs 0000:3b:00.0 1
silent
fill "$BUS/0000:3b:00.0" net/ens1/flags=0x1002
finds warning 'PF 0000:3b:00\.0 ens1: it has 1 VFs and is down' 'ip link set ens1 up'
vfs 0000:3b:00.0 0
silent
t_done
