#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A record that cannot be read, made by a real ADD.
. "$(dirname "$0")/../attached.sh"
truncate -s 100 /run/dpdk-cni/pods/c1/net1.json
finds error 'record /run/dpdk-cni/pods/c1/net1\.json: line' 'dpdk-cni release --forget c1 net1'
# A call that works on it now is no damage.
exec 9</run/dpdk-cni/pods/c1
flock 9
silent
exec 9<&-
t_run 'the remedy' "$PLUGIN" release --forget c1 net1
silent
rm -rf /run/dpdk-cni
echo >/run/dpdk-cni
finds error '/run/dpdk-cni' ''
t_done
