#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# No /dev/vfio/vfio: recorded device, a real /dev.
. "$(dirname "$0")/../in-a-pod.sh"

vfio_pod
silent
rm /dev/vfio/vfio
finds error '/dev/vfio/vfio: No such file' 'device plugin'
pod_file
silent
t_done
