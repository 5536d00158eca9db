#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# No IOMMU, for each reason that the command line and the processor tell.
. "$(dirname "$0")/../on-a-node.sh"

pci_bus
says /proc/cmdline 'quiet'
says /proc/cpuinfo 'vendor_id	: GenuineIntel'
finds warning 'off or absent' 'intel_iommu=on iommu=pt'
says /proc/cmdline 'quiet intel_iommu=on'
finds warning 'off or absent' '^enable VT-d in the firmware'
says /proc/cmdline 'intel_iommu=off'
finds warning 'off or absent' 'remove intel_iommu=off'
says /proc/cmdline 'quiet -- intel_iommu=off' # behind the dashes it is for init
finds warning 'off or absent' 'add intel_iommu=on'
says /proc/cpuinfo 'vendor_id	: AuthenticAMD'
says /proc/cmdline 'quiet'
finds warning 'off or absent' 'AMD-Vi'
fill /sys/kernel/iommu_groups/0 name=vfio-noiommu
finds warning 'has no group' 'AMD-Vi'
fill /sys/kernel/iommu_groups/1 type=identity
silent
t_done
