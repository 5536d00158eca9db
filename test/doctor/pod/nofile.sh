#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A small RLIMIT_NOFILE, for real.
. "$(dirname "$0")/../in-a-pod.sh"

recorded_pages 2048 0 100 100
silent
AS=(prlimit --nofile=356)
silent
AS=(prlimit --nofile=355)
finds warning 'RLIMIT_NOFILE is 355, 100 hugepages' 'ulimit -n 356'
t_done
