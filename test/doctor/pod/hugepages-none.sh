#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A machine without hugepages: recorded numbers.
. "$(dirname "$0")/../in-a-pod.sh"

recorded_pages 2048 0 4 0
silent
recorded_pages 2048 0 0 0
finds warning 'this machine has none' 'nr_hugepages.*hugepages-2Mi: 1Gi'
vfio_pod
finds error 'this machine has none' 'nr_hugepages'
t_done
