#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A hugetlbfs of a size that the container may not take: a real mount, recorded numbers.
. "$(dirname "$0")/../in-a-pod.sh"

[ -d $MM/hugepages-1048576kB ] || t_lacks_all 'hugepages of 1 GiB'
no_hugetlbfs
recorded_pages 2048 0 4 4
recorded_pages 1048576 0 0 0
hugetlbfs /run/big 1G
hugetlbfs /run/huge
silent
umount /run/huge
finds warning '/run/big: a hugetlbfs of 1 GiB pages, .* 2 MiB only' 'medium: HugePages-2Mi'
t_done
