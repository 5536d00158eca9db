#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# An MTU that was changed, for real.
. "$(dirname "$0")/../in-a-pod.sh"

netdev_pod
silent
ip link set net1 mtu 1400
finds warning 'net1: its MTU is 1400, it was attached with 1500' 'ip link set net1 mtu 1500'
pod_file '.interfaces = [{name: "net1", mode: "netdev"}]'
silent
t_done
