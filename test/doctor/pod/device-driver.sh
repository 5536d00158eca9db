#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A device that was bound anew behind the back of the pod: recorded devices.
. "$(dirname "$0")/../in-a-pod.sh"

vfio_pod
silent
pci $VF 8086:10ca igbvf 0
finds error "interface net1: $VF is with igbvf; when the pod was attached it was with vfio-pci" 'delete the pod'
pci $VF 8086:10ca '' 0
finds error "interface net1: $VF is with no driver" 'delete the pod'
pod_file ".interfaces = [{name: \"net1\", mode: \"netdev\", pciAddress: \"$VF\"}]"
pci $VF 8086:10ca igbvf 0
silent
pci $VF 8086:10ca vfio-pci 0
finds error "$VF is with vfio-pci" 'delete the pod'
pod_file
pci $VF 8086:10ca igbvf 0
AS=(env "PCIDEVICE_X=$VF")
finds warning "PCIDEVICE_X: $VF is with igbvf" '"drivers": \["vfio-pci"\]'
# It tells that the interface is this container's, which the file gives to one of them.
pod_file ".interfaces = [{name: \"net1\", mode: \"netdev\", container: \"main\", pciAddress: \"$VF\"}]"
silent
pci $VF 8086:10ca vfio-pci 0
finds error "interface net1: $VF is with vfio-pci" 'delete the pod'
t_done
