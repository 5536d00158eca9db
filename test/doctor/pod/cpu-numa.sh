#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A NIC on a node without CPUs of the container: recorded nodes and devices.
. "$(dirname "$0")/../in-a-pod.sh"

recorded_nodes 0 1
echo 512-513 >/sys/devices/system/node/node1/cpulist
pci $VF 8086:10ca vfio-pci 0
AS=(env "PCIDEVICE_X=$VF")
silent
pci $VF 8086:10ca vfio-pci -1
silent
pci $VF 8086:10ca vfio-pci 1
finds warning "$VF is on NUMA node 1, and none of the CPUs" 'single-numa-node.*CPUs of 512-513'
t_done
