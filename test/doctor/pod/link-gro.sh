#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# GRO that was turned on again, for real.
. "$(dirname "$0")/../in-a-pod.sh"

netdev_pod
ethtool -K net1 gro off
silent
ethtool -K net1 gro on
finds warning 'net1: GRO is on' 'ethtool -K net1 gro off'
# A limit that no two frames fit in: nothing is joined.
ip link set net1 gro_max_size 1
silent
t_done
