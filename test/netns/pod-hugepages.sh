#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# dpdk-pod doctor --hugepages gets a page in each way for real, says why where it cannot, and leaves
# nothing behind.
. "$(dirname "$0")/../doctor/common.sh"
t_in_sandbox "$0" "$@"
. "$(dirname "$0")/../doctor/machine.sh"
DOCTOR=("$BUILD_ROOT/dataplane/pod/dpdk-pod" doctor)

ways() { # [ARGUMENT...]
	STATUS=0
	SAID=$(${AS[@]+"${AS[@]}"} "${DOCTOR[@]}" --hugepages "$@") || STATUS=$?
}
# What is said of 2 MiB: the ways that work, or the words about one that does not.
working() {
	jq -r '[.ways[] | select(.pageSize == 2097152 and .works) | .way] | join(" ")' <<<"$SAID"
}
why() { # WAY
	jq -r --arg way "$1" '.ways[] | select(.pageSize == 2097152 and .way == $way) | "\(.found) -> \(.remedy)"' <<<"$SAID"
}
# Whoever else takes hugepages meanwhile does not count here.
traces() {
	awk 'NR > 1 { print "shm", $2 }' /proc/sysvipc/shm
	ls -A /run/huge
	grep -H . "$CG"/hugetlb.*{current,usage_in_bytes} 2>/dev/null | grep -v ':0$'
}

new_cgroup hugetlb
AS=(in_cgroup)
no_hugetlbfs
hugetlbfs /run/huge
reserve_pages 2
before=$(traces)
ways --json
t_is 'healthy: each way works' "$(working)" 'shmget file mmap memfd'
t_is 'healthy: status' "$STATUS" 0
t_json 'healthy: the mount is named' "$SAID" '.ways[] | select(.pageSize == 2097152 and .way == "file") | .mount' '"/run/huge"'
t_json 'every size of the machine by every way' "$SAID" '.ways | length' "$((4 * $(find $MM -maxdepth 1 -name 'hugepages-*' | wc -l)))"
t_is 'nothing stays' "$(traces)" "$before"
ways
t_like 'as a table' "$SAID" $'2 MiB +shmget\\(SHM_HUGETLB\\) +yes\n2 MiB +a file on hugetlbfs +yes  /run/huge\n2 MiB +mmap\\(MAP_HUGETLB\\) +yes\n2 MiB +memfd_create\\(MFD_HUGETLB\\) +yes'

umount /run/huge
ways --json
t_is 'without a mount' "$(working)" 'shmget mmap memfd'
t_like 'without a mount: why' "$(why file)" 'no hugetlbfs of this size is mounted -> .*medium HugePages-2Mi'
hugetlbfs /run/huge
mount -o remount,bind,ro /run/huge
ways --json
t_is 'on a read-only mount' "$(working)" 'shmget mmap memfd'
t_like 'on a read-only mount: why' "$(why file)" '/run/huge: Read-only.* -> .*readOnly'
mount -o remount,bind,rw /run/huge

as_user
AS=(in_cgroup prlimit --memlock=65536:65536 "${AS[@]}")
ways --json
t_is 'as a user' "$(working)" 'mmap memfd'
t_is 'as a user: status' "$STATUS" 0
t_like 'as a user: why not shmget' "$(why shmget)" 'not permitted: it takes CAP_IPC_LOCK.* -> .*hugetlb_shm_group=GID'
t_like 'as a user: why not a file' "$(why file)" '/run/huge: Permission denied -> .*fsGroup: 1234'
t_is 'as a user: nothing stays' "$(traces)" "$before"

AS=(python3 "$(dirname "$0")/../doctor/deny.py" memfd_create)
ways --json
t_is 'under a seccomp filter' "$(working)" 'shmget file mmap'
t_like 'under a seccomp filter: why' "$(why memfd)" 'not permitted -> .*seccomp'

# The limit on use ends in SIGBUS, of the child alone; the one on reservation in an error.
AS=(in_cgroup)
for file in "$CG"/hugetlb.2MB.{max,limit_in_bytes}; do
	[ ! -e "$file" ] || echo 0 >"$file"
done
ways --json
t_is 'limit 0: no way' "$(working)" ''
t_is 'limit 0: status' "$STATUS" "$(jq 'if any(.ways[]; .works and .way != "shmget") then 0 else 1 end' <<<"$SAID")"
for way in shmget file mmap memfd; do
	t_like "limit 0: why not $way" "$(why $way)" 'the first touch: Bus error: .*control group leaves 0.* -> .*hugepages-2Mi: 1Gi'
done
for file in "$CG"/hugetlb.2MB.rsvd.{max,limit_in_bytes}; do
	[ ! -e "$file" ] || echo 0 >"$file"
done
ways --json
t_like 'limit 0, on reservation too: why' "$(why mmap)" 'Cannot allocate memory: .*control group leaves 0'
t_is 'limit 0: nothing stays' "$(traces)" "$before"

# No page to be had: the mount has none to give, and recorded numbers say that nobody has.
AS=()
umount /run/huge
mount -t hugetlbfs -o pagesize=2M,size=0 none /run/huge
recorded_pages 2048 0 8 0
ways --json
t_like 'all taken: why' "$(why file)" 'all 8 pages of this size that it may take are in use -> .*hugepages-leak'
recorded_pages 2048 0 0 0
ways --json
t_like 'none at all: why' "$(why file)" 'the machine has no page of this size -> .*nr_hugepages'
umount /run/huge
umount -l $MM
mount -t tmpfs tmpfs $MM
ways
t_like 'a kernel without hugepages' "$SAID" 'this kernel has no hugepages'
t_is 'a kernel without hugepages: status' "$STATUS" 1
t_done
