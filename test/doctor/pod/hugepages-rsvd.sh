#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A limit on use and none on reservation: a real control group.
. "$(dirname "$0")/../in-a-pod.sh"

new_cgroup hugetlb
reserve_pages 4
AS=(in_cgroup)
v2=.max v1=.limit_in_bytes
set_limit() { # KIND BYTES
	local file

	for file in "$CG/hugetlb.2MB$1"{$v1,$v2}; do
		[ ! -e "$file" ] || echo "$2" >"$file"
	done
}
[ -e "$CG/hugetlb.2MB.rsvd$v2" ] || [ -e "$CG/hugetlb.2MB.rsvd$v1" ] || t_skip_all 'a kernel without rsvd limits'
silent
set_limit '' $((4 << 20))
set_limit .rsvd $((4 << 20))
silent
set_limit .rsvd -1 2>/dev/null || set_limit .rsvd max
finds warning 'limits use to 4 MiB but not reservation' 'dpdk-pod run'
t_done
