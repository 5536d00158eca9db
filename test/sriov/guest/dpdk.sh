#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Two pods at once, as careful as pods can be: a user that is not root, no capability, limits for
# CPUs, hugepages and locked memory. One has l2fwd, the other the packaged testpmd, each on a VF of
# each NIC. What the PF was told, VLAN and MAC address, is seen on the wire; counters agree; what is
# killed can be started again.
. "$(dirname "$0")/../../tap.sh"
. "$(dirname "$0")/nic.sh"
. "$(dirname "$0")/../../netns/plugin.sh"
. "$(dirname "$0")/dpdk-env.sh"

HUGE=$((96 << 20)) # of each pod

t_need 'four VFs each' make_vfs 4
t_need 'hugepages on both nodes' dpdk_memory 128
t_need 'testpmd' command -v dpdk-testpmd
t_need 'few drivers to load' dpdk_few_drivers
t_need 'the programs, where everybody may run them' programs_for_all
t_need 'controllers' sh -c "echo '+cpuset +hugetlb' >$CGROUPS/cgroup.subtree_control"
t_need 'limits of the first pod' pod_cgroup first 0 $HUGE
t_need 'limits of the second' pod_cgroup second 1 $HUGE

# The first pod: VF 0 of each NIC, and kernel VFs in front of it. The second: VF 2 of each; what
# leaves at the second NIC goes over the wire, and who speaks VLAN 40 there hears it. (Addresses of
# their own: what has that of another VF of its NIC never gets to the wire.)
t_need 'far ends of the first pod' far_ends 1 10
t_need "the second pod's left end: a namespace" far_namespace left2
t_need "the second pod's left end" far_end left2 "$(netdev "$(vf 0 3)")" $LEFT 2
t_need 'its VLAN' ip link set "$(netdev "${PF[0]}")" vf 3 vlan 30
t_need "the second pod's right end: a namespace" far_namespace right2
t_need 'the plain NIC on the wire' ip link set "$(netdev "$PLAIN")" netns right2 name wire up
t_need 'VLAN 40 on it' ip -n right2 link add link wire name tagged type vlan id 40
t_need 'moved' ip -n right2 link set tagged name far address 02:00:00:00:00:03
t_need 'its address' ip -n right2 addr add $RIGHT/24 dev far
t_need 'up' ip -n right2 link set far up

MACS=(02:00:00:00:0a:01 02:00:00:00:0b:01 02:00:00:00:0a:02 02:00:00:00:0b:02)
far_neighbours "${MACS[@]:0:2}"
far_neighbours "${MACS[@]:2:2}" 2

BEFORE=$(far_snapshot)

network() { # POD PF-NUMBER VF VLAN MAC
	jq -nc "{cniVersion: \"1.1.0\", name: \"net\", type: \"dpdk-cni\", deviceID: \"$(vf "$2" "$3")\", mode: \"vfio\",
		vlan: $4, mac: \"$5\", deviceNode: {gid: $GROUP_ID, mode: \"0660\"}, podFile: {dir: \"/run/dpdk-pod/$1\"}}"
}
NETWORKS=("$(network first 0 0 10 "${MACS[0]}")" "$(network first 1 0 20 "${MACS[1]}")"
	"$(network second 0 2 30 "${MACS[2]}")" "$(network second 1 2 40 "${MACS[3]}")")
i=0
for pod in first second; do
	make_pod $pod
	mkdir -p /run/dpdk-pod/$pod
	for name in net1 net2; do
		CONTAINER=$pod POD=$pod IFNAME=$name t_add "ADD of $name to the $pod pod" "${NETWORKS[i]}"
		i=$((i + 1))
	done
done

# What EAL says of the devices it took: address and NUMA node of each.
on_nodes() { # FILE
	sed -n 's/.*net_e1000_igb_vf.*device: \([^ ]*\) (socket \(.*\)).*/\1 \2/p' "$1" | tr '\n' ' '
}

# ---------------------------------------------------------------- no root, no capability

