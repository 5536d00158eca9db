#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A NIC that DPDK drives through verbs, which are not there.
. "$(dirname "$0")/../on-a-node.sh"

empty /sys/class
pci_bus
nic 0000:3b:00.0 net/ens1/flags=0x1003
driver 0000:3b:00.0 i40e
silent
driver 0000:3b:00.0 mlx5_core
finds warning 'NIC 0000:3b:00\.0 ens1: it is with mlx5_core, and the machine has no RDMA verbs' 'modprobe -a ib_uverbs mlx5_ib &&'
driver 0000:3b:00.0 mlx4_core
finds warning 'mlx4_core' 'modprobe -a ib_uverbs mlx4_ib &&'
mkdir /sys/class/infiniband_verbs
silent
t_done
