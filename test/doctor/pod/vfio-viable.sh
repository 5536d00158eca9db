#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A group that is not wholly with VFIO: recorded devices and group.
. "$(dirname "$0")/../in-a-pod.sh"

vfio_pod
pci 0000:3b:02.2 8086:10ca vfio-pci 0
pci 0000:3b:00.0 8086:10ca pcieport 0
group 77 ''
finds note 'group 42 cannot be seen: No such' ''
group 42 '' $VF 0000:3b:02.2 0000:3b:00.0
silent
pci 0000:3b:02.2 8086:10ca '' 0
silent
pci 0000:3b:02.2 8086:10ca igbvf 0
finds error "$VF shares its IOMMU group 42 with 0000:3b:02.2 \\(igbvf\\)" 'bind the group'
t_done