(contained first 65536 sh -c 'id -u; id -G; cat /proc/self/status') >"$T_TMP/who"
t_is 'who runs there: user and groups' "$(head -n 2 "$T_TMP/who" | tr '\n' ' ')" "$USER_ID $GROUP_ID "
t_is 'all of its capabilities' "$(grep '^Cap' "$T_TMP/who" | cut -f 2 | sort -u)" 0000000000000000
t_is 'its CPU' "$(sed -n 's/^Cpus_allowed_list:\t//p' "$T_TMP/who")" 0

# Less locked memory than VFIO needs: who reads the output knows what to do.
fwd_start contained first 65536 "$L2FWD"
fwd_wait 30
t_isnt 'with 64 kB of locked memory l2fwd does not start' "$fwd_status" 0
t_diag "$(grep -v '^EAL: Detected' "$fwd_err")"
t_like 'and says why' "$(<"$fwd_err")" 'RLIMIT_MEMLOCK is 64 kB.*add the capability IPC_LOCK or raise'
t_like 'its last words are of the device or of DPDK' "$(tail -n 3 "$fwd_err")" '[Rr]emedy|doctor'

# As much as its hugepages is enough.
fwd_start contained first $HUGE "$L2FWD" --json --period 0.5
t_need 'l2fwd runs with as much locked memory as it may take hugepages' grep -e '-> port' "$fwd_err"
t_is 'its ports are the VFs, under their names' "$(sed -n 's/.*\(port .*\) ->.*/\1/p' "$fwd_err")" \
	"port 0: net1 ($(vf 0 0)) ${MACS[0]}
port 1: net2 ($(vf 1 0)) ${MACS[1]}"
t_is 'each is found on its node' "$(on_nodes "$fwd_err")" "$(vf 0 0) 0 $(vf 1 0) 1 "
t_like 'it takes hugepages in memory, no more than its limit' "$(grep 'EAL arguments:' "$fwd_err")" \
	'--in-memory --socket-mem 48,48 --socket-limit 48,48'
t_is 'its user' "$(stat -c %u "/proc/$fwd_pid")" $USER_ID
t_is 'its capabilities' "$(grep '^Cap' "/proc/$fwd_pid/status" | cut -f 2 | sort -u)" 0000000000000000
t_is 'VFIO has locked memory for it, within the limit' \
	"$(awk '/^VmLck/ { print ($2 > 0), ($2 <= '$((HUGE / 1024))') }' "/proc/$fwd_pid/status")" '1 1'

mkfifo "$T_TMP/testpmd.in"
exec 9<>"$T_TMP/testpmd.in"
# Its command line wants a core of its own beside that which forwards; what is given by hand wins.
contained second $HUGE stdbuf -oL "$POD_TOOL" run -- dpdk-testpmd --lcores 0@1,1@1 -- -i --nb-cores=1 --total-num-mbufs=4096 \
	<"$T_TMP/testpmd.in" >"$T_TMP/testpmd" 2>&1 &
testpmd=$!
t_cleanup "kill -9 $testpmd 2>/dev/null"
printf '%s\n' 'set eth-peer 0 02:00:00:00:00:02' 'set eth-peer 1 02:00:00:00:00:03' 'set fwd mac' start >&9
testpmd_forwards() {
	t_wait 30 eval "! kill -0 $testpmd || grep -q 'mac packet forwarding' '$T_TMP/testpmd'"
	grep -q 'mac packet forwarding' "$T_TMP/testpmd" && return
	cat "$T_TMP/testpmd"
	return 1
}
t_need 'testpmd starts beside it, by dpdk-pod run' testpmd_forwards
t_is 'on both VFs' "$(on_nodes "$T_TMP/testpmd")" "$(vf 0 2) 0 $(vf 1 2) 1 "
t_is 'its capabilities' "$(grep '^Cap' "/proc/$testpmd/status" | cut -f 2 | sort -u)" 0000000000000000

# ---------------------------------------------------------------- both forward; what is on the wire

