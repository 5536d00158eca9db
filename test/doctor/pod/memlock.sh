#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A small RLIMIT_MEMLOCK, for real; with a recorded VF and a real link.
. "$(dirname "$0")/../in-a-pod.sh"

weak=(setpriv --bounding-set=-ipc_lock)
vfio_pod
silent
if prlimit --memlock=unlimited true 2>/dev/null; then
	AS=(prlimit --memlock=unlimited "${weak[@]}")
	silent
fi
AS=(prlimit --memlock=65536:65536)
silent
AS=(prlimit --memlock=65536:65536 "${weak[@]}")
finds error 'RLIMIT_MEMLOCK is 64 KiB, .* mapped through VFIO' 'LimitMEMLOCK=infinity'
AS=(prlimit --memlock=65536:65536 unshare --user --map-root-user)
finds error 'RLIMIT_MEMLOCK is 64 KiB, and CAP_IPC_LOCK does not count in a user namespace' 'LimitMEMLOCK.*or hostUsers: true in the pod'
t_is 'memlock: what does not count is not advised' "$(jq -r '.findings[].remedy' <<<"$SAID" | grep -c 'capabilities.add')" 0
# A program that brings the capability along.
cp "$(type -P true)" /run/program
t_need 'a file capability' setcap cap_ipc_lock+ep /run/program
as_user
AS=(prlimit --memlock=65536:65536 "${AS[@]}")
silent /run/program
finds error 'mapped through VFIO' 'IPC_LOCK'
netdev_pod
AS=(prlimit --memlock=4194304:4194304 "${weak[@]}")
silent
AS=(prlimit --memlock=65536:65536 "${weak[@]}")
finds warning 'RLIMIT_MEMLOCK is 64 KiB, 4 MiB are to be locked' 'IPC_LOCK'
# pcap serves the link then, and locks nothing.
AS=(prlimit --memlock=65536:65536 setpriv "--bounding-set=-ipc_lock,-net_admin")
silent
t_done
