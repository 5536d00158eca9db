#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Mode vfio: a VF is bound to vfio-pci for the pod and comes back to its kernel driver with its
# link as it was; a held group is an answer at once; every death of the plugin is mended.
. "$(dirname "$0")/../../tap.sh"
. "$(dirname "$0")/nic.sh"
. "$(dirname "$0")/../../netns/plugin.sh"
. "$(dirname "$0")/killed.sh"

t_need 'four VFs each' make_vfs 4
A=$(vf 0 1) B=$(vf 1 2)
a=$(netdev "$A")
pf=$(netdev "${PF[0]}")
GROUP=$(basename "$(readlink "$PCI/$A/iommu_group")")
# What scenarios before this one left.
ip -all netns delete
make_pod pod
dir=/run/dpdk-pod/v
mkdir -p $dir

# A link of a VF that was bound anew has a new index: the kernel gives the old one to nobody again.
snapshot() {
	devices_snapshot | grep -v ifindex
	[ ! -d /run/dpdk-cni ] || (cd /run/dpdk-cni && find . -mindepth 2 | sort)
	ls $dir
}
as_before() { # NAME
	t_is "$1" "$(snapshot)" "$BEFORE"
}
vfconf() { # [JQ-EXPRESSION]
	jq -nc "{cniVersion: \"1.1.0\", name: \"net\", type: \"dpdk-cni\", deviceID: \"$A\", mode: \"vfio\", podFile: {dir: \"$dir\"}} + (${1:-null})"
}
dress() { # NETDEV MAC
	ip link set "$1" address "$2" mtu 1450 txqueuelen 77 group 5 alias "the VF $1" &&
		ip link property add dev "$1" altname "vfio-$1" &&
		ip link set "$1" promisc on
}
t_need 'a VF with values of its own' dress "$a" 02:0a:00:00:00:01
BEFORE=$(snapshot)

# ---------------------------------------------------------------- before anything is done