forwards 300 'l2fwd'
forwards 100 'testpmd' 2

ip netns exec right2 tcpdump -i wire -enn -c 4 -w "$T_TMP/wire" icmp or vlan and icmp 2>"$T_TMP/tcpdump" &
tcpdump=$!
t_need 'a look at the wire' t_wait 10 grep -q 'listening on' "$T_TMP/tcpdump"
t_run 'pings over the wire' far_ping 4 2
t_wait 10 sh -c "! kill -0 $tcpdump"
kill $tcpdump 2>/dev/null
seen=$(tcpdump -r "$T_TMP/wire" -enn 2>/dev/null)
t_like 'out: from the MAC address that the PF gave, in the VLAN that the PF sets' "$seen" \
	"${MACS[3]} > 02:00:00:00:00:03, .*vlan 40,.*$LEFT > $RIGHT: ICMP echo request"
t_like 'and in' "$seen" "02:00:00:00:00:03 > ${MACS[3]}, .*vlan 40,.*$RIGHT > $LEFT: ICMP echo reply"

# ---------------------------------------------------------------- counters

fwd_quiet
counts=$(far_counts)
t_run '200 pings' far_ping 200
fwd_quiet
t_is 'who sends, forwards and receives counts the same: to right and to left, each in this order' \
	"$(counts_since "$counts")" '200 200 200 200 200 200 200 200'

# ---------------------------------------------------------------- killed

kill -9 "$fwd_pid"
fwd_wait 10
t_is 'l2fwd is killed' "$fwd_status" 137
t_run_fails 'nothing passes' far_ping 2
t_run 'the other pod does not notice' far_ping 20 2
fwd_start contained first $HUGE "$L2FWD" --json --period 0.5
forwards 50 'l2fwd, started again'
t_isnt 'its VF cannot be taken away meanwhile' "$(
	exec 2>&1
	exec 9<"/dev/vfio/$(basename "$(readlink "$PCI/$(vf 0 0)/iommu_group")")" && echo opened
)" opened
CONTAINER=first POD=first IFNAME=net1 cni DEL "${NETWORKS[0]}"
t_json 'DEL while it runs: try again later' "$OUT" .code 11
t_run 'it still forwards' far_ping 20
fwd_stop
t_is 'l2fwd ends as always' "$fwd_status" 0
t_is 'it has counted both ways, and dropped none' \
	"$(fwd_final '[(.ports[] | .rx >= 70, .tx >= 70, .dropped)]')" '[true,true,0,true,true,0]'
t_run_fails 'nothing passes then' far_ping 2
i=0
for name in net1 net2; do
	CONTAINER=first POD=first IFNAME=$name t_del "DEL of $name when it has ended" "${NETWORKS[i]}"
	i=$((i + 1))
done
t_run 'the other pod goes on' far_ping 20 2
exec 9>&-
kill -9 $testpmd
rc=0
wait $testpmd || rc=$?
t_is 'testpmd is killed' "$rc" 137
for name in net1 net2; do
	CONTAINER=second POD=second IFNAME=$name t_del "DEL of $name of a pod whose program was killed" "${NETWORKS[i]}"
	i=$((i + 1))
done
t_is 'drivers, VLANs and addresses are as before' "$(far_snapshot)" "$BEFORE"

ip netns del first
ip netns del second
ip -n right2 link del far
ip -n right2 link set wire down
far_gone ''
far_gone 2
t_need 'the plain NIC is back' t_wait 10 has_netdev "$PLAIN"
for p in 0 1; do
	t_wait 10 has_netdev "$(vf $p 1)"
	ip link set "$(netdev "${PF[$p]}")" vf 1 vlan 0
done
t_wait 10 has_netdev "$(vf 0 3)"
ip link set "$(netdev "${PF[0]}")" vf 3 vlan 0
rmdir $CGROUPS/first $CGROUPS/second
echo '-cpuset -hugetlb' >$CGROUPS/cgroup.subtree_control
dpdk_memory 0
t_done
