#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A NIC whose interface is not on the PCI bus itself: the kernel calls the parent of a virtio NIC's
# link virtio3 or so. It is named by its PCI address all the same, in both modes.
. "$(dirname "$0")/../../tap.sh"
. "$(dirname "$0")/nic.sh"
. "$(dirname "$0")/../../netns/plugin.sh"

V=$(for dev in "$PCI"/*; do
	[ "$(<"$dev/vendor")$(<"$dev/device")" != 0x1af40x1041 ] || echo "${dev##*/}"
done)
virtio_link() {
	local path

	for path in "$PCI/$V"/virtio*/net/*; do
		[ ! -e "$path" ] || echo "${path##*/}"
	done
}
has_virtio_link() {
	[ -n "$(virtio_link)" ]
}
snapshot() {
	devices_snapshot
	[ ! -d /run/dpdk-cni ] || (cd /run/dpdk-cni && find . -mindepth 2 | sort)
}
vconf() { # [JQ-EXPRESSION]
	jq -nc "{cniVersion: \"1.1.0\", name: \"net\", type: \"dpdk-cni\", deviceID: \"$V\"} + (${1:-null})"
}

t_need 'the driver of virtio NICs' /run/modprobe virtio_net
t_need 'a link' t_wait 20 has_virtio_link
L=$(virtio_link)
t_like 'its parent is on another bus' "$(ip -d -j link show "$L" | jq -r '.[0] | "\(.parentbus) \(.parentdev)"')" '^virtio virtio[0-9]+$'
t_need 'values of its own' sh -c "ip link set $L mtu 1450 txqueuelen 77 group 5 alias 'the NIC $L' &&
	ip link property add dev $L altname other-$L"
make_pod pod
make_pod pod2
BEFORE=$(snapshot)
dir=/run/dpdk-pod/c1
mkdir -p $dir

t_add 'ADD by the PCI address' "$(vconf "{podFile: {dir: \"$dir\"}}")"
t_json 'the pod file' "$(<$dir/pod.json)" '.interfaces[0] | [.name, .mode, .pciAddress, .driver, .vendor, .device]' \
	"[\"net1\",\"netdev\",\"$V\",\"virtio-pci\",\"0x1af4\",\"0x1041\"]"
t_json 'the result' "$OUT" '.interfaces[0].pciID' "\"$V\""
t_is 'the pod has it' "$(pod_links pod)" '["lo","net1"]'
RESULT=$OUT
CONTAINER=c2 POD=pod2 cni ADD "$(vconf)"
t_json 'another pod does not get it' "$OUT" .code 101
cni CHECK "$(vconf "{prevResult: $RESULT}")"
t_is 'CHECK agrees' "$RC" 0
t_del DEL "$(vconf)"
t_is 'all is as before' "$(snapshot)" "$BEFORE"

t_add 'ADD by the name of the link' "$(vconf "{deviceID: null, device: \"other-$L\"}")"
t_json 'the record has the address' "$(</run/dpdk-cni/pods/c1/net1.json)" '[.claim, .interface.pciAddress]' "[\"pci-$V\",\"$V\"]"
t_del DEL "$(vconf "{deviceID: null, device: \"other-$L\"}")"
policy "{\"devices\": [\"$V\"]}"
ARGS=K8S_POD_NAMESPACE=ns\;K8S_POD_NAME=pod\;K8S_POD_UID=uid t_add 'ADD where policy names the address' "$(vconf)"
t_del DEL "$(vconf)"
policy '{"devices": ["0000:ff:*"]}'
cni ADD "$(vconf)"
t_json 'and not where it names another' "$OUT" .code 102
rm /etc/dpdk-cni/policy.json
t_is 'all is as before' "$(snapshot)" "$BEFORE"

# A driver that is bound anew makes a new link.
BEFORE=$(snapshot | grep -v ifindex)
t_add 'ADD in mode vfio' "$(vconf '{mode: "vfio"}')"
t_is 'its driver' "$(driver "$V")" vfio-pci
t_is 'it has no link' "$(virtio_link)" ''
cni CHECK "$(vconf "{mode: \"vfio\", prevResult: $OUT}")"
t_is 'CHECK agrees' "$RC" 0
t_del 'DEL in mode vfio' "$(vconf '{mode: "vfio"}')"
t_is 'its own driver has it' "$(driver "$V")" virtio-pci
t_is 'all is as before' "$(snapshot | grep -v ifindex)" "$BEFORE"
t_like 'the doctor shows address and link' "$("$PLUGIN" doctor --check nic-node)" "NIC $V $L: its NUMA node is unknown"

ip link property del dev "$L" altname "other-$L"
ip link set "$L" mtu 1500 txqueuelen 1000 group 0 alias ''
t_need 'no driver of virtio NICs' /run/modprobe -r virtio_net
t_done
