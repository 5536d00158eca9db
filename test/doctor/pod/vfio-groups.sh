#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# More groups than DPDK opens: recorded devices.
. "$(dirname "$0")/../in-a-pod.sh"

list=
for n in $(seq 64); do
	bdf=$(printf '0000:3b:%02x.%d' $((n / 8)) $((n % 8)))
	pci "$bdf" 8086:10ca vfio-pci 0 "$((n + 100))"
	list+=,$bdf
done
AS=(env "PCIDEVICE_X=${list#,}")
silent
pci 0000:3c:00.0 8086:10ca vfio-pci 0 42
AS=(env "PCIDEVICE_X=0000:3c:00.0$list")
finds error 'in 65 IOMMU groups, DPDK opens 64' 'fewer devices'
t_done
