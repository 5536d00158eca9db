#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A NIC of no NUMA node, where there are several.
. "$(dirname "$0")/../on-a-node.sh"

pci_bus
nodes 1
nic 0000:3b:00.0 numa_node=-1 net/ens1/flags=0x1003
silent
umount /sys/devices/system/node
nodes 2
finds warning 'NIC 0000:3b:00\.0 ens1: its NUMA node is unknown' '/sys/bus/pci/devices/0000:3b:00\.0/numa_node'
fill "$BUS/0000:3b:00.0" numa_node=1
silent
t_done
