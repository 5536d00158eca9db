#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A device that no installed DPDK driver knows: recorded devices, the real drivers.
. "$(dirname "$0")/../in-a-pod.sh"

compgen -G '/usr/lib/*/dpdk/pmds-*' >/dev/null || t_skip_all 'no DPDK drivers installed'
vfio_pod
silent
pci $VF 8086:0001 vfio-pci 0 42
finds error "$VF is a 8086:0001, which" 'librte-net-'
pci $VF dead:beef vfio-pci 0 42
finds error "$VF is a dead:beef, which none of the [0-9]+ DPDK drivers" 'librte-net-'
pci $VF dead:beef igbvf 0 42
silent
# An image without the driver of the kernel's interfaces.
netdev_pod
silent
drivers=$(compgen -G '/usr/lib/*/dpdk')
mkdir /run/drivers
cp -r "$drivers" /run/drivers/
mount --bind /run/drivers/dpdk "$drivers"
rm "$drivers"/pmds-*/librte_net_pcap.so*
silent
AS=(setpriv --bounding-set=-net_admin)
finds error 'interface net1: net_pcap, which is to drive it, is not among the [0-9]+ DPDK drivers' 'librte-net-pcap'
export DPDK_POD_NETDEV_PMD=af_packet
silent
unset DPDK_POD_NETDEV_PMD
AS=()
# An image without DPDK's drivers, and a program that has them inside.
vfio_pod
pci $VF dead:beef vfio-pci 0 42
for dir in /usr/lib/*/dpdk; do
	mount -t tmpfs tmpfs "$dir"
done
finds note 'no DPDK driver is found' 'dpdk-pod doctor PROGRAM'
printf 'x\0PMD_INFO_STRING= {"name" : "net_x", "pci_ids" : [[57005, 48879, 65535, 65535]]}\0' >/run/program
chmod 755 /run/program
silent /run/program
t_done
