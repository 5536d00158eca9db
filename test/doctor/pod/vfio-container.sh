#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# No /dev/vfio/vfio: recorded device, a real /dev.
. "$(dirname "$0")/../common.sh"
t_in_sandbox "$0" "$@"
. "$(dirname "$0")/../machine.sh"

vfio_pod
silent
rm /dev/vfio/vfio
finds error '/dev/vfio/vfio: No such file' 'device plugin'
pod_file
silent
t_done
