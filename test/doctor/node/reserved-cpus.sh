#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The kubelet, the kernel and systemd disagree on the CPUs of the house.
. "$(dirname "$0")/../on-a-node.sh"

silent
kubelet 'reservedSystemCPUs: "0,1"'
says /sys/devices/system/cpu/online 0-7
says /proc/cmdline 'isolcpus=2-7'
taskset -pc 0,1 1 >/dev/null
silent
kubelet 'reservedSystemCPUs: "0-3"'
finds warning 'reservedSystemCPUs is 0-3, but the kernel isolates 2-7' 'reservedSystemCPUs: "0-1"'
kubelet 'reservedSystemCPUs: "0"'
finds warning 'reservedSystemCPUs is 0, but the kernel isolates 2-7' 'delete /var/lib/kubelet/cpu_manager_state'
says /proc/cmdline quiet
kubelet 'reservedSystemCPUs: "0"'
# The first process of the sandbox stands for systemd.
finds warning 'services run on 0-1 \(CPUAffinity' 'CPUAffinity=0 in /etc/systemd/system\.conf'
says /sys/devices/system/cpu/online 0-1
silent
says /sys/devices/system/cpu/online 0 # the others are only possible
silent
says /sys/devices/system/cpu/online 0-1
kubelet 'reservedSystemCPUs: "0-9"'
finds error '0-9 names CPUs that are not online \(0-1 are\)' 'correct it in /var/lib/kubelet/config\.yaml'
kubelet 'reservedSystemCPUs: all'
finds error '"all" is not a list of CPUs' '"0-1,16"'
t_done