info=/run/k8s.cni.cncf.io/devinfo/v
planned=$(CNI_NETNS=/run/netns/pod CNI_PATH=$CNI_BIN "$PLUGIN" plan --json <<<"$(vfconf \
	"{vlan: 100, trust: \"on\", deviceNode: {gid: 1234, mode: \"0660\"}, runtimeConfig: {CNIDeviceInfoFile: \"$info\"}}")")
t_is 'plan tells each change' \
	"$(jq -r '.changes[] | select(.step != "numa" and .step != "claim") |
		"\(.step): \(.object): \(.before) \(.after)"' <<<"$planned")" \
	"unbind: driver: igbvf none
vf: vlan: 0 100
vf: trust: off on
bind: driver: none vfio-pci
bind: driver override: none vfio-pci
bind: node: null /dev/vfio/$GROUP
bind: group of the node: null 1234
bind: mode of the node: null 0660
deviceinfo: device information: null $info
publish: pod file: null $dir/pod.json"
as_before 'and makes none'

# ---------------------------------------------------------------- there and back

t_add 'ADD' "$(vfconf '{cniVersion: "1.0.0", ipam: {type: "static", addresses: [{address: "10.1.2.3/24", gateway: "10.1.2.1"}]}}')"
t_is 'the VF is with vfio-pci' "$(driver "$A")" vfio-pci
t_run 'its group has a node' test -c "/dev/vfio/$GROUP"
t_json 'the result has a sandbox and the IP' "$OUT" '[.interfaces[0].sandbox, .ips[0].address]' \
	"[\"/run/netns/pod\",\"10.1.2.3/24\"]"
t_json 'the pod file says mode, group and driver' "$(<$dir/pod.json)" '.interfaces[0] | [.mode, .pciAddress, .driver, .iommuGroup, .ips, .gateway]' \
	"[\"vfio\",\"$A\",\"vfio-pci\",$GROUP,[\"10.1.2.3/24\"],\"10.1.2.1\"]"
t_run 'it obeys its schema' python3 -c 'import json, sys, jsonschema; jsonschema.validate(json.load(open(sys.argv[2])), json.load(open(sys.argv[1])))' \
	"$SOURCE_ROOT/conf/pod.schema.json" $dir/pod.json
t_is 'the pod has no link of it' "$(pod_links pod)" '["lo"]'
RESULT=$OUT
cni CHECK "$(vfconf "{cniVersion: \"1.0.0\", prevResult: $RESULT, ipam: {type: \"static\"}}")"
t_is 'CHECK has nothing to say' "$RC$OUT" 0
CONTAINER=c2 cni ADD "$(vfconf)"
t_json 'another pod does not get it' "$OUT" .code 101
t_del 'DEL' "$(vfconf)"
as_before 'the VF is with its driver, its link as it was'
t_del 'DEL again' "$(vfconf)"
as_before 'and still'

t_add 'ADD with a MAC address and a VLAN' "$(vfconf '{mac: "02:00:00:00:11:22", vlan: 100, trust: "on"}')"
t_json 'the result has the address' "$OUT" '[.interfaces[0].pciID, .interfaces[0].sandbox]' "[\"$A\",\"/run/netns/pod\"]"
t_json 'the PF gives them to the VF' "$(ip -d -j link show "$pf")" '.[0].vfinfo_list[1] | [.address, .vlan_list[0].vlan, .trust]' \
	'["02:00:00:00:11:22",100,true]'
t_json 'the pod file has them' "$(<$dir/pod.json)" '.interfaces[0] | [.mac, .vlan]' '["02:00:00:00:11:22",100]'
t_del 'DEL' "$(vfconf)"
as_before 'all is as before'

# ---------------------------------------------------------------- held

t_add 'ADD' "$(vfconf)"
exec 8<>"/dev/vfio/$GROUP"
SECONDS=0
cni DEL "$(vfconf)"
t_json 'DEL while a program holds the group: try again later' "$OUT" '[.code, (.msg | contains("holds its VFIO group"))]' '[11,true]'
t_is 'the VF is where it was' "$(driver "$A")" vfio-pci
t_like 'list says that it is not done' "$("$PLUGIN" list)" 'UNDOING'
CONTAINER=c2 cni ADD "$(vfconf)"
t_json 'the next pod is told to wait too' "$OUT" .code 11
exec 8<&-
t_del 'DEL when the program has ended' "$(vfconf)"
as_before 'the host is as before'
t_need 'a VF that is with vfio-pci beforehand' bind "$B" vfio-pci
BEFORE=$(snapshot)
exec 8<>"/dev/vfio/$(basename "$(readlink "$PCI/$B/iommu_group")")"
t_refused 'ADD of a VF that a program holds' ADD "$(vfconf "{deviceID: \"$B\"}")" 11 'holds its VFIO group'
exec 8<&-

# ---------------------------------------------------------------- modes

t_add 'auto: as the driver stands' "$(vfconf "{deviceID: \"$B\", mode: null}")"
t_json 'which is vfio for this one' "$(<$dir/pod.json)" '.interfaces[0].mode' '"vfio"'
t_del 'DEL' "$(vfconf "{deviceID: \"$B\"}")"
as_before 'it stays with vfio-pci'
t_refused 'mode netdev for it' ADD "$(vfconf "{deviceID: \"$B\", mode: \"netdev\"}")" 7 'with the driver vfio-pci'
node=/dev/vfio/$(basename "$(readlink "$PCI/$B/iommu_group")")
was=$(stat -c '%g %a' "$node")
t_add 'ADD for a program that is not root' "$(vfconf "{deviceID: \"$B\", deviceNode: {gid: 1234, mode: \"0660\"}}")"
t_is 'the node is for its group' "$(stat -c '%g %a' "$node")" '1234 660'
t_del 'DEL' "$(vfconf "{deviceID: \"$B\"}")"
t_is 'and then as it was' "$(stat -c '%g %a' "$node")" "$was"

ARGS='IgnoreUnknown=1;K8S_POD_NAMESPACE=n;K8S_POD_NAME=p;K8S_POD_UID=u-1'
t_refused 'in a kubelet pod a VF on its kernel driver' ADD "$(vfconf)" 102 'kubelet has fixed.*device plugin starts'
t_add 'unless the network insists' "$(vfconf '{bind: "always"}')"
t_del 'DEL' "$(vfconf)"
as_before 'the host is as before'
t_add 'one that was on vfio-pci before is fine' "$(vfconf "{deviceID: \"$B\"}")"
t_del 'DEL' "$(vfconf "{deviceID: \"$B\"}")"
ARGS=
t_refused 'bind: never' ADD "$(vfconf '{bind: "never"}')" 102 '"bind" is "never"'
t_refused 'a driver that is not loaded' ADD "$(vfconf '{driver: "mlx5_vfio_pci"}')" 50 'not loaded.*modprobe'

t_need 'a VF without driver' bind "$B" ''
BEFORE=$(snapshot)
t_add 'an unbound VF in mode vfio' "$(vfconf "{deviceID: \"$B\"}")"
t_del 'DEL' "$(vfconf "{deviceID: \"$B\"}")"
as_before 'is unbound again'
t_need 'its own driver again' bind "$B" igbvf
t_need 'no override' no_override "$B"

# ---------------------------------------------------------------- others at work

BEFORE=$(snapshot)
t_add 'ADD' "$(vfconf)"
echo "$A" >"$PCI/$A/driver/unbind"
cni CHECK "$(vfconf "{prevResult: $RESULT}")"
t_json 'somebody unbound it: CHECK finds it' "$OUT" '[.code, (.msg | contains("its driver is none"))]' '[106,true]'
t_del 'DEL' "$(vfconf)"
as_before 'the host is as before'
t_add 'ADD' "$(vfconf)"
ip netns del pod
t_del 'DEL when the namespace has died' "$(vfconf)"
as_before 'the host is as before'
make_pod pod
CONTAINER=dead t_add 'ADD by an owner that dies' "$(vfconf)"
ip netns del pod
make_pod pod
CONTAINER=next t_add 'the next ADD takes it over' "$(vfconf)"
CONTAINER=next t_del 'DEL' "$(vfconf)"
as_before 'the host is as before'

# ---------------------------------------------------------------- UIO

# Without an IOMMU the node's owner has to allow it. UIO itself refuses nobody, held or not.
UIO='{driver: "uio_pci_generic", deviceNode: {gid: 1234, mode: "0660"}}'
cni STATUS "$(vfconf "$UIO")"
t_json 'STATUS says that a driver is not loaded' "$OUT" \
	'[.code, (.msg | contains("the driver uio_pci_generic is not loaded"))]' '[50,true]'
t_need 'the driver' /run/modprobe uio_pci_generic
cni STATUS "$(vfconf "$UIO")"
t_is 'STATUS has nothing to say' "$RC$OUT" 0
policy '{"drivers": ["vfio-pci", "uio_pci_generic"]}'
t_add 'ADD by UIO' "$(vfconf "$UIO")"
uio=/dev/$(ls "$PCI/$A/uio")
t_is 'the node is for its group' "$(stat -c '%g %a' "$uio")" '1234 660'
t_json 'the pod file has no IOMMU group' "$(<$dir/pod.json)" \
	'.interfaces[0] | [.driver, .iommuGroup]' '["uio_pci_generic",null]'
RESULT=$OUT
cni CHECK "$(vfconf "$UIO + {prevResult: $RESULT}")"
t_is 'CHECK has nothing to say' "$RC$OUT" 0
sleep 600 8<>"$uio" &
holder=$!
t_need 'a program holds it' t_wait 5 sh -c "ls -l /proc/$holder/fd | grep -q uio"
cni DEL "$(vfconf "$UIO")"
t_json 'DEL: try again later' "$OUT" '[.code, (.msg | contains("holds its UIO device"))]' '[11,true]'
t_is 'the VF is where it was' "$(driver "$A")" uio_pci_generic
kill $holder
wait $holder 2>/dev/null
t_del 'DEL when the program has ended' "$(vfconf "$UIO")"
as_before 'the host is as before'
t_need 'a VF with UIO already' bind "$B" uio_pci_generic
sleep 600 8<>"/dev/$(ls "$PCI/$B/uio")" &
holder=$!
t_need 'a program holds it' t_wait 5 sh -c "ls -l /proc/$holder/fd | grep -q uio"
BEFORE=$(snapshot)
t_refused 'ADD of a UIO device that a program holds' ADD "$(vfconf "{deviceID: \"$B\"} + $UIO")" 11 \
	'holds its UIO device'
kill $holder
wait $holder 2>/dev/null
t_need 'its own driver again' bind "$B" igbvf
t_need 'no override' no_override "$B"
rm /etc/dpdk-cni/policy.json
BEFORE=$(snapshot)

# ---------------------------------------------------------------- CHECK

checked() { # NAME REGEX
	cni CHECK "$(vfconf "{deviceNode: {gid: 1234, mode: \"0660\"}, prevResult: $RESULT}")"
	t_json "CHECK finds $1" "$OUT" .code 106
	t_like "CHECK names $1" "$OUT" "$2"
}
t_add 'ADD' "$(vfconf '{deviceNode: {gid: 1234, mode: "0660"}}')"
RESULT=$OUT
t_need 'the node is given to others' chmod 600 "/dev/vfio/$GROUP"
checked 'another mode of the node' "node /dev/vfio/$GROUP: its mode is 0600, 0660 was set"
t_need 'and to another group' chgrp 0 "/dev/vfio/$GROUP"
checked 'another group of the node' 'its group is 0, 1234 was set'
t_need 'it is away' mv "/dev/vfio/$GROUP" /dev/vfio/away
checked 'that the node is away' "node /dev/vfio/$GROUP: No such file"
t_need 'it is back' mv /dev/vfio/away "/dev/vfio/$GROUP"
t_need 'as it was' sh -c "chgrp 1234 /dev/vfio/$GROUP && chmod 660 /dev/vfio/$GROUP"
t_need 'the pod file is away' mv $dir/pod.json $dir/away
checked 'that the pod file is away' "pod file $dir/pod.json: No such file"
t_need 'somebody writes it' sh -c "sed s/vfio-pci/igbvf/ $dir/away >$dir/pod.json"
checked 'another text in it' "pod file $dir/pod.json: it is not as it was published"
t_need 'it is back' mv $dir/away $dir/pod.json
t_need 'the PF goes down' ip link set "$pf" down
checked 'that the PF is down' "PF ${PF[0]}: it is down"
t_need 'the PF comes up' ip link set "$pf" up
cni CHECK "$(vfconf "{deviceNode: {gid: 1234, mode: \"0660\"}, prevResult: $RESULT}")"
t_is 'CHECK has nothing to say' "$RC$OUT" 0
t_del 'DEL' "$(vfconf)"
t_need 'its carrier' t_wait 20 has_carrier "${PF[0]}"
as_before 'the host is as before'

# ---------------------------------------------------------------- killed at every change

CONF=$(vfconf '{vlan: 100, mac: "02:00:00:00:11:22"}')
killed_everywhere 3
t_done
