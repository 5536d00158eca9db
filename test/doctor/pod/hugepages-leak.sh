#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Files that a dead program left on hugetlbfs, for real.
. "$(dirname "$0")/../in-a-pod.sh"

reserve_pages 2
no_hugetlbfs
hugetlbfs /run/huge
silent
# What EAL leaves beside its pages where the limit allows no further one: it holds nothing.
: >/run/huge/rtemap_1
silent
rm /run/huge/rtemap_1
fallocate -l 4M /run/huge/rtemap_0
# EAL locks each of its files so
exec 7</run/huge/rtemap_0
flock -s 7
silent
exec 7<&-
finds warning '/run/huge: 1 files of dead.*rtemap_0.*4 MiB' 'rm /run/huge/rtemap_\*'
t_is 'it is left where it is' "$(ls /run/huge)" rtemap_0
chmod 600 /run/huge/rtemap_0
as_user
finds note 'cannot be opened by uid 1234' ''
rm /run/huge/rtemap_0
t_done
