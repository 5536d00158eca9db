#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A VF's network device goes into a pod and comes back exactly as it was, whatever happens to pod,
# VF and PF meanwhile.
. "$(dirname "$0")/../../tap.sh"
. "$(dirname "$0")/nic.sh"
. "$(dirname "$0")/../../netns/plugin.sh"

t_need 'four VFs each' make_vfs 4
A=$(vf 0 1) B=$(vf 1 2)
a=$(netdev "$A")

# As the host has it; and what the plugin knows of it, which is nothing again after DEL.
snapshot() {
	devices_snapshot
	[ ! -d /run/dpdk-cni ] || (cd /run/dpdk-cni && find . -mindepth 2 | sort)
	[ ! -d /run/k8s.cni.cncf.io ] || find /run/k8s.cni.cncf.io -type f
}
as_before() { # NAME
	t_is "$1" "$(snapshot)" "$BEFORE"
}
vfconf() { # [JQ-EXPRESSION]
	jq -nc "{cniVersion: \"1.1.0\", name: \"net\", type: \"dpdk-cni\", deviceID: \"$A\"} + (${1:-null})"
}
pod_link() { # POD [IFNAME]
	ip -n "$1" -d -j link show "${2:-net1}" | jq -c .[0]
}

# A value of its own for everything that must come back.
dress() { # NETDEV MAC
	ip link set "$1" address "$2" mtu 1450 txqueuelen 77 group 5 alias "the VF $1" &&
		ip link property add dev "$1" altname "other-$1" altname "a-name-that-is-long-$1" &&
		ip link set "$1" promisc on
}
t_need 'a VF with values of its own' dress "$a" 02:0a:00:00:00:01
make_pod pod
make_pod pod2
BEFORE=$(snapshot)

# ---------------------------------------------------------------- by every name

