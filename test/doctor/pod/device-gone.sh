#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A VF that is there no more: recorded devices.
. "$(dirname "$0")/../in-a-pod.sh"

vfio_pod
silent
AS=(env PCIDEVICE_X=0000:3b:02.7)
finds error 'PCIDEVICE_X: there is no device 0000:3b:02.7' 'delete the pod'
AS=(env PCIDEVICE_X=mlx5_core.sf.4)
finds error 'PCIDEVICE_X: there is no device auxiliary:mlx5_core.sf.4' 'delete the pod'
AS=()
rm -r "${PCI:?}/$VF"
finds error "interface net1: there is no device $VF" 'delete the pod'
mount -t tmpfs tmpfs /sys/bus
finds error '/sys/bus/pci/devices: No such file' 'mount sysfs'
t_done
