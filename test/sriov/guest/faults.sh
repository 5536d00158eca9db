#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Something is done to a VF while a pod has it: the end is a host that is as it was, or an error that
# DEL says and that list and STATUS repeat until it is mended.
. "$(dirname "$0")/../../tap.sh"
. "$(dirname "$0")/nic.sh"
. "$(dirname "$0")/../../netns/plugin.sh"

t_need 'two VFs each' make_vfs 2
A=$(vf 0 1) B=$(vf 1 0) C=$(vf 1 1)
group() { basename "$(readlink "$PCI/$1/iommu_group")"; }
ip -all netns delete
make_pod pod
make_pod pod2

# A link of a VF that was bound anew has a new index.
snapshot() {
	devices_snapshot | grep -v ifindex
	[ ! -d /run/dpdk-cni ] || (cd /run/dpdk-cni && find . -mindepth 2 | sort)
}
as_before() { # NAME
	t_is "$1" "$(snapshot)" "$BEFORE"
}
vfconf() { # [JQ-EXPRESSION]
	jq -nc "{cniVersion: \"1.1.0\", name: \"net\", type: \"dpdk-cni\", deviceID: \"$A\"} + (${1:-null})"
}
listed() { "$PLUGIN" list | tr '\n' ' '; }
BEFORE=$(snapshot)

# ---------------------------------------------------------------- bound to another driver

t_add 'a VF goes to a pod' "$(vfconf)"
cni STATUS "$(vfconf)"
t_is 'STATUS has nothing to say' "$RC$OUT$ERR" 0
t_need 'somebody binds it to vfio-pci' bind "$A" vfio-pci
t_like 'list tells' "$(listed)" "$A is with vfio-pci now, not with the driver igbvf"
cni STATUS "$(vfconf)"
t_is 'STATUS: DEL will tell' "$RC$OUT" 0
t_like 'and warns' "$ERR" "warning: interface net1 of container c1: its device $A is with vfio-pci now"
cni DEL "$(vfconf)"
t_json 'DEL cannot give it back' "$OUT" '[.code, (.msg | contains("somebody bound its device to vfio-pci")), (.details | contains("bind it to igbvf again"))]' \
	'[100,true,true]'
t_like 'list repeats it, with the remedy' "$(listed)" 'UNDOING.*taking it back failed: .*bound its device to vfio-pci.*bind it to igbvf again'
cni STATUS "$(vfconf)"
t_json 'STATUS repeats it' "$OUT" '[.code, (.msg | contains("bound its device to vfio-pci"))]' '[50,true]'
cni STATUS "$(vfconf "{name: \"other\", deviceID: \"$B\"}")"
t_is 'STATUS of a network with another NIC has nothing to say' "$RC$OUT$ERR" 0
cni STATUS "$(vfconf '{deviceID: null}')"
t_is 'that of the same network, whose NICs the runtime names: no fault of the node' "$RC$OUT" 0
t_is 'nor is anything said of them: list tells' "$ERR" ''
CONTAINER=c2 POD=pod2 cni ADD "$(vfconf)"
t_json 'ADD for the next pod says it too' "$OUT" '[.code, (.msg | contains("bound its device to vfio-pci"))]' '[100,true]'
t_need 'its own driver again' bind "$A" igbvf
t_need 'no override' no_override "$A"
t_del 'DEL' "$(vfconf)"
as_before 'the host is as before'
cni STATUS "$(vfconf)"
t_is 'STATUS has forgotten' "$RC$OUT$ERR" 0

# ---------------------------------------------------------------- held by a program, which is killed

VFIO='{mode: "vfio"}'
t_add 'a VF goes to a pod, by vfio-pci' "$(vfconf "$VFIO")"
sleep 600 8<>"/dev/vfio/$(group "$A")" &
holder=$!
t_need 'a program holds it' t_wait 5 sh -c "ls -l /proc/$holder/fd | grep -q vfio"
cni DEL "$(vfconf "$VFIO")"
t_json 'DEL: try again later' "$OUT" '[.code, (.details | contains("fuser"))]' '[11,true]'
t_like 'list repeats it' "$(listed)" 'taking it back failed: .*a program holds its VFIO group'
cni STATUS "$(vfconf "$VFIO")"
t_is 'STATUS: no fault' "$RC$OUT" 0
t_like 'but a warning' "$ERR" 'a program holds its VFIO group'
t_run_fails 'release does not wait either' "$PLUGIN" release c1 net1
kill -9 $holder
wait $holder 2>/dev/null
t_del 'DEL right after its SIGKILL' "$(vfconf "$VFIO")"
as_before 'the host is as before'

