#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Pages on another node than the NIC: recorded nodes.
. "$(dirname "$0")/../in-a-pod.sh"

recorded_nodes 0 1
recorded_pages 2048 0 4 4
recorded_pages 2048 1 0 0
pci $VF 8086:10ca vfio-pci 0
AS=(env "PCIDEVICE_X=$VF")
silent
pci $VF 8086:10ca vfio-pci 1
finds warning "$VF is on NUMA node 1, this container may take memory of node 0 only" 'Memory Manager policy Static'
echo 0 >/sys/devices/system/node/has_memory
finds warning "$VF is on NUMA node 1, this container may take memory of node 0 only" 'node 1 has no memory at all'
rm /sys/devices/system/node/has_memory
sed 's/^\(Mems_allowed_list:\).*/\1 0-1/' /proc/self/status >/run/status
# over the doctor's own: its process id is known just before it is executed
AS=(sh -c 'mount --bind /run/status /proc/$$/status && exec "$@"' - env "PCIDEVICE_X=$VF")
finds warning "NUMA node 1, where no hugepage is free; elsewhere there are 8 MiB" 'node1/hugepages'
recorded_pages 2048 1 1 1
silent
t_done
