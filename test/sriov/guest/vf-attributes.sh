#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What a network sets of a VF at its PF: written, read back, held against the wire, given back; and
# what the PF's driver refuses rolled back whole.
. "$(dirname "$0")/../../tap.sh"
. "$(dirname "$0")/nic.sh"
. "$(dirname "$0")/../../netns/plugin.sh"
. "$(dirname "$0")/killed.sh"

t_need 'four VFs each' make_vfs 4
A=$(vf 0 1) B=$(vf 1 2) C=$(vf 1 3)

pf=$(netdev "${PF[0]}")
# What scenarios before this one left.
ip -all netns delete
make_pod pod

snapshot() {
	devices_snapshot
	[ ! -d /run/dpdk-cni ] || (cd /run/dpdk-cni && find . -mindepth 2 | sort)
}
as_before() { # NAME
	t_is "$1" "$(snapshot)" "$BEFORE"
}
vfconf() { # [JQ-EXPRESSION]
	jq -nc "{cniVersion: \"1.0.0\", name: \"net\", type: \"dpdk-cni\", deviceID: \"$A\"} + (${1:-null})"
}
at_pf() { # JQ-FILTER
	ip -d -j link show "$pf" | jq -c ".[0].vfinfo_list[1] | $1"
}
BEFORE=$(snapshot)

# ---------------------------------------------------------------- each key

t_add 'ADD with a VLAN and a priority' "$(vfconf '{vlan: 100, vlanQoS: 5, vlanProto: "802.1q"}')"
t_json 'the PF has them' "$(ip -d -j link show "$pf")" '.[0].vfinfo_list[1].vlan_list[0] | [.vlan, .qos]' '[100,5]'
RESULT=$OUT
cni CHECK "$(vfconf "{vlan: 100, vlanQoS: 5, prevResult: $RESULT}")"
t_is 'CHECK has nothing to say' "$RC$OUT" 0
t_need 'an administrator sets another VLAN' ip link set "$pf" vf 1 vlan 200
cni CHECK "$(vfconf "{vlan: 100, vlanQoS: 5, prevResult: $RESULT}")"
t_json 'CHECK finds it' "$OUT" '[.code, (.msg | contains("vlan"))]' '[106,true]'
t_del 'DEL' "$(vfconf)"
t_json "the administrator's later word is left" "$(ip -d -j link show "$pf")" '.[0].vfinfo_list[1].vlan_list[0].vlan' 200
t_like 'and said' "$ERR" 'vlan was changed by somebody else'
t_need 'he takes it back' ip link set "$pf" vf 1 vlan 0
as_before 'then the host is as before'

t_add 'ADD with spoofchk, trust and a rate' "$(vfconf '{spoofchk: "off", trust: "on", max_tx_rate: 100}')"
t_json 'the PF has them' "$(at_pf .)" '[.spoofchk, .trust, .rate.max_tx]' '[false,true,100]'
t_del 'DEL' "$(vfconf '{spoofchk: "off", trust: "on", max_tx_rate: 100}')"
as_before 'they are as before'
t_need 'values of the administrator' ip link set "$pf" vf 1 trust on vlan 7
BEFORE=$(snapshot)
t_add 'ADD: absent is not zero' "$(vfconf '{spoofchk: "off"}')"
t_json 'what is not named stays' "$(ip -d -j link show "$pf")" '.[0].vfinfo_list[1] | [.trust, .vlan_list[0].vlan, .spoofchk]' '[true,7,false]'
t_del 'DEL' "$(vfconf)"
as_before 'the host is as before'
t_add 'ADD: zero clears' "$(vfconf '{vlan: 0, trust: "off"}')"
t_json 'it is cleared' "$(ip -d -j link show "$pf")" '.[0].vfinfo_list[1] | [.trust, (.vlan_list[0].vlan // 0)]' '[false,0]'
t_del 'DEL' "$(vfconf)"
as_before 'and back'
ip link set "$pf" vf 1 trust off vlan 0
BEFORE=$(snapshot)

# A configuration as sriov-cni has it, with each of its keys that this NIC can do.
t_add 'ADD with a configuration of sriov-cni' "$(vfconf '{cniVersion: "0.3.1", mac: "02:FE:C0:FF:EE:00", vlan: 1000, vlanQoS: 4,
	vlanProto: "802.1Q", max_tx_rate: 200, spoofchk: "off", trust: "on", logLevel: "panic",
	logFile: "/var/log/dpdk-cni-sriov.log", ipam: {}}')"
