#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runtime or kubelet are held to some CPUs.
. "$(dirname "$0")/../on-a-node.sh"

says /sys/devices/system/cpu/online 0
process containerd
silent
says /sys/devices/system/cpu/online 0-1
process kubelet taskset -c 0
finds warning "kubelet \(process $PID\): it may use CPUs 0 of 0-1" 'systemctl edit kubelet.*CPUAffinity=0-1'
ends "$PID"
process crio taskset -c 0
finds warning "crio \(process $PID\): it may use CPUs 0 of 0-1" 'systemctl restart crio'
t_done
