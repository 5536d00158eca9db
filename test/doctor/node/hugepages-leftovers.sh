#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Files in a real hugetlbfs that nobody has any more.
. "$(dirname "$0")/../on-a-node.sh"

silent
file=/proc/sys/vm/nr_hugepages
was=$(<$file)
restore() {
	umount /run/huge
	echo "$was" >$file
}
mkdir /run/huge
t_need 'a hugetlbfs' mount -n -t hugetlbfs none /run/huge
t_cleanup restore
t_need 'three hugepages more' eval "echo $((was + 3)) >$file && [ \$(<$file) -ge $((was + 3)) ]"
page=$(stat -fc %S /run/huge)
silent
truncate -s "$page" /run/huge/emptymap_0 # no page is in it
fallocate -l "$page" /run/huge/other
silent
fallocate -l "$page" /run/huge/rtemap_0
fallocate -l "$page" /run/huge/rtemap_1
exec 8</run/huge/rtemap_1
flock -s 8 # as a DPDK program does while it lives
finds warning "/run/huge: 1 files rtemap_\* hold $((page >> 20)) MiB" '^rm /run/huge/rtemap_\*$'
exec 8<&-
finds warning "/run/huge: 2 files rtemap_\* hold $((page >> 19)) MiB" '^rm /run/huge/rtemap_\*$'
exec 8</run/huge
flock 8 # as one does while it starts
silent
exec 8<&-
finds warning "/run/huge: 2 files rtemap_" 'rm'
t_run 'the remedy' bash -c "$(jq -r '.findings[0].remedy' <<<"$SAID")"
silent
t_is 'takes nothing else' "$(ls /run/huge)" $'emptymap_0\nother'

# A DPDK program that lives, and the same one killed.
if ! command -v dpdk-testpmd >/dev/null || [ "$page" -ne 2097152 ]; then
	t_skip 'a DPDK program that is killed' 'no dpdk-testpmd, or pages of another size than 2M'
	t_done
fi
t_need 'hugepages for it' eval "echo $((was + 40)) >$file && [ \$(<$file) -ge $((was + 40)) ]"
mkfifo "$T_TMP/commands"
exec 9<>"$T_TMP/commands"
dpdk-testpmd --no-pci --lcores 0@0,1@1 -m 20 --huge-dir /run/huge --file-prefix doctor --no-telemetry \
	--vdev net_null0 -- -i --total-num-mbufs=2048 <"$T_TMP/commands" >"$T_TMP/testpmd" 2>&1 &
t_need 'testpmd' t_wait 60 grep -q 'testpmd>' "$T_TMP/testpmd"
t_run 'it has files there' test -e /run/huge/doctormap_0
silent
{ kill -KILL $! && wait $!; } 2>/dev/null
finds warning '/run/huge: [0-9]+ files doctormap_\* hold [0-9]+ MiB' '^rm /run/huge/doctormap_\*$'
t_done
