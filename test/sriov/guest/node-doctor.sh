#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# dpdk-cni doctor where there are real VFs, an IOMMU and two NUMA nodes: silent where all is well; what it finds
# is there, and its remedies, run as it says them, mend it.
. "$(dirname "$0")/../../doctor/common.sh"
. "$(dirname "$0")/nic.sh"
. "$(dirname "$0")/../../netns/plugin.sh"

t_need 'four VFs each' make_vfs 4
A=$(vf 0 0)
a=$(netdev "${PF[0]}")
ip -all netns delete
make_pod pod

# What all is well means here. The last three of them need hugepages on both nodes.
HEALTHY=(kernel iommu iommu-passthrough noiommu vfio vfs vf-driver vf-autoprobe pf-link iommu-group nic-node
	vfio-groups records claims attachments cni-network hugepages hugepages-free hugepages-node)
# The command that the first finding of that severity names: a part of its remedy.
remedy() { # REGEX
	jq -r '.findings[0].remedy' <<<"$SAID" | grep -oE -m 1 "$1"
}
node_pages() { # NODE [NUMBER]
	local file=/sys/devices/system/node/node$1/hugepages/hugepages-2048kB/nr_hugepages

	[ $# -eq 1 ] || echo "$2" >"$file"
	cat "$file"
}
was=("$(node_pages 0)" "$(node_pages 1)")
restore() { node_pages 0 "${was[0]}" && node_pages 1 "${was[1]}"; }
t_cleanup restore

# ---------------------------------------------------------------- hugepages

node_pages 1 0 >/dev/null
t_is 'hugepages on node 0 only' "$(node_pages 0 16) $(node_pages 1)" '16 0'
ID=hugepages-node
finds warning "NUMA node 1: it has no hugepages, but NIC ${PF[1]}" 'node1/hugepages/hugepages-2048kB/nr_hugepages'
t_run 'the remedy, with fewer of them' bash -c "$(remedy 'echo 1024 > [^ ;]*' | sed 's/1024/16/')"
silent
node_pages 0 0 >/dev/null
finds warning "NUMA node 0: it has no hugepages, but NIC ${PF[0]}" 'node0/'
node_pages 1 0 >/dev/null
ID=hugepages
finds error 'none is set aside' 'nr_hugepages'
node_pages 0 16 >/dev/null
node_pages 1 16 >/dev/null

# ---------------------------------------------------------------- a NIC of no node

ID=nic-node
mapfile -t OTHER < <(grep -l '^0x020000' "$PCI"/*/class | while read -r f; do
	[ "$(<"${f%class}numa_node")" -ge 0 ] || basename "$(dirname "$f")"
done)
# The remedy is of one: the others are given a node by hand.
for dev in "${OTHER[@]:1}"; do echo 0 >"$PCI/$dev/numa_node"; done
finds warning "NIC ${OTHER[0]} .*: its NUMA node is unknown \\(-1\\), on a machine with 2 nodes" 'echo NODE > '
no_node() {
	local dev

	for dev in "${OTHER[@]}"; do echo -1 >"$PCI/$dev/numa_node"; done
}
t_cleanup no_node
t_run 'the remedy' bash -c "$(remedy 'echo NODE > [^ ]*' | sed 's/NODE/0/')"
silent

# ---------------------------------------------------------------- all is well

for ID in "${HEALTHY[@]}"; do
	silent
done

# ---------------------------------------------------------------- VFs

ID=vf-driver
t_need 'a VF without driver' bind "$A" ''
echo >"$PCI/$A/driver_override"
finds warning "VF $A of ${PF[0]}: it has no driver" 'drivers_probe'
ID=vf-autoprobe
silent
echo 0 >"$PCI/${PF[0]}/sriov_drivers_autoprobe"
finds warning "NIC ${PF[0]} .*sriov_drivers_autoprobe is 0, and 1 of its VFs" 'sriov_drivers_autoprobe'
ID=vf-driver
finds warning "$A" 'drivers_probe'
t_run_fails 'it cannot be bound by hand now' bash -c "echo $A > /sys/bus/pci/drivers_probe && test -e $PCI/$A/driver"
ID=vf-autoprobe
finds warning "NIC ${PF[0]}" 'echo 1 >'
t_run 'the remedy' bash -c "$(remedy 'echo 1 > [^, ]*') && echo $A > /sys/bus/pci/drivers_probe"
silent
ID=vf-driver
t_is 'the VF has its driver' "$(driver "$A")" igbvf
silent
t_need 'its link' t_wait 10 has_netdev "$A"

t_need 'a VF on vfio-pci' bind "$A" vfio-pci
silent
t_need 'and back' bind "$A" igbvf
no_override "$A"

ID='pf-link'
ip link set "$a" down
finds warning "PF ${PF[0]} $a: it has 4 VFs and is down" "ip link set $a up"
t_run 'the remedy' bash -c "$(remedy "ip link set $a up")"
silent
t_need 'a carrier' t_wait 20 has_carrier "${PF[0]}"

ID=vfs
echo 0 >"$PCI/${PF[0]}/sriov_numvfs"
finds note "NIC ${PF[0]} $a: it could have 7 VFs and has none" "echo 7 > /sys/bus/pci/devices/${PF[0]}/sriov_numvfs"
echo 0 >"$PCI/${PF[1]}/sriov_numvfs"
finds warning "NIC ${PF[0]} $a: it could have 7 VFs" 'sriov_numvfs'
finds warning "NIC ${PF[1]}" 'sriov_numvfs'
ID=cni-network
conf "{device: null, pf: [\"${PF[0]}#0\"], mode: \"netdev\"}" >/run/pool.conf
finds error "pf ${PF[0]}.*it has no VFs" 'sriov_numvfs' --net /run/pool.conf
ID=vfs
finds warning "NIC ${PF[0]}" 'sriov_numvfs'
t_run 'the remedy' bash -c "$(remedy 'echo 7 > [^ ,]*')"
t_is 'they are there' "$(<"$PCI/${PF[0]}/sriov_numvfs")" 7
finds note "NIC ${PF[1]}" 'sriov_numvfs'
t_need 'four VFs each again' make_vfs 4
silent

# ---------------------------------------------------------------- networks

ID=cni-network
silent --net /run/pool.conf
t_add 'ADD of the only VF of the network' "$(</run/pool.conf)"
finds warning "net: pf: none of the 1 VFs of ${PF[0]}#0 is free" 'dpdk-cni list' --net /run/pool.conf
ID=vf-driver
silent
t_del 'DEL' "$(</run/pool.conf)"
ID=cni-network
silent --net /run/pool.conf
conf "{device: null, deviceID: \"$A\", mode: \"vfio\"}" >/run/vfio.conf
silent --net /run/vfio.conf
echo 'kind: KubeletConfiguration' >/run/kubelet.yaml
finds error "device $A: it is with the driver igbvf" 'before the device plugin starts' --net /run/vfio.conf \
	--kubelet-config /run/kubelet.yaml
conf "{device: null, deviceID: \"${PF[0]}\"}" >/run/pf.conf
finds error 'it is a PF with 4 VFs' 'allowInUse' --net /run/pf.conf

t_add 'ADD of a VF in mode vfio' "$(</run/vfio.conf)"
ID=attachments
silent
ip netns del pod
finds warning 'net1 of container c1: its network namespace is gone' '^dpdk-cni release c1 net1$'
t_run 'the remedy' "$PLUGIN" release c1 net1
silent
t_is 'the VF is with its driver' "$(driver "$A")" igbvf
t_need 'its link' t_wait 10 has_netdev "$A"
t_done