dir=/run/dpdk-pod/c1
info=/var/run/k8s.cni.cncf.io/devinfo/cni/net-c1-net1
[ -e /var/run ] || ln -s /run /var/run
mkdir -p $dir
t_add 'ADD by deviceID' "$(vfconf "{podFile: {dir: \"$dir\"}, runtimeConfig: {CNIDeviceInfoFile: \"$info\"},
	capabilities: {CNIDeviceInfoFile: true}, mtu: 1400}")"
t_json 'the result' "$OUT" '.interfaces' \
	"[{\"name\":\"net1\",\"mac\":\"02:0a:00:00:00:01\",\"mtu\":1400,\"sandbox\":\"/run/netns/pod\",\"pciID\":\"$A\"}]"
t_json 'the VF is in the pod, up' "$(pod_link pod)" \
	'[.ifname, .parentdev, .address, .mtu, (.flags | contains(["UP"]))]' \
	"[\"net1\",\"$A\",\"02:0a:00:00:00:01\",1400,true]"
t_is 'the host has it no more' "$(netdev "$A")" ''
t_json 'the pod file' "$(<$dir/pod.json)" \
	'.interfaces[0] | [.name, .mode, .pciAddress, .pf, .vf, .driver, .vendor, .device, .numaNode, .mac, .mtu]' \
	"[\"net1\",\"netdev\",\"$A\",\"${PF[0]}\",1,\"igbvf\",\"0x8086\",\"0x10ca\",0,\"02:0a:00:00:00:01\",1400]"
t_json 'the device information file' "$(<$info)" . \
	"{\"type\":\"pci\",\"version\":\"1.1.0\",\"pci\":{\"pci-address\":\"$A\",\"pf-pci-address\":\"${PF[0]}\"}}"
t_is 'its mode' "$(stat -c %a $info)" 444
RESULT=$OUT
cni CHECK "$(vfconf "{mtu: 1400, prevResult: $RESULT}")"
t_is 'CHECK has nothing to say' "$RC$OUT" 0
CONTAINER=c2 POD=pod2 cni ADD "$(vfconf)"
t_json 'another pod does not get it' "$OUT" '[.code, (.msg | contains("container c1"))]' '[101,true]'
CONTAINER=c2 POD=pod2 t_del 'DEL by the one that did not get it' "$(vfconf)"
t_is 'takes it from nobody' "$(pod_links pod) $(pod_links pod2)" '["lo","net1"] ["lo"]'

# The pod does what it likes, though not beyond what it was given.
t_need 'the pod changes everything' ip netns exec pod sh -c 'ip link set net1 down &&
	ip link set net1 name mine mtu 900 alias "the pod was here" txqueuelen 3 promisc off allmulticast on &&
	ip link set mine address 02:00:00:00:00:99 && ip addr add 10.3.0.1/24 dev mine &&
	ip link property add dev mine altname pods-own && ip link property del dev mine altname other-'"$a"' &&
	ip link set mine up'
cni CHECK "$(vfconf "{mtu: 1400, prevResult: $RESULT}")"
t_json 'CHECK tells that it is gone' "$OUT" .code 106
t_del 'DEL after that' "$(vfconf)"
as_before 'the host is exactly as before'
t_is 'no file of it is left' "$(find $dir "${info%/*}" -type f)" ''
t_is 'the pod has its loopback left' "$(pod_links pod)" '["lo"]'
t_del 'DEL again' "$(vfconf)"
NETNS='' t_del 'DEL without a network namespace' "$(vfconf)"
as_before 'and still as before'

for by in "{deviceID: null, runtimeConfig: {deviceID: \"$A\"}, capabilities: {deviceID: true}}" \
	"{deviceID: \"$B\", runtimeConfig: {deviceID: \"$A\"}}" \
	"{deviceID: null, pciBusID: \"$A\"}" \
	"{deviceID: \"${A#0000:}\"}" \
	"{deviceID: null, kernelpath: \"$(readlink -f "$PCI/$A")\"}" \
	"{deviceID: null, kernelpath: \"$(readlink -f "$PCI/$A")/net/$a\"}" \
	"{deviceID: null, hwaddr: \"02:0A:00:00:00:01\"}" \
	"{deviceID: null, device: \"other-$a\"}"; do
	t_add "ADD by $by" "$(vfconf "$by")"
	t_json 'it is that VF' "$(pod_link pod)" .parentdev "\"$A\""
	NETNS='' t_del 'DEL, which finds the namespace by itself' "$(vfconf "$by")"
done
as_before 'the host is as before'

t_add 'ADD with a MAC address' "$(vfconf '{mac: "02:00:00:00:11:22", promisc: false, allmulti: true}')"
t_json 'the VF has it' "$(pod_link pod)" '[.address, .promiscuity, .allmulti]' '["02:00:00:00:11:22",0,1]'
t_json 'the result too' "$OUT" .interfaces[0].mac '"02:00:00:00:11:22"'
t_del 'DEL' "$(vfconf)"
as_before 'the address is the old one'

# ---------------------------------------------------------------- refused

# 32 VFs of a NIC on a pod's word? No: the whole NIC only if nobody has a part of it.
t_refused 'a PF that has VFs' ADD "$(vfconf "{deviceID: \"${PF[1]}\"}")" 102 'a PF with 4 VFs'
t_refused 'a device of another class' ADD \
	"$(vfconf "{deviceID: \"$(for d in "$PCI"/*; do [[ $(<"$d/class") != 0x01* && $(<"$d/class") != 0x02* ]] && basename "$d"; done | head -n1)\"}")" \
	102 'not a network device'
t_refused 'a device that is not there' ADD "$(vfconf '{deviceID: "0000:21:1f.7"}')" 100 'there is none.*lspci'

# ---------------------------------------------------------------- without its driver

t_need 'a VF without driver' bind "$B" ''
BEFORE=$(snapshot)
t_add 'ADD of a VF without driver' "$(vfconf "{deviceID: \"$B\", mode: \"netdev\"}")"
t_json 'binds it to its own, and gives its link' "$(pod_link pod)" .parentdev "\"$B\""
t_del 'DEL' "$(vfconf)"
t_is 'keeps it: it was a fault, and is repaired' "$(driver "$B")" igbvf
t_need 'a VF on vfio-pci' bind "$B" vfio-pci
BEFORE=$(snapshot)
t_refused 'a VF on vfio-pci, as a network device' ADD "$(vfconf "{deviceID: \"$B\", mode: \"netdev\"}")" 7 'vfio-pci.*mode vfio'
t_need 'its own driver again' bind "$B" igbvf
t_need 'no override' no_override "$B"
BEFORE=$(snapshot)

# ---------------------------------------------------------------- the pod dies

# The kernel brings the VF back by itself, under what name it likes, a moment after the last user of
# the namespace is gone.
t_add 'ADD' "$(vfconf)"
ip netns del pod
t_del 'DEL when the namespace has just died' "$(vfconf)"
as_before 'the host is as before'

make_pod pod
t_add 'ADD' "$(vfconf)"
ip netns exec pod sleep 60 &
process=$!
t_need 'a process in the pod' t_wait 5 sh -c "[ \"\$(readlink /proc/$process/ns/net)\" != \"\$(readlink /proc/self/ns/net)\" ]"
ip netns del pod
t_del 'DEL when only a process has the namespace' "$(vfconf)"
t_is 'it is the process that has it still' "$(nsenter -n -t $process ip -j link | jq length)" 1
as_before 'the host is as before'
kill $process

# A file descriptor that is open keeps the namespace, and DEL looks at those too.
make_pod pod
t_add 'ADD' "$(vfconf)"
sleep 60 9</run/netns/pod &
holder=$!
ip netns del pod
t_del 'DEL when only a file descriptor has the namespace' "$(vfconf)"
t_run 'it finds that, and does not wait until it is closed' test -e "/proc/$holder/fd/9"
kill "$holder"
as_before 'the host is as before'

make_pod pod
t_add 'ADD' "$(vfconf)"
ip netns del pod
t_need 'the VF returns by itself' t_wait 10 has_netdev "$A"
t_isnt 'under another name' "$(netdev "$A")" "$a"
t_like 'list says that the pod is gone' "$("$PLUGIN" list)" "gone"
t_del 'DEL long after' "$(vfconf)"
as_before 'the host is as before'

# Its DEL never comes: the next pod's ADD puts right what is left.
make_pod pod
t_add 'ADD' "$(vfconf)"
ip netns del pod
CONTAINER=c2 POD=pod2 t_add 'ADD for the next pod right after the death of one' "$(vfconf)"
t_json 'which has the VF with its own values' "$(pod_link pod2)" '[.parentdev, .address, .mtu]' "[\"$A\",\"02:0a:00:00:00:01\",1450]"
make_pod pod
t_del 'the late DEL of the dead' "$(vfconf)"
t_is 'takes nothing from the living' "$(pod_links pod2)" '["lo","net1"]'
CONTAINER=c2 POD=pod2 t_del 'DEL' "$(vfconf)"
as_before 'the host is as before both'

# The name is given away meanwhile.
t_add 'ADD' "$(vfconf)"
t_need 'a link of the same name' ip link add "$a" type veth peer name thief
ip netns del pod
t_del 'DEL when namespace and name are gone' "$(vfconf)"
t_json 'the VF is there under another, else as it was' \
	"$(ip -d -j link show "$(netdev "$A")")" '.[0] | [.address, .mtu, .txqlen, .ifalias, .promiscuity]' \
	"[\"02:0a:00:00:00:01\",1450,77,\"the VF $a\",1]"
ip link del thief
t_need 'its old name' ip link set "$(netdev "$A")" name "$a"
# That it has another name is remembered, until an ADD finds it with its own.
t_is 'and nothing else was lost but the index' \
	"$(snapshot | grep -v 'ifindex\|^\./displaced')" "$(grep -v ifindex <<<"$BEFORE")"
BEFORE=$(snapshot | grep -v '^\./displaced')
make_pod pod

# ---------------------------------------------------------------- the device dies

# Somebody unbinds the VF's driver: the netdev is gone, wherever it was.
t_add 'ADD' "$(vfconf)"
echo "$A" >"$PCI/$A/driver/unbind"
t_is 'the pod has lost the VF' "$(pod_links pod)" '["lo"]'
t_like 'list says so' "$("$PLUGIN" list)" "$A is with no driver now, not with the driver igbvf.*delete the pod"
t_del 'DEL of a VF whose driver was unbound' "$(vfconf)"
t_is 'has it bound again; the netdev is a new one, with the old values' \
	"$(snapshot | grep -v ifindex)" "$(grep -v ifindex <<<"$BEFORE")"

# ---------------------------------------------------------------- all at once

pids=()
for p in 0 1; do
	for n in 0 1 2 3; do
		make_pod "many$p$n"
	done
done
BEFORE=$(snapshot)
all() { # VERB
	local p n rc=0

	pids=()
	for p in 0 1; do
		for n in 0 1 2 3; do
			CNI_COMMAND=$1 CNI_CONTAINERID="many$p$n" CNI_NETNS="/run/netns/many$p$n" CNI_IFNAME=net1 \
				CNI_PATH=$CNI_BIN "$PLUGIN" <<<"$(vfconf "{deviceID: \"$(vf "$p" "$n")\"}")" \
				>>"$T_TMP/all.out" 2>&1 &
			pids+=($!)
		done
	done
	for p in "${pids[@]}"; do
		wait "$p" || rc=1
	done
	[ "$rc" -eq 0 ] || cat "$T_TMP/all.out"
	return "$rc"
}
t_run 'ADD of all eight VFs at once' all ADD
t_is 'each is in its pod' "$(for p in 0 1; do for n in 0 1 2 3; do ip -n "many$p$n" -d -o link show net1; done; done | sed 's/.*parentdev \([^ ]*\).*/\1/')" \
	"$(for p in 0 1; do for n in 0 1 2 3; do vf $p $n; done; done)"
t_run 'DEL of all at once' all DEL
as_before 'the host is as before'
for p in 0 1; do
	for n in 0 1 2 3; do
		ip netns del "many$p$n"
	done
done

# ---------------------------------------------------------------- the number of VFs changes

t_need 'values of its own' dress "$(netdev "$B")" 02:0b:00:00:00:02
t_add 'ADD of a VF of the other NIC' "$(vfconf "{deviceID: \"$B\"}")"
echo 0 >"$PCI/${PF[1]}/sriov_numvfs"
t_need 'VFs anew' make_vfs 4
BEFORE=$(snapshot | grep -v '^\./\(claims\|pods\)')
t_del 'DEL of a VF that was made anew meanwhile' "$(vfconf "{deviceID: \"$B\"}")"
as_before 'leaves the new one alone'

t_add 'ADD of a VF' "$(vfconf "{deviceID: \"$B\"}")"
echo 0 >"$PCI/${PF[1]}/sriov_numvfs"
BEFORE=$(snapshot | grep -v '^\./\(claims\|pods\)')
t_is 'the pod has lost it' "$(pod_links pod)" '["lo"]'
t_del 'DEL of a VF that does not exist any more' "$(vfconf "{deviceID: \"$B\"}")"
as_before 'the host is as without it'

# A whole NIC.
P=${PF[1]}
t_add 'ADD of a PF without VFs' "$(vfconf "{deviceID: \"$P\", podFile: {dir: \"$dir\"}}")"
t_json 'it is in the pod' "$(pod_link pod)" '[.parentdev, .ifname]' "[\"$P\",\"net1\"]"
t_json 'the pod file has no PF and no VF for it' "$(<$dir/pod.json)" \
	'.interfaces[0] | [.pciAddress, .pf, .vf, .driver, .numaNode]' "[\"$P\",null,null,\"igb\",1]"
t_del 'DEL' "$(vfconf)"
as_before 'the host is as before'

ip netns del pod
ip netns del pod2
t_done
