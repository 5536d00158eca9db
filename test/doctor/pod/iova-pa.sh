#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Physical addresses that are needed and hidden: hidden for real, needed by a recorded device.
. "$(dirname "$0")/../in-a-pod.sh"

pci $VF 8086:10ca igb_uio 0
pod_file
export PCIDEVICE_X=$VF
silent
AS=(setpriv --bounding-set=-sys_admin)
finds error '/proc/self/pagemap hides them' 'SYS_ADMIN'
as_user
finds error '/proc/self/pagemap (hides|cannot be read)' 'SYS_ADMIN'
pci $VF 8086:10ca vfio-pci 0 42
silent
t_done
