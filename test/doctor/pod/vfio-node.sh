#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# No node of the group: recorded device, a real /dev.
. "$(dirname "$0")/../in-a-pod.sh"

vfio_pod
silent
rm /dev/vfio/42
finds error "net1: /dev/vfio/42, the group of $VF, is not to be opened: No such file" 'device plugin.*--device /dev/vfio/42'
# a node whose driver is not there
mknod /dev/vfio/42 c 511 4095
finds error '/dev/vfio/42.*No such device' 'device plugin'
# Another container of a pod without a kubelet has the second one.
other=0000:3b:02.2
pci $other 8086:10ca vfio-pci 0 43
second=".interfaces += [{name: \"net2\", mode: \"vfio\", pciAddress: \"$other\"}]"
rm /dev/vfio/42
vfio_pod "$second"
rm /dev/vfio/43
silent
rm /dev/vfio/42
finds error 'net2: /dev/vfio/43' 'device plugin'
vfio_pod "$second | .containers = {c: {exclusive: false}}"
finds error 'net2: /dev/vfio/43' 'device plugin'
t_done
