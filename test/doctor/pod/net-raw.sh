#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A container without NET_RAW, for real, on a real link.
. "$(dirname "$0")/../in-a-pod.sh"

netdev_pod
silent
AS=(setpriv --bounding-set=-net_raw)
finds error 'NET_RAW: this container lacks it' 'capabilities.add: \[NET_RAW\]'
pod_file
silent
t_done
