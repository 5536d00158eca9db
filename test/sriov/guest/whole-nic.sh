#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A whole NIC: a PF without VFs, and one that has no SR-IOV, in both modes, and given back exactly.
# DPDK drives both of them at once.
. "$(dirname "$0")/../../tap.sh"
. "$(dirname "$0")/nic.sh"
. "$(dirname "$0")/../../netns/plugin.sh"
. "$(dirname "$0")/dpdk-env.sh"

t_need 'VFs of the first NIC for the far ends' make_vfs 2
echo 0 >"$PCI/${PF[1]}/sriov_numvfs"
t_need 'hugepages on both nodes' dpdk_memory 64
t_need 'few drivers to load' dpdk_few_drivers
t_need 'programs' programs_for_all
t_need 'controllers' sh -c "echo '+cpuset +hugetlb' >$CGROUPS/cgroup.subtree_control"
# Its CPU is not on the node of the only NIC that has one.
t_need 'limits of the pod' pod_cgroup pod 0 $((128 << 20))
ip -all netns delete
make_pod pod
dir=/run/dpdk-pod/pod
mkdir -p $dir
NICS=("${PF[1]}" "$PLAIN")
KIND=('a PF without VFs' 'a NIC without SR-IOV')
DRIVERS=(igb e1000e)
NODES=(1 null)
MODES=(netdev vfio)

dress() { # NETDEV MAC
	ip link set "$1" up && ip link set "$1" address "$2" mtu 1450 txqueuelen 77 group 5 alias "the NIC $1" &&
		ip link property add dev "$1" altname "whole-$1" && ip link set "$1" promisc on
}
undress() { # NETDEV MAC
	ip link set "$1" promisc off down && ip link set "$1" address "$2" mtu 1500 txqueuelen 1000 group 0 alias '' &&
		ip link property del dev "$1" altname "whole-$1"
}
snapshot() {
	devices_snapshot
	[ ! -d /run/dpdk-cni ] || (cd /run/dpdk-cni && find . -mindepth 2 | sort)
	ls $dir
}
nicconf() { # NIC [JQ-EXPRESSION]
	jq -nc "{cniVersion: \"1.1.0\", name: \"net\", type: \"dpdk-cni\", deviceID: \"${NICS[$1]}\",
		deviceNode: {gid: $GROUP_ID, mode: \"0660\"}, podFile: {dir: \"$dir\"}} + (${2:-null})"
}

for i in 0 1; do
	link=$(netdev "${NICS[i]}")
	t_need "${KIND[i]} with values of its own" dress "$link" "02:0c:00:00:00:0$i"
	t_wait 10 has_carrier "${NICS[i]}"
	BEFORE=$(snapshot)
	t_add "${KIND[i]}: ADD in mode netdev" "$(nicconf $i '{mode: "netdev", mtu: 1400}')"
	t_json "${KIND[i]}: the pod file" "$(<$dir/pod.json)" '.interfaces[0] | [.mode, .driver, .pf, .vf, .numaNode, .mtu]' \
		"[\"netdev\",\"${DRIVERS[i]}\",null,null,${NODES[i]},1400]"
	t_is "${KIND[i]}: it is in the pod" "$(pod_links pod)" '["lo","net1"]'
	t_del "${KIND[i]}: DEL" "$(nicconf $i)"
	t_is "${KIND[i]}: the host is as before" "$(snapshot)" "$BEFORE"
	t_refused "${KIND[i]}: a key of VFs" ADD "$(nicconf $i "{mode: \"${MODES[i]}\", vlan: 5}")" 7 'it is not a VF of a PF'
	t_add "${KIND[i]}: ADD in mode vfio" "$(nicconf $i '{mode: "vfio"}')"
	t_is "${KIND[i]}: it is with vfio-pci" "$(driver "${NICS[i]}")" vfio-pci
	t_json "${KIND[i]}: the pod file" "$(<$dir/pod.json)" '.interfaces[0] | [.mode, .driver, .pf, .vf, .numaNode]' \
		"[\"vfio\",\"vfio-pci\",null,null,${NODES[i]}]"
	t_del "${KIND[i]}: DEL" "$(nicconf $i)"
	t_is "${KIND[i]}: it is with its driver, its link as it was" "$(snapshot | grep -v ifindex)" "$(grep -v ifindex <<<"$BEFORE")"
	t_need "${KIND[i]}: as the machine had it" undress "$(netdev "${NICS[i]}")" "$(ip -j link show "$(netdev "${NICS[i]}")" | jq -r '.[0].permaddr // .[0].address')"
done

# All are on one wire: without being promiscuous each takes what is for it.
BEFORE=$(far_snapshot)
for i in 0 1; do
	IFNAME=net$((i + 1)) t_add "${KIND[i]}: ADD for DPDK" "$(nicconf $i '{mode: "vfio"}')"
done
t_need 'a far end' far_namespace left
t_need 'its VF' far_end left "$(netdev "$(vf 0 0)")" $LEFT 0
t_need 'the other far end' far_namespace right
t_need 'its VF' far_end right "$(netdev "$(vf 0 1)")" $RIGHT 1
far_neighbours 52:54:00:00:0b:00 52:54:00:00:0c:00
fwd_start contained pod $((128 << 20)) "$L2FWD" --json --period 0.5 --no-promisc
t_like 'l2fwd runs on both' "$(grep -e '-> port' "$fwd_err")" "net1 \(${PF[1]}\) 52:54:00:00:0b:00.*net2 \($PLAIN\) 52:54:00:00:0c:00"
forwards 100 'whole NICs'
fwd_stop
t_is 'it ends as always' "$fwd_status" 0
[ "$fwd_status" -eq 0 ] || t_diag "$(fwd_log)"
for i in 0 1; do
	IFNAME=net$((i + 1)) t_del "${KIND[i]}: DEL" "$(nicconf $i)"
done
far_gone ''
for p in 0 1; do
	t_wait 10 has_netdev "$(vf 0 $p)"
	ip link set "$(netdev "$(vf 0 $p)")" name "eth9$p"
done
t_is 'drivers and links are as before' "$(grep -c vfio-pci <<<"$(far_snapshot)")$(driver "${PF[1]}")$(driver "$PLAIN")" 0igbe1000e
rmdir $CGROUPS/pod
echo '-cpuset -hugetlb' >$CGROUPS/cgroup.subtree_control
dpdk_memory 0
t_done
