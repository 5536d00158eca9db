#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A group that may take hugepages by shmget.
. "$(dirname "$0")/../on-a-node.sh"

file=/proc/sys/vm/hugetlb_shm_group
was=$(<$file)
restore() { echo "$was" >$file; }
t_cleanup restore
echo 0 >$file
silent
echo 1234 >$file
finds note 'vm\.hugetlb_shm_group: it is 1234' 'sysctl -w vm\.hugetlb_shm_group=0'
t_done
