#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A device with a UIO driver: recorded devices.
. "$(dirname "$0")/../in-a-pod.sh"

vfio_pod
silent
for driver in igb_uio uio_pci_generic; do
	pci $VF 8086:10ca $driver 0
	finds warning "$VF is with $driver" "driverctl set-override $VF vfio-pci"
done
t_done
