#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# VFs without a driver, and with those that serve no pod.
. "$(dirname "$0")/../on-a-node.sh"

pci_bus
PF=0000:3b:00.0
nic $PF sriov_totalvfs=8
vf $PF 0 0000:3b:02.0 iavf
vf $PF 1 0000:3b:02.1 vfio-pci
silent
driver 0000:3b:02.1 ''
finds warning 'VF 0000:3b:02\.1 of 0000:3b:00\.0: it has no driver' 'echo vfio-pci > .*0000:3b:02\.1/driver_override'
fill "$BUS/0000:3b:02.1" driver_override=vfio-pci
finds warning 'though its driver_override is vfio-pci' 'modprobe vfio-pci'
driver 0000:3b:02.1 uio_pci_generic
finds warning '0000:3b:02\.1: it is with the driver uio_pci_generic' 'drivers/uio_pci_generic/unbind'
driver 0000:3b:02.1 pci-stub
finds warning 'VF 0000:3b:02\.1 .* driver pci-stub' 'drivers/pci-stub/unbind'
driver 0000:3b:02.1 pciback
finds warning 'VF 0000:3b:02\.1 .* driver pciback' 'drivers/pciback/unbind'
driver 0000:3b:02.1 vfio-pci
silent
driver 0000:3b:02.1 mlx5_vfio_pci
silent
t_done
