#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A node that another process has for itself. The EBUSY is real, of a terminal in exclusive mode: a
# VFIO group can be held in the lab only (test/sriov/guest/pod-doctor.sh).
. "$(dirname "$0")/../in-a-pod.sh"

vfio_pod
rm /dev/vfio/42
exec 7<>/dev/ptmx
pts=$(python3 -c 'import fcntl, struct, sys
fcntl.ioctl(7, 0x40045431, struct.pack("i", 0))
print(struct.unpack("i", fcntl.ioctl(7, 0x80045430, b"    "))[0])')
: >/dev/vfio/42
mount --bind /dev/pts/"$pts" /dev/vfio/42
AS=(setpriv --bounding-set=-sys_admin)
silent
exec 8<>/dev/pts/"$pts"
python3 -c 'import fcntl; fcntl.ioctl(8, 0x540C)'
# A program of this container that has it is what should be; for another one it is not.
finds note "net1: /dev/vfio/42, the group of $VF, is in use by process $$ \\(bash\\) of this container" ''
finds note 'is in use by process' '' /bin/bash
finds error "net1: /dev/vfio/42, the group of $VF, is held by process $$ \\(" 'fuser -v /dev/vfio/42' /bin/true
AS=(sh -c 'exec "$@" 7<&- 8<&-' - unshare --pid --fork --mount-proc setpriv --bounding-set=-sys_admin)
finds error 'is held by a process that cannot be seen from here' 'fuser -v'
t_done
