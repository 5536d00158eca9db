#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# More groups than one program can open.
. "$(dirname "$0")/../on-a-node.sh"

pci_bus
PF=0000:3b:00.0
nic $PF sriov_totalvfs=128
for ((i = 0; i < 64; i++)); do
	vf $PF $i "$(printf '0000:3b:%02x.%d' $((2 + i / 8)) $((i % 8)))" vfio-pci
done
silent
vf $PF 64 0000:3b:1f.0 vfio-pci
finds note 'NICs of 65 groups' 'dpdk-pod run'
driver 0000:3b:1f.0 iavf
silent
t_done
