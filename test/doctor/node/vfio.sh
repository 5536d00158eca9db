#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The driver is not loaded, or this kernel has none.
. "$(dirname "$0")/../on-a-node.sh"

pci_bus
silent
rmdir /sys/bus/pci/drivers/vfio-pci
says /proc/sys/kernel/osrelease 6.1.0-doctor
finds warning 'this kernel \(6\.1\.0-doctor\) has none' 'linux-modules-extra-6\.1\.0-doctor'
t_need 'a /usr/lib to write to' t_overlay_ /usr/lib
fill /usr/lib/modules/6.1.0-doctor \
	modules.dep='kernel/drivers/vfio/pci/vfio-pci.ko.xz: kernel/drivers/vfio/vfio.ko.xz'
finds warning 'vfio-pci: it is not loaded' 'modprobe vfio-pci && echo vfio-pci > /etc/modules-load\.d'
t_done
