#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Pages that others took: recorded numbers, a real limit.
. "$(dirname "$0")/../in-a-pod.sh"

new_cgroup hugetlb
recorded_pages 2048 0 8 4
silent
recorded_pages 2048 0 8 0
finds error "none of the machine's 8 is free" 'rtemap'
for file in "$CG"/hugetlb.2MB.{max,limit_in_bytes}; do
	[ ! -e "$file" ] || echo $((8 << 20)) >"$file"
done
AS=(in_cgroup)
recorded_pages 2048 0 8 4
silent
recorded_pages 2048 0 8 3
finds warning 'may take 8 MiB, but 6 MiB are free' 'nr_hugepages'
recorded_pages 2048 0 8 0
finds error 'may take 8 MiB, but 0 B are free' 'nr_hugepages'
t_done
