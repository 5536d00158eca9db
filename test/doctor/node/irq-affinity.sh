#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Interrupts may go to isolated CPUs.
. "$(dirname "$0")/../on-a-node.sh"

says /sys/devices/system/cpu/online 0-39
says /sys/devices/system/cpu/isolated ''
says /proc/cmdline quiet
says /proc/irq/default_smp_affinity ff,ffffffff
silent
says /sys/devices/system/cpu/isolated 2-33
finds warning 'isolated CPUs 2-33' 'irqaffinity=0-1,34-39'
says /proc/irq/default_smp_affinity 1,00000003
finds warning 'isolated CPUs 32' 'irqaffinity=0-1,34-39'
says /proc/irq/default_smp_affinity fc,00000003
silent
t_done