# ---------------------------------------------------------------- the namespace dies

t_add 'a VF goes to a pod' "$(vfconf)"
ip netns del pod
t_need 'it comes back by itself' t_wait 10 has_netdev "$A"
t_like 'list tells' "$(listed)" 'gone.*its network namespace is gone'
cni STATUS "$(vfconf)"
t_is 'STATUS: no fault, the next ADD mends it' "$RC$OUT" 0
t_like 'but a warning' "$ERR" 'its network namespace is gone'
t_del 'DEL' "$(vfconf)"
as_before 'the host is as before'
make_pod pod

# ---------------------------------------------------------------- the VFs go, and come again

two_pods() {
	t_add 'a VF of the other NIC goes to a pod' "$(vfconf "{deviceID: \"$B\", mac: \"02:00:00:00:11:22\"}")"
	CONTAINER=c2 POD=pod2 t_add 'another to another pod, by vfio-pci' "$(vfconf "{deviceID: \"$C\", mode: \"vfio\", vlan: 7}")"
}
two_pods_end() {
	t_del "$1: DEL" "$(vfconf "{deviceID: \"$B\"}")"
	CONTAINER=c2 POD=pod2 t_del "$1: DEL of the other" "$(vfconf "{deviceID: \"$C\", mode: \"vfio\"}")"
	as_before "$1: nothing else has changed"
}
no_state() { grep -v '^\./\(claims\|pods\)'; }

two_pods
echo 0 >"$PCI/${PF[1]}/sriov_numvfs"
t_like 'all VFs are gone: list tells of both' "$(listed)" "$C is not on this machine any more.*$B is not on|$B is not on this machine any more.*$C is not on"
cni STATUS "$(vfconf "{deviceID: \"$B\"}")"
t_json 'STATUS' "$OUT" '[.code, (.msg | contains("not on this machine any more"))]' '[50,true]'
BEFORE=$(snapshot | no_state)
two_pods_end 'all VFs are gone'
cni STATUS "$(vfconf "{deviceID: \"$B\"}")"
t_json 'STATUS names the device now' "$OUT" '[.code, (.msg | contains("there is none on this machine"))]' '[50,true]'
t_need 'VFs again' make_vfs 2

# The PF's driver is loaded anew: its VFs die with it.
reload() {
	echo "${PF[1]}" >"$PCI/${PF[1]}/driver/unbind" && echo "${PF[1]}" >/sys/bus/pci/drivers/igb/bind &&
		t_wait 10 has_netdev "${PF[1]}"
}
two_pods
t_need "the PF's driver is bound anew" reload
t_need 'VFs again' make_vfs 2
t_like 'list tells of both' "$(listed)" "$B was made anew.*$C was made anew|$C was made anew.*$B was made anew"
cni STATUS "$(vfconf "{deviceID: \"$B\"}")"
t_is 'STATUS: no fault, DEL forgets it' "$RC$OUT" 0
t_like 'but a warning' "$ERR" "$B was made anew meanwhile"
make_pod pod3
CONTAINER=c3 POD=pod3 t_add 'the next pod gets the new VF, though the other pod lives' \
	"$(vfconf "{deviceID: \"$B\"}")"
t_like 'list tells of all three' "$(listed)" "c3 +net1.*c1|c1.*c3 +net1"
CONTAINER=c3 POD=pod3 cni CHECK "$(vfconf "{deviceID: \"$B\", prevResult: $OUT}")"
t_is 'it has it' "$RC$OUT" 0
CONTAINER=c3 t_del 'DEL' "$(vfconf "{deviceID: \"$B\"}")"
ip netns del pod3
BEFORE=$(snapshot | no_state)
two_pods_end "the PF's driver was bound anew"
t_add 'the new VF goes to a pod' "$(vfconf "{deviceID: \"$B\"}")"
t_del 'and returns' "$(vfconf "{deviceID: \"$B\"}")"
as_before 'the host is as before'
t_is 'nothing is attached' "$("$PLUGIN" list)" 'no attachments'
t_done
