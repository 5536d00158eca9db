#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# An interface that was moved away, for real.
. "$(dirname "$0")/../in-a-pod.sh"

netdev_pod
silent
ip link set net1 name net9
finds error 'interface net1: it is not in this network namespace' 'delete the pod'
t_done
