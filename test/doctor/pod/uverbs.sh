#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A bifurcated device without its verbs node: recorded device, a real /dev.
. "$(dirname "$0")/../in-a-pod.sh"

pci $VF 15b3:101e mlx5_core 0
mkdir -p $PCI/$VF/infiniband_verbs/uverbs0
private_dev
node /dev/infiniband/uverbs0
pod_file ".interfaces = [{name: \"net1\", mode: \"netdev\", pciAddress: \"$VF\"}]"
silent
rm /dev/infiniband/uverbs0
finds warning "$VF is with mlx5_core, and its /dev/infiniband/uverbs node is not here" 'isRdma'
t_done
