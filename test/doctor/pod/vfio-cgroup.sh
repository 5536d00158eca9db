#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A node that the device control group forbids, for real; the device is recorded.
. "$(dirname "$0")/../in-a-pod.sh"

vfio_pod
silent
top=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)
[ -n "$top" ] || t_skip_all 'no control groups of version 2'
CG=$top/dpdk-cni-test-$ID.$RANDOM
mkdir "$CG" 2>/dev/null || t_skip_all 'may not make control groups'
t_cleanup 'rmdir "$CG"'
AS=(in_cgroup)
silent
t_run 'the group forbids devices' python3 "$(dirname "$0")/../device-cgroup.py" "$CG"
finds error 'VFIO: /dev/vfio/vfio is here, but the device control group' 'do not mount /dev/vfio as a volume'
finds error 'net1: /dev/vfio/42 is here, but the device control group' 'request the device plugin'
t_done
