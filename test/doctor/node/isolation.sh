#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Sets of CPUs on the command line that do not agree.
. "$(dirname "$0")/../on-a-node.sh"

says /sys/devices/system/cpu/online 0-7
says /proc/cmdline quiet
silent
says /proc/cmdline 'isolcpus=managed_irq,domain,2-7 nohz_full=2-7 rcu_nocbs=2-7'
silent
says /proc/cmdline 'isolcpus=2-7'
silent
says /proc/cmdline 'isolcpus=2-7 nohz_full=4-7 rcu_nocbs=2,3,4-7'
finds warning 'isolcpus=2-7 but nohz_full=4-7' 'the same CPUs'
says /proc/cmdline 'nohz_full=4-7 rcu_nocbs=6-7'
finds warning 'nohz_full=4-7 but rcu_nocbs=6-7' 'the same CPUs'
says /proc/cmdline 'isolcpus=2-15'
finds warning 'isolcpus=2-15 names CPUs that are not online \(0-7 are\)' 'correct isolcpus='
t_done
