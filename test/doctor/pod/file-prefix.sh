#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A DPDK program that runs with the usual file prefix, for real.
. "$(dirname "$0")/../in-a-pod.sh"

. "$(dirname "$0")/../../netns/l2fwd-common.sh"
silent
fwd_start "$L2FWD" --no-pci --no-huge -m 64 --no-telemetry --file-prefix rte --vdev net_null0 --vdev net_null1 --
t_run 'the lock file is there' test -e /run/dpdk/rte/config
finds warning '/var/run/dpdk/rte: process [0-9]+ .*runs DPDK with the file prefix rte' '--file-prefix'
AS=(unshare --pid --fork --mount-proc)
finds error '/var/run/dpdk/rte: a process of another container' 'do not share /var/run/dpdk'
AS=()
kill -9 "$fwd_pid"
fwd_wait 5
t_run 'the lock file stays behind' test -e /run/dpdk/rte/config
silent
t_done
