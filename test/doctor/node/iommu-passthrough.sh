#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The kernel translates for its own drivers.
. "$(dirname "$0")/../on-a-node.sh"

pci_bus
silent
nic 0000:3b:00.0
group 0000:3b:00.0 7
silent
fill /sys/kernel/iommu_groups/7 type=DMA-FQ
finds note 'NIC 0000:3b:00\.0: its IOMMU group 7 is of type DMA-FQ' 'iommu=pt'
t_done
