#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A hugetlb limit of zero, one below what was requested, and one that is used up: a real control
# group.
. "$(dirname "$0")/../in-a-pod.sh"

new_cgroup hugetlb
reserve_pages 4
set_limit() { # BYTES
	local file

	for file in "$CG"/hugetlb.2MB.{max,limit_in_bytes}; do
		[ ! -e "$file" ] || echo "$1" >"$file"
	done
}
for size in "$CG"/hugetlb.*GB.{max,limit_in_bytes}; do
	[ ! -e "$size" ] || echo 0 >"$size"
done
AS=(in_cgroup)
set_limit $((4 << 20))
silent
set_limit 0
finds error 'allows none that the machine has.*2 MiB: [0-9]+ pages, limit 0' 'resources.limits hugepages-2Mi: 1Gi'

AS=(env DPDK_POD_CONTAINER=main sh -c 'echo 0 >"$0/cgroup.procs" && exec "$@"' "$CG")
pod_file '.containers = {main: {memory: [{type: "hugepages-2Mi", bytes: 4194304}]}}'
set_limit $((2 << 20))
finds error 'control group allows 2 MiB, the pod was given 4 MiB' 'delete the pod'
set_limit $((4 << 20))
silent

no_hugetlbfs
hugetlbfs /run/huge
t_need 'two pages, taken' t_wait 10 in_cgroup fallocate -l 4M /run/huge/taken
finds error 'all that the control group allows is in use \(4 MiB of 4 MiB\), and no process' 'hugepages-leak'
rm /run/huge/taken

# By the program that runs in the pod: that is as it should be.
in_cgroup python3 -c 'import mmap, os, time
fd = os.open("/run/huge/mapped", os.O_RDWR | os.O_CREAT)
os.ftruncate(fd, 4 << 20)
m = mmap.mmap(fd, 4 << 20)
m[0] = m[2 << 20] = 1
open("/run/program", "w").write(str(os.getpid()))
time.sleep(100)' &
t_cleanup 'kill "$(cat /run/program)" 2>/dev/null'
t_need 'a program that uses them all' t_wait 10 test -s /run/program
finds note 'all that the control group allows is in use \(4 MiB of 4 MiB\); process [0-9]+ \(python3\) has mapped 4 MiB' ''
kill "$(cat /run/program)"
wait $!
rm /run/huge/mapped

AS=(without_cgroups)
finds note 'limits cannot be seen' ''
t_done
