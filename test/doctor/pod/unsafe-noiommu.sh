#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# vfio's flag for devices without an IOMMU, where there is one: recorded module.
. "$(dirname "$0")/../in-a-pod.sh"

vfio_pod
mount -t tmpfs tmpfs /sys/module
mkdir -p /sys/module/vfio/parameters
echo N >/sys/module/vfio/parameters/enable_unsafe_noiommu_mode
silent
echo Y >/sys/module/vfio/parameters/enable_unsafe_noiommu_mode
finds warning 'enable_unsafe_noiommu_mode is Y, and 1 of' 'echo N >'
rm -r "${PCI:?}/$VF"
silent
t_done
