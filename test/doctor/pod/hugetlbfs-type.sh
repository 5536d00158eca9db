#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Something else where a hugetlbfs is expected, and one that is covered, for real.
. "$(dirname "$0")/../in-a-pod.sh"

no_hugetlbfs
hugetlbfs /run/hugepages
silent
mount -t tmpfs tmpfs /run/hugepages
finds warning '/run/hugepages: the hugetlbfs there is covered' 'emptyDir'
umount /run/hugepages
silent
umount /run/hugepages
mount -t tmpfs tmpfs /run/hugepages
finds warning '/run/hugepages: mounted, but it is tmpfs' 'medium: HugePages-'
umount /run/hugepages
mkdir -p /run/a/pages
hugetlbfs /run/a/pages
mount -t tmpfs tmpfs /run/a
finds warning '/run/a/pages: the hugetlbfs there is covered' 'emptyDir'
t_done
