#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A device that VFIO runs without an IOMMU: recorded device and group.
. "$(dirname "$0")/../in-a-pod.sh"

vfio_pod
group 42 '' $VF
silent
group 43 vfio-noiommu $VF
pci $VF 8086:10ca vfio-pci 0 43
node /dev/vfio/noiommu-43
finds warning "$VF is with vfio-pci without an IOMMU" 'intel_iommu=on'
AS=(setpriv --bounding-set=-sys_rawio)
finds error 'without an IOMMU, and this process lacks CAP_SYS_RAWIO' 'SYS_RAWIO'
t_done
