#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Nodes that a user may not open, for real; the device is recorded.
. "$(dirname "$0")/../in-a-pod.sh"

vfio_pod
as_user
silent
chmod 600 /dev/vfio/42
finds error 'net1: /dev/vfio/42 belongs to 0:0 with mode 0600, uid 1234' 'deviceNode'
chmod 666 /dev/vfio/42
chmod 600 /dev/vfio/vfio
finds error 'VFIO: /dev/vfio/vfio belongs to 0:0 with mode 0600' 'udev rule'
t_done
