#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# VFs get no driver because that is switched off.
. "$(dirname "$0")/../on-a-node.sh"

pci_bus
PF=0000:3b:00.0
nic $PF sriov_totalvfs=8 sriov_drivers_autoprobe=1
vf $PF 0 0000:3b:02.0 iavf
silent
fill "$BUS/$PF" sriov_drivers_autoprobe=0
silent # somebody binds them by hand
driver 0000:3b:02.0 ''
finds warning 'NIC 0000:3b:00\.0: sriov_drivers_autoprobe is 0, and 1 of its VFs' 'echo 1 > /sys/bus/pci/devices/0000:3b:00\.0/sriov_drivers_autoprobe'
fill "$BUS/$PF" sriov_drivers_autoprobe=1
silent # then that is not the reason
t_done
