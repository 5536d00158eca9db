#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# DPDK on VFs through vfio-pci: programs start with the arguments that the library derives, and
# forward between kernel VFs that have no other way to each other. All of it by hand, so that the pod's
# side alone is tested: dpdk-pods.sh has the plugin.
. "$(dirname "$0")/../../tap.sh"
. "$(dirname "$0")/nic.sh"
. "$(dirname "$0")/dpdk-env.sh"

t_need 'four VFs each' make_vfs 4
t_need 'hugepages on both nodes' dpdk_memory 128
t_need 'testpmd' command -v dpdk-testpmd
t_need 'few drivers to load' dpdk_few_drivers
t_need 'far ends' far_ends 1 10
A=$(vf 0 0) B=$(vf 1 0)
MACS=(02:00:00:00:0a:01 02:00:00:00:0b:01)
far_neighbours "${MACS[@]}"

# What EAL says of the devices it took: address and NUMA node of each.
on_nodes() { # FILE
	sed -n 's/.*net_e1000_igb_vf.*device: \([^ ]*\) (socket \(.*\)).*/\1 \2/p' "$1" | tr '\n' ' '
}
now_ms() { echo $(($(date +%s%N) / 1000000)); }

# ---------------------------------------------------------------- by hand

interface() { # NAME PF-NUMBER ADDRESS
	local group

	group=$(readlink "$PCI/$3/iommu_group")
	printf '{"name":"%s","network":"lab","mode":"vfio","pciAddress":"%s","pf":"%s","vf":0,"driver":"vfio-pci",' \
		"$1" "$3" "${PF[$2]}"
	printf '"vendor":"0x8086","device":"0x10ca","numaNode":%d,"iommuGroup":%d,"mac":"%s"}' \
		"$2" "${group##*/}" "${MACS[$2]}"
}

for p in 0 1; do
	t_need "VLAN and MAC address of VF $p" ip link set "$(netdev "${PF[$p]}")" vf 0 vlan $((p * 10 + 10)) mac "${MACS[$p]}"
	t_need "VF $p on vfio-pci" bind "$(vf $p 0)" vfio-pci
done
mkdir -p /run/dpdk-pod
cat >/run/dpdk-pod/pod.json <<JSON
{"version":"1.0","pod":{"namespace":"default","name":"by-hand","uid":"u-1"},"containers":{},"node":{"name":"lab"},
 "interfaces":[$(interface net1 0 "$A"),$(interface net2 1 "$B")]}
JSON

t_run_fails 'nothing passes yet' far_ping 3
t_run 'dpdk-pod derives the arguments' "$POD_TOOL" args
t_like 'both VFs are in them' "$T_OUT" "$A.*$B"
t_diag "$T_OUT"

began=$(now_ms)
fwd_start "$L2FWD" --json --period 0.5
t_diag "l2fwd: forwards after $(($(now_ms) - began)) ms"
t_need 'l2fwd runs' grep -e '-> port' "$fwd_err"
t_is 'its ports are the VFs, under their names' "$(sed -n 's/.*\(port .*\) ->.*/\1/p' "$fwd_err")" \
	"port 0: net1 ($A) ${MACS[0]}
port 1: net2 ($B) ${MACS[1]}"
t_is 'each is found on its node' "$(on_nodes "$fwd_err")" "$A 0 $B 1 "
forwards 300 l2fwd
t_isnt 'its VF cannot be taken away meanwhile' "$(
	exec 2>&1
	exec 9<"/dev/vfio/$(basename "$(readlink "$PCI/$A/iommu_group")")" && echo opened
)" opened
fwd_stop
t_is 'it ends as always' "$fwd_status" 0
t_is 'it has counted both ways, and dropped none' \
	"$(fwd_final '[(.ports[] | .rx >= 300, .tx >= 300, .dropped)]')" '[true,true,0,true,true,0]'
t_run_fails 'without it nothing passes' far_ping 3

# Any DPDK program: testpmd, which is told where to send.
began=$(now_ms)
mkfifo "$T_TMP/testpmd.in"
stdbuf -oL "$POD_TOOL" run -- dpdk-testpmd -- -i --nb-cores=1 --total-num-mbufs=4096 <"$T_TMP/testpmd.in" >"$T_TMP/testpmd" 2>&1 &
testpmd=$!
t_cleanup "kill -9 $testpmd 2>/dev/null"
exec 9<>"$T_TMP/testpmd.in"
printf '%s\n' 'set eth-peer 0 02:00:00:00:00:00' 'set eth-peer 1 02:00:00:00:00:01' 'set fwd mac' start >&9
testpmd_forwards() {
	t_wait 30 grep -Eq 'mac packet forwarding|error|exiting' "$T_TMP/testpmd"
	grep -q 'mac packet forwarding' "$T_TMP/testpmd" && return
	cat "$T_TMP/testpmd"
	return 1
}
t_need 'testpmd starts with derived arguments' testpmd_forwards
t_diag "testpmd: forwards after $(($(now_ms) - began)) ms"
t_is 'on both VFs' "$(on_nodes "$T_TMP/testpmd")" "$A 0 $B 1 "
forwards 100 testpmd
echo quit >&9
exec 9>&-
rc=0
wait $testpmd || rc=$?
t_is 'testpmd: it ends well' "$rc" 0
[ $rc -eq 0 ] || t_diag "$(tail -n 20 "$T_TMP/testpmd")"

rm /run/dpdk-pod/pod.json
for p in 0 1; do
	t_need "VF $p with its own driver" bind "$(vf $p 0)" igbvf
	t_need 'no override' no_override "$(vf $p 0)"
	t_need 'no VLAN, no MAC address' ip link set "$(netdev "${PF[$p]}")" vf 0 vlan 0 mac 00:00:00:00:00:00
done

far_gone ''
for p in 0 1; do
	t_wait 10 has_netdev "$(vf $p 1)"
	ip link set "$(netdev "${PF[$p]}")" vf 1 vlan 0
done
dpdk_memory 0
t_done
