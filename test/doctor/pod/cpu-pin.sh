#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A seccomp filter that refuses sched_setaffinity, for real.
. "$(dirname "$0")/../in-a-pod.sh"

silent
AS=(python3 "$(dirname "$0")/../deny.py" sched_setaffinity)
finds error 'CPUs 0.*sched_setaffinity.*not permitted' 'seccomp profile'
t_done
