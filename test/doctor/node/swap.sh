#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Swap, which the kubelet may refuse.
. "$(dirname "$0")/../on-a-node.sh"

head='Filename				Type		Size		Used		Priority'
says /proc/swaps "$head"
silent
says /proc/swaps "$head
/dev/sda2                               partition	2097148		0		-2"
finds note 'swap: /dev/sda2 is in use' 'swapoff -a'
kubelet 'failSwapOn: true'
finds error '/dev/sda2' 'swapoff -a'
kubelet 'kind: KubeletConfiguration'
finds error '/dev/sda2' 'swapoff -a'
kubelet 'failSwapOn: false'
finds note '/dev/sda2' 'swapoff -a'
t_done
