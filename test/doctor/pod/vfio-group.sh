#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A device that is in another IOMMU group than before, or in none: recorded devices.
. "$(dirname "$0")/../in-a-pod.sh"

vfio_pod
silent
pci $VF 8086:10ca vfio-pci 0 57
finds error 'was in IOMMU group 42 when the pod was attached, now it is in 57' 'delete the pod'
rm $PCI/$VF/iommu_group
finds error "$VF is with vfio-pci but in no IOMMU group" 'intel_iommu=on'
t_done
