#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# No hugetlbfs in the container, for real; pages of a foreign size: recorded numbers and a real limit.
. "$(dirname "$0")/../in-a-pod.sh"

new_cgroup hugetlb
no_hugetlbfs
recorded_pages 2048 0 4 4
hugetlbfs /run/huge
silent
umount /run/huge
finds note 'none is mounted.*hugepages of 2 MiB' 'emptyDir: {medium: HugePages-2Mi}'
if [ ! -d $MM/hugepages-1048576kB ]; then
	t_lacks 'a limit of another size' 'hugepages of 1 GiB'
	t_done
fi
recorded_pages 1048576 0 1 1
for file in "$CG"/hugetlb.1GB.{max,limit_in_bytes}; do
	[ ! -e "$file" ] || echo 0 >"$file"
done
AS=(in_cgroup)
finds warning 'none is mounted.*hugepages of 2 MiB' 'emptyDir: {medium: HugePages-2Mi}'
t_done
