#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# An interface that is down, and one without carrier, for real.
. "$(dirname "$0")/../in-a-pod.sh"

netdev_pod
t_wait 5 grep -qx up /sys/class/net/net1/operstate
silent
ip link set far1 down
t_wait 5 grep -qxE 'down|lowerlayerdown' /sys/class/net/net1/operstate
finds warning 'net1: it is up and has no carrier' 'link_state'
ip link set net1 down
finds warning 'net1: it is down' 'ip link set net1 up'
AS=(bash "$(dirname "$0")/../../in-pod.sh")
finds error 'net1: it is down' 'ip link set net1 up'
t_done
