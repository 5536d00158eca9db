#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A VF that shares its IOMMU group.
. "$(dirname "$0")/../on-a-node.sh"

pci_bus
PF=0000:3b:00.0
nic $PF sriov_totalvfs=8
vf $PF 0 0000:3b:02.0 iavf
vf $PF 1 0000:3b:02.1 iavf
silent
nic 0000:00:01.0 class=0x060400 # a bridge is no matter
group 0000:00:01.0 100
silent
nic 0000:3c:00.0 class=0x010802
driver 0000:3c:00.0 nvme
group 0000:3c:00.0 100
finds warning 'NIC 0000:3b:02\.0: its IOMMU group 100 holds 0000:3c:00\.0 too \(driver: nvme\)' 'ACS'
t_done
