#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A NIC on a NUMA node without hugepages.
. "$(dirname "$0")/../on-a-node.sh"

pci_bus
nodes 2
pages 0 2048 512
pages 1 2048 512
nic 0000:3b:00.0 numa_node=0 net/ens1/flags=0x1003
nic 0000:af:00.0 numa_node=1 net/ens2/flags=0x1003
silent
pages 1 2048 0
finds warning 'NUMA node 1: it has no hugepages, but NIC 0000:af:00\.0 ens2' 'node1/hugepages/hugepages-2048kB/nr_hugepages; at boot: hugepagesz=2M hugepages=0:4096,1:4096'
pages 1 1048576 4
silent
pages 0 2048 0
pages 2 2048 0 # no NIC is there
fill /sys/devices/system/node online=0-2
finds warning 'NUMA node 0: .* NIC 0000:3b:00\.0 ens1' 'hugepagesz=1G hugepages=0:8$'
fill /sys/devices/system/node has_memory=1
finds warning 'NUMA node 0: it has no memory, but NIC 0000:3b:00\.0 ens1' 'memory modules'
rm /sys/devices/system/node/has_memory
# One node, and a node without NICs, are no matter.
fill /sys/devices/system/node online=0
rm -r /sys/devices/system/node/node[12]
pages 0 2048 1
silent
t_done
