#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Seccomp profiles that refuse memory policies, for real: the default one of container runtimes, and
# one that refuses mbind alone.
. "$(dirname "$0")/../in-a-pod.sh"

in_pod=$(dirname "$0")/../../in-pod.sh
no_hugetlbfs
silent
AS=(bash "$in_pod")
finds note 'get_mempolicy: Operation not permitted: a seccomp profile' 'SYS_NICE'
AS=(bash "$in_pod" --cap SYS_NICE)
silent
AS=(bash "$in_pod" --unconfined)
silent
AS=(python3 "$(dirname "$0")/../deny.py" mbind)
finds warning 'mbind: Operation not permitted' 'seccompProfile'

# Pages that are to be had, and nowhere to keep them.
reserve_pages 8
AS=(bash "$in_pod")
finds error 'get_mempolicy: Operation not permitted' 'emptyDir of medium HugePages-<size>'
hugetlbfs /run/huge
finds note 'get_mempolicy: Operation not permitted' 'SYS_NICE'
AS=(bash "$in_pod" --restricted)
install -D "${DOCTOR[0]}" /run/bin/dpdk-pod
DOCTOR[0]=/run/bin/dpdk-pod
finds error 'get_mempolicy: Operation not permitted' 'fsGroup'
t_done
