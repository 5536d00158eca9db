#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Variables of the device plugin that are none of its own, for real.
. "$(dirname "$0")/../in-a-pod.sh"

AS=(env 'PCIDEVICE_X_Y=0000:3b:02.1,0000:3b:02.2' 'PCIDEVICE_X_Y_INFO={"0000:3b:02.1":{"generic":{"deviceID":"0000:3b:02.1"}}}')
silent
AS=(env 'PCIDEVICE_X_Y=mlx5_core.sf.4') # a scalable function
silent
AS=(env 'PCIDEVICE_X_Y=0000:3b:02.1,eth0')
finds warning 'PCIDEVICE_X_Y: "eth0" is neither a PCI address' 'env -u PCIDEVICE_X_Y'
AS=(env 'PCIDEVICE_X_Y_INFO={"0000')
finds warning 'PCIDEVICE_X_Y_INFO: line 1' 'device plugin'
# A resource whose own name ends so: its value is an address and not JSON.
AS=(env 'PCIDEVICE_ROAD_INFO=0000:3b:02.1')
silent
t_done