t_json 'the PF has all of it' "$(at_pf .)" '[.vlan_list[0].vlan, .vlan_list[0].qos, .rate.max_tx, .spoofchk, .trust]' \
	'[1000,4,200,false,true]'
t_json 'the result has the address' "$OUT" .interfaces[0].mac '"02:fe:c0:ff:ee:00"'
t_is 'its log is there, with nothing but its first line' "$(wc -l </var/log/dpdk-cni-sriov.log)" 1
t_del 'DEL' "$(vfconf)"
as_before 'the host is as before'

# ---------------------------------------------------------------- on the wire

# B is in another namespace with no VLAN, C there in VLAN 100: the PF's VLAN decides who hears A.
make_pod plain
make_pod tagged
CONTAINER=p POD=plain t_add 'a VF without VLAN' "$(vfconf "{deviceID: \"$B\", ipam: {type: \"static\", addresses: [{address: \"10.1.0.2/24\"}]}}")"
CONTAINER=t POD=tagged t_add 'a VF in VLAN 100' "$(vfconf "{deviceID: \"$C\", vlan: 100, ipam: {type: \"static\", addresses: [{address: \"10.1.0.3/24\"}]}}")"
t_add 'and one more in VLAN 100' "$(vfconf '{vlan: 100, ipam: {type: "static", addresses: [{address: "10.1.0.1/24"}]}}')"
t_run 'those in VLAN 100 hear each other' t_wait 20 ip netns exec pod ping -c1 -W1 10.1.0.3
t_run_fails 'the one without does not' ip netns exec pod ping -c2 -W1 10.1.0.2
t_del 'DEL' "$(vfconf "{ipam: {type: \"static\"}}")"
CONTAINER=t POD=tagged t_del 'DEL' "$(vfconf "{deviceID: \"$C\"}")"
CONTAINER=p POD=plain t_del 'DEL' "$(vfconf "{deviceID: \"$B\"}")"
as_before 'the host is as before'

# ---------------------------------------------------------------- refused, and rolled back

# The emulated NIC has none of these; the first key that is refused names itself, and the others,
# set before it, are taken back.
t_refused 'link_state, which this driver has not' ADD "$(vfconf '{vlan: 5, trust: "on", link_state: "enable"}')" 104 \
	'link_state.*(not supported|Operation)'
t_refused 'min_tx_rate, which this driver refuses' ADD "$(vfconf '{vlan: 5, min_tx_rate: 50}')" 104 'min_tx_rate'
t_refused 'query_rss, which this driver has not' ADD "$(vfconf '{vlan: 5, query_rss: "on"}')" 104 'query_rss.*not supported'
t_refused '802.1ad, which this driver has not' ADD "$(vfconf '{vlan: 5, vlanProto: "802.1ad"}')" 104 'vlan.*rotocol'
t_refused 'a bad MTU after VF attributes were set' ADD "$(vfconf '{vlan: 5, spoofchk: "off", mtu: 60000}')" 104 'MTU 60000'
t_refused 'a trunk' ADD "$(vfconf '{vlanTrunk: [1]}')" 2 'vlanTrunk'
t_refused 'a key of a VF for a whole NIC' ADD "$(vfconf "{deviceID: \"$(basename "$(readlink -f "$PCI/${PF[0]}")")\", vlan: 5}")" 102 'PF with 4 VFs'

# ---------------------------------------------------------------- busy

# A PF's driver may be busy with another of its VFs. The emulated one never is: the answer is put into
# the place of the message that sets the VLAN.
CONF=$(vfconf '{vlan: 100}')
traced() { # STRACE-OPTIONS...
	RC=0
	OUT=$(CNI_COMMAND=ADD CNI_CONTAINERID=c1 CNI_NETNS=/run/netns/pod CNI_IFNAME=net1 CNI_PATH=$CNI_BIN \
		strace -qqq -e signal=none -e trace=sendmsg "$@" "$PLUGIN" <<<"$CONF" 2>"$T_TMP/stderr") || RC=$?
}
traced -o "$T_TMP/trace"
point=$(grep -n IFLA_VF_VLAN "$T_TMP/trace" | head -n 1 | cut -d : -f 1)
t_like 'ADD sends one message for the VLAN' "$RC $(grep -c IFLA_VF_VLAN "$T_TMP/trace") $point" '^0 1 [0-9]+$'
t_del 'DEL' "$CONF"
# The data of all VFs of a PF is long: it is asked for before and after, of this PF, without statistics.
asked() {
	grep 'RTEXT_FILTER_VF' "$T_TMP/trace" | grep -o 'ifi_index=[^,]*\|RTEXT_FILTER_[A-Z|_]*' | paste -sd ' '
}
t_like 'ADD asks twice for VF data' "$(asked)" '^(ifi_index=([1-9]|if)[^ ]*) ([^ ]*SKIP_STATS) \1 \3$'
CONF=$(vfconf '{}')
traced -o "$T_TMP/trace"
t_is 'and never where no attribute is set' "$RC $(asked)" '0 '
t_del 'DEL' "$CONF"
CONF=$(vfconf '{vlan: 100}')
traced -o /dev/null -e "inject=sendmsg:error=EBUSY:when=$point"
t_is 'ADD when the driver is busy: asks again' "$RC $(at_pf '.vlan_list[0].vlan')" '0 100'
t_del 'DEL' "$CONF"
as_before 'the host is as before'
traced -o "$T_TMP/trace" -e "inject=sendmsg:error=EBUSY:when=$point+"
t_json 'ADD when it stays busy: try again later' "$OUT" '[.code, (.msg | test("set vlan at its PF: .*busy"))]' '[11,true]'
t_run 'it was asked more than a few times' test "$(grep -c IFLA_VF_VLAN "$T_TMP/trace")" -gt 5
t_del 'DEL' "$CONF"
as_before 'the host is as before'

# ---------------------------------------------------------------- killed at its changes

CONF=$(vfconf '{vlan: 100, trust: "on", mtu: 1400, mac: "02:00:00:00:11:22"}')
killed_everywhere 4

# ---------------------------------------------------------------- choosing

pool() { # LIST [MORE]
	jq -nc "{cniVersion: \"1.0.0\", name: \"net\", type: \"dpdk-cni\", pf: $1} + (${2:-null})"
}
chosen() { jq -r '.interfaces[0].pciID' <<<"$OUT"; }
V11='{cniVersion: "1.1.0"}'
POOL=$(pool "[\"$pf#1-2\"]" "$V11")
t_add 'ADD by PF and numbers' "$POOL"
t_is 'takes the first of them' "$(chosen)" "$A"
make_pod pod2
CONTAINER=c2 POD=pod2 t_add 'another ADD' "$POOL"
t_is 'takes the next' "$(chosen)" "$(vf 0 2)"
make_pod pod3
CONTAINER=c3 POD=pod3 cni ADD "$POOL"
t_json 'when all are taken: try again later' "$OUT" '[.code, (.msg | contains("none of the 2 VFs"))]' '[11,true]'
t_like 'their owners are named' "$(jq -r .msg <<<"$OUT")" \
	"$A: it belongs to interface net1 of container c1, .*; $(vf 0 2): it belongs to interface net1 of container c2"
cni STATUS "$POOL"
t_is 'which is not a fault' "$RC$OUT" 0
t_del 'DEL' "$POOL"
CONTAINER=c3 POD=pod3 t_add 'the one that came free' "$POOL"
t_is 'is taken' "$(chosen)" "$A"
CONTAINER=c2 t_del 'DEL' "$POOL"
CONTAINER=c3 t_del 'DEL' "$POOL"
as_before 'the host is as before'

POOLV=$(pool "[\"$pf#1-2\"]" "$V11 + {mode: \"vfio\"}")
t_add 'ADD by PF and numbers in mode vfio' "$POOLV"
CONTAINER=c2 POD=pod2 t_add 'another ADD' "$POOL"
CONTAINER=c3 POD=pod3 cni ADD "$POOLV"
t_json 'when all are taken: try again later' "$OUT" '[.code, (.msg | contains("none of the 2 VFs"))]' '[11,true]'
t_like 'the owners are named, in whichever mode they have theirs' "$(jq -r .msg <<<"$OUT")" \
	"interface net1 of container c1, .*; .*interface net1 of container c2"
t_run_fails 'plan says so too' env CNI_NETNS=/run/netns/pod3 CNI_PATH="$CNI_BIN" "$PLUGIN" plan <<<"$POOL"
t_like 'with their names' "$T_OUT" 'interface net1 of container c1 has it; .*interface net1 of container c2 has it'
t_del 'DEL' "$POOLV"
CONTAINER=c2 t_del 'DEL' "$POOL"
t_is 'the host is as before; a link that was made anew has another index' \
	"$(snapshot | grep -v ifindex)" "$(grep -v ifindex <<<"$BEFORE")"
BEFORE=$(snapshot)

# PFs that cannot serve keep the others from nothing.
cni ADD "$(pool "[\"$pf#7\"]" "$V11")"
t_json 'a number that there is not' "$OUT" \
	'[.code, (.msg | contains("it has no VF of these numbers: its 4 VFs are numbered 0 to 3"))]' '[100,true]'
t_add 'nor that, nor a PF, but one that serves' "$(pool "[\"$pf#7\", \"nosuch0\", \"$pf#2\"]" "$V11")"
t_is 'it serves' "$(chosen)" "$(vf 0 2)"
t_like 'what is wrong is said' "$ERR" 'no VF of these numbers.*nosuch0'
t_del 'DEL' "$POOL"
cni STATUS "$(pool '["nosuch0"]' "$V11")"
t_json 'a PF that is not there is a fault' "$OUT" '[.code, (.msg | contains("nosuch0"))]' '[50,true]'
cni STATUS "$(pool "[\"nosuch0\", \"$pf\"]" "$V11")"
t_is 'and not one where another serves' "$RC$OUT" 0

# Through a PF without carrier nothing passes.
t_need 'a PF goes down' ip link set "$pf" down
BOTH=$(pool "[\"$pf#1\", \"${PF[1]}#3\"]" "$V11")
t_add 'ADD when the first PF is down' "$BOTH"
t_is 'takes a VF of the other' "$(chosen)" "$C"
CONTAINER=c2 POD=pod2 t_add 'another ADD' "$BOTH"
t_is 'takes what is left' "$(chosen)" "$A"
t_like 'with a warning' "$ERR" "warning: pf: VF $A is taken, though its PF ${PF[0]} has no carrier"
t_del 'DEL' "$BOTH"
CONTAINER=c2 t_del 'DEL' "$BOTH"
t_need 'the PF comes up' ip link set "$pf" up
t_need 'its carrier' t_wait 20 has_carrier "${PF[0]}"
as_before 'the host is as before'

# A device plugin of the kubelet, or sriov-cni, owns the first.
mkdir -p /var/lib/kubelet/device-plugins
echo "{\"Data\":{\"RegisteredDevices\":{\"example.com/nic\":[\"$A\"]}}}" >/var/lib/kubelet/device-plugins/kubelet_internal_checkpoint
t_add 'a VF of a device plugin' "$POOL"
t_is 'is passed over' "$(chosen)" "$(vf 0 2)"
t_del 'DEL' "$POOL"
rm -r /var/lib/kubelet
mkdir -p /var/lib/cni/sriov/pci
echo /run/netns/x >"/var/lib/cni/sriov/pci/$A"
t_add 'a VF of sriov-cni' "$POOL"
t_is 'is passed over' "$(chosen)" "$(vf 0 2)"
t_del 'DEL' "$POOL"
rm -r /var/lib/cni/sriov
t_add 'PFs by address, in order' "$(pool "[\"${PF[1]}#3\", \"${PF[0]}\"]" "$V11")"
t_is 'the first comes first' "$(chosen)" "$C"
t_del 'DEL' "$POOL"

# Ten at once: each gets one of its own or is told to come again.
for i in 1 2 3 4 5 6; do
	make_pod "many$i"
	(CONTAINER=many$i POD=many$i T_TMP=$(mktemp -d) cni ADD "$(pool "[\"$pf\"]" "$V11 + {vlan: 9}")"
	echo "$RC $(jq -r '.interfaces[0].pciID // .code' <<<"$OUT")" >"/run/many.$i") &
done
wait
t_is 'six ADDs at once for four VFs: four get one each' "$(cat /run/many.* | awk '$1 == 0 {print $2}' | sort -u | wc -l) $(grep -c '^0' /run/many.* | awk -F: '{n += $2} END {print n}')" '4 4'
t_is 'the others are told to come again' "$(cat /run/many.* | awk '$1 != 0 {print $2}' | sort -u)" 11
for i in 1 2 3 4 5 6; do
	CONTAINER=many$i POD=many$i cni DEL "$(pool "[\"$pf\"]")"
	[ "$RC" -eq 0 ] || t_fail "DEL of many$i" "$OUT"
done
as_before 'the host is as before'
t_done
