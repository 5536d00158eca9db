#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The unsafe mode, with and without an IOMMU.
. "$(dirname "$0")/../on-a-node.sh"

pci_bus
silent
empty /sys/module
silent
fill /sys/module/vfio/parameters enable_unsafe_noiommu_mode=N
silent
fill /sys/module/vfio/parameters enable_unsafe_noiommu_mode=Y
finds warning 'enable_unsafe_noiommu_mode is Y, and the machine has 0 IOMMU groups' 'echo N >'
fill /sys/kernel/iommu_groups/0 type=identity
finds error 'is Y, and the machine has 1 IOMMU groups' 'echo N > /sys/module/vfio/parameters'
t_done
