#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The lab is what it claims to be: otherwise the other scenarios prove less than they say.
. "$(dirname "$0")/../../tap.sh"
. "$(dirname "$0")/nic.sh"

t_is 'there are two NICs with SR-IOV' "${#PF[@]}" 2
t_need 'four VFs each' make_vfs 4
for p in 0 1; do
	pf=${PF[$p]}
	t_is "PF $p: NUMA node" "$(cat "$PCI/$pf/numa_node")" "$p"
	t_is "PF $p: driver" "$(driver "$pf")" igb
	t_is "PF $p: its netdev has its address" "$(ip -d -j link show "$(netdev "$pf")" | jq -r '.[0].parentdev')" "$pf"
	t_is "PF $p: VFs in its list" "$(ip -d -j link show "$(netdev "$pf")" | jq '.[0].vfinfo_list | length')" 4
	for n in 0 1 2 3; do
		dev=$(vf $p $n)
		t_is "VF $p.$n: driver, node, PF" \
			"$(driver "$dev") $(cat "$PCI/$dev/numa_node") $(basename "$(readlink "$PCI/$dev/physfn")")" "igbvf $p $pf"
		t_is "VF $p.$n: alone in its IOMMU group" "$(ls "$PCI/$dev/iommu_group/devices")" "$dev"
		t_is "VF $p.$n: one netdev" "$(netdev "$dev" | wc -l)" 1
	done
done
t_is 'IOMMU groups are all different' \
	"$(for p in 0 1; do for n in 0 1 2 3; do readlink "$PCI/$(vf $p $n)/iommu_group"; done; done | sort -u | wc -l)" 8
t_is 'NUMA nodes with CPUs' "$(cat /sys/devices/system/node/has_cpu)" 0-1
t_is 'NUMA nodes with memory' "$(cat /sys/devices/system/node/has_memory)" 0-1

# The wire: from a VF of one PF to a VF of the other.
a=$(netdev "$(vf 0 0)") b=$(netdev "$(vf 1 0)")
t_need 'a namespace' ip netns add far
t_need 'one end there' ip link set "$b" netns far
t_need 'addresses' sh -c "ip addr add 10.1.1.1/24 dev $a && ip link set $a up &&
	ip -n far addr add 10.1.1.2/24 dev $b && ip -n far link set $b up"
t_run 'frames pass between VFs of the two NICs' \
	t_wait 20 ping -c 1 -W 1 10.1.1.2
# VLANs of VFs are kept apart by the NIC.
t_need 'another VLAN for one end' ip link set "$(netdev "${PF[1]}")" vf 0 vlan 7
t_run_fails 'but not between VLANs' ping -c 2 -i 0.2 -W 1 10.1.1.2
t_need 'the same VLAN for the other' ip link set "$(netdev "${PF[0]}")" vf 0 vlan 7
t_run 'and within one they do' t_wait 10 ping -c 1 -W 1 10.1.1.2

# A VF's group gets a node once vfio-pci has it.
dev=$(vf 0 3)
group=$(basename "$(readlink "$PCI/$dev/iommu_group")")
t_run 'a VF binds to vfio-pci' bind "$dev" vfio-pci
t_run 'and its group has a node' test -c "/dev/vfio/$group"
t_run 'and back to its own driver' bind "$dev" igbvf
t_run 'with a netdev' has_netdev "$dev"
t_need 'no override' no_override "$dev"

# As they were.
ip -n far link set "$b" down
ip -n far addr flush dev "$b"
ip -n far link set "$b" netns 1
ip netns del far
ip link set "$a" down
ip addr flush dev "$a"
for p in 0 1; do
	ip link set "$(netdev "${PF[$p]}")" vf 0 vlan 0
done
t_done
