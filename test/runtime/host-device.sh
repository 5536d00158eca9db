#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A configuration of host-device works after changing its type: the same calls to the packaged
# host-device and to ours have the same results; and where host-device is known to go wrong, ours
# does right. What host-device does is shown, not demanded: one that was repaired is a remark.
. "$(dirname "$0")/../tap.sh"
t_in_sandbox "$0" "$@"
. "$(dirname "$0")/../netns/plugin.sh"

PEER=$CNI_BIN/host-device
[ -x "$PEER" ] || t_skip_all "host-device is missing (test/deps.sh run)"
MAC=02:00:00:00:aa:01

# Both plugins find the same: the same NIC (name, index, MAC) and an empty pod.
anew() { # [up]
	ip link del far-nic0 2>/dev/null # and nic0, wherever it is
	ip netns del pod 2>/dev/null
	rm -rf /run/dpdk-cni /var/lib/cni/networks
	make_pod pod
	# Both wait for duplicate address detection; what they do with it is not compared here.
	ip netns exec pod sh -c 'echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad'
	ip link add nic0 index 4001 mtu 1450 address "$MAC" type veth peer name far-nic0 index 4000
	ip link property add dev nic0 altname other
	ip link set far-nic0 up
	[ "${1-}" != up ] || ip link set nic0 up
}

# The same call to host-device.
peer() { # VERB CONFIGURATION
	PLUGIN=$PEER cni "$1" "${2//dpdk-cni/host-device}"
}

# What the pod has: links but for what others count, addresses, routes.
pod_state() {
	ip -n pod -d -j addr show | jq -S '[.[] | {ifname, ifindex, address, mtu, flags: (.flags | sort), ifalias,
		addr: [.addr_info[] | select(.scope == "global") | "\(.local)/\(.prefixlen)"]}]'
	ip -n pod route
	ip -n pod -6 route | grep -v -e ^fe80 -e ^multicast
}
# Its libraries always write dns, be it empty.
answer() {
	jq -S 'if .dns == {} then del(.dns) else . end' <<<"$OUT" 2>/dev/null || echo "$OUT"
}

# An ADD and a DEL by either: the same answer, exit status and pod.
same() { # NAME CONFIGURATION
	local want want_rc want_pod want_after

	anew
	peer ADD "$2"
	want=$(answer) want_rc=$RC want_pod=$(pod_state)
	peer DEL "$2"
	want_rc+=" $RC" want_after=$(pod_state)
	t_is "$1: host-device took it" "$want_rc" '0 0'
	anew
	cni ADD "$2"
	t_is "$1: the same answer" "$(answer)" "$want"
	# host-device keeps the host's name in the alias; ours has a record and leaves the alias alone.
	t_is "$1: the same pod" "$(pod_state)" "${want_pod/'"ifalias": "nic0"'/'"ifalias": null'}"
	want_rc=$RC
	cni DEL "$2"
	t_is "$1: both calls succeed" "$want_rc $RC" '0 0'
	t_is "$1: the same pod after DEL" "$(pod_state)" "$want_after"
}

# A refusal by either; the reference plugins' code is 999 for all, ours says which.
same_refusal() { # NAME CONFIGURATION REGEX
	anew
	peer ADD "$2"
	t_isnt "$1: host-device refuses" "$RC" 0
	anew
	BEFORE=$(snapshot)
	cni ADD "$2"
	t_isnt "$1: ours refuses" "$RC" 0
	t_like "$1: and says why" "$(jq -r .msg <<<"$OUT")" "$3"
	t_is "$1: the host is as before" "$(snapshot)" "$BEFORE"
}

known() { # NAME CMD...
	local name=$1

	shift
	if "$@" >/dev/null 2>&1; then
		t_ok "host-device: $name"
	else
		t_ok "host-device: no longer so: $name"
		t_diag "host-device seems repaired: $name"
	fi
}
in_pod_up() { # LINK
	ip -n pod link show "$1" up | grep -q "$1"
}
failed() { [ "$RC" -ne 0 ]; }

IPAM='{ipam: {type: "static", addresses: [{address: "10.1.2.3/24", gateway: "10.1.2.1"}, {address: "fd00::5/64"}],
	routes: [{dst: "10.9.0.0/16"}, {dst: "10.8.0.0/16", gw: "10.1.2.77"}]}}'
LOCAL='{ipam: {type: "host-local", ranges: [[{subnet: "10.2.0.0/24"}], [{subnet: "fd02::/64"}]], routes: [{dst: "0.0.0.0/0"}]}}'
DNS='{dns: {nameservers: ["10.0.0.53"], domain: "cluster.local", search: ["a", "b"], options: ["ndots:5"]}}'

same 'device' "$(conf '{}')"
for by in '{device: "other"}' '{device: null, hwaddr: "'$MAC'"}' '{device: null, hwaddr: "'${MAC^^}'"}'; do
	same "$by" "$(conf "$by")"
done
for v in 0.3.0 0.3.1 0.4.0 1.0.0; do
	same "cniVersion $v, no addresses" "$(conf "{cniVersion: \"$v\"}")"
	same "cniVersion $v, static addresses, dns" "$(conf "{cniVersion: \"$v\"} + $IPAM + $DNS")"
done
for v in 0.1.0 0.2.0; do
	same "cniVersion $v, static addresses, dns" "$(conf "{cniVersion: \"$v\"} + $IPAM + $DNS")"
done
same 'host-local, two families' "$(conf "$LOCAL")"
same 'a key that neither knows' "$(conf '{futureKey: {a: 1}}')"

same_refusal 'no NIC named' "$(conf '{device: null}')" 'no NIC is named'
same_refusal 'a NIC that is not there' "$(conf '{device: "nix"}')" 'device nix: '
same_refusal 'a MAC that is not there' "$(conf '{device: null, hwaddr: "02:00:00:00:00:99"}')" 'hwaddr 02:00:00:00:00:99: '
same_refusal 'a MAC that is none' "$(conf '{device: null, hwaddr: "hello"}')" 'hwaddr'
same_refusal 'a path that is not there' "$(conf '{device: null, kernelpath: "/sys/devices/none"}')" 'kernelpath'
same_refusal 'a path that is no device' "$(conf '{device: null, kernelpath: "/etc"}')" 'kernelpath'
same_refusal 'a PCI device that is not there' "$(conf '{device: null, pciBusID: "0000:ff:1f.7"}')" 'pciBusID.*0000:ff:1f\.7'
same_refusal 'a PCI address that is none' "$(conf '{device: null, pciBusID: "3:4"}')" 'pciBusID'
same_refusal 'deviceID wins over device' \
	"$(conf '{capabilities: {deviceID: true}, runtimeConfig: {deviceID: "0000:ff:1f.7"}}')" 'deviceID.*0000:ff:1f\.7'
same_refusal 'an IPAM plugin that is not there' "$(conf '{ipam: {type: "nix"}}')" 'nix'
same_refusal 'a version from the future' "$(conf '{cniVersion: "9.9.9"}')" '9\.9\.9'
NETNS=/run/netns/nix same_refusal 'a namespace that is not there' "$(conf '{}')" 'nix'

# An addition of ours: the path of a NIC that is not a child of a device.
PATHED='{device: null, kernelpath: "/sys/devices/virtual/net/nic0"}'
anew
peer ADD "$(conf "$PATHED")"
known 'a virtual NIC has no path' failed
cni ADD "$(conf "$PATHED")"
t_is 'a virtual NIC by its path' "$RC" 0

# ---------------------------------------------------------------- where host-device goes wrong

leased() { [ "$(find /var/lib/cni/networks -name '10.2.*' 2>/dev/null | wc -l)" -gt 0 ]; }

# The pool has run dry.
DRY='{ipam: {type: "host-local", subnet: "10.2.0.0/30", rangeStart: "10.2.0.2", rangeEnd: "10.2.0.2"}}'
dry() { mkdir -p /var/lib/cni/networks/net && echo other >/var/lib/cni/networks/net/10.2.0.2; }
anew; dry
peer ADD "$(conf "$DRY")"
known 'no address to be had: the NIC stays in the pod' in_pod_up net1
anew; dry
BEFORE=$(snapshot)
t_refused 'no address to be had' ADD "$(conf "$DRY")" 999 'no IP addresses available'

anew
peer ADD "$(conf '{}')"
peer DEL "$(conf '{}')"
peer DEL "$(conf '{}')"
known 'a second DEL is an error' failed
anew
BEFORE=$(snapshot)
cni ADD "$(conf '{}')"
t_del 'DEL' "$(conf '{}')"
t_del 'a second DEL' "$(conf '{}')"
t_is 'after it: the host is as before' "$(snapshot)" "$BEFORE"

for netns in /run/netns/pod ''; do
	anew
	peer ADD "$(conf "$LOCAL")"
	ip netns del pod
	NETNS=$netns peer DEL "$(conf "$LOCAL")"
	[ -z "$netns" ] || known 'DEL after the namespace is an error' failed
	known "DEL after the namespace (CNI_NETNS='$netns') leaks the lease" leased
	anew
	cni ADD "$(conf "$LOCAL")"
	ip netns del pod
	NETNS=$netns t_del "DEL after the namespace (CNI_NETNS='$netns')" "$(conf "$LOCAL")"
	t_run_fails 'it gives the lease back' leased
done

renamed() {
	ip -n pod link set net1 down
	ip -n pod link set net1 name mine
	ip -n pod link set mine up
}
anew
peer ADD "$(conf '{}')"
renamed
peer DEL "$(conf '{}')"
known 'renamed in the pod: DEL fails, the NIC stays' ip -n pod link show mine
anew
BEFORE=$(snapshot)
cni ADD "$(conf '{}')"
renamed
t_del 'DEL of a NIC that was renamed in the pod' "$(conf '{}')"
t_is 'renamed in the pod: the host is as before' "$(snapshot)" "$BEFORE"

anew
peer ADD "$(conf '{}')"
ip -n pod link set net1 mtu 900
peer DEL "$(conf '{}')"
known 'the MTU that the pod set stays' grep -qx 900 /sys/class/net/nic0/mtu
anew
cni ADD "$(conf '{}')"
ip -n pod link set net1 mtu 900
t_del 'DEL of a NIC whose MTU was changed in the pod' "$(conf '{}')"
t_is 'its MTU is the old one' "$(cat /sys/class/net/nic0/mtu)" 1450

anew up
peer ADD "$(conf '{}')"
peer DEL "$(conf '{}')"
known 'a link that was up comes back down' sh -c '! ip link show nic0 up | grep -q nic0'
anew up
BEFORE=$(snapshot)
cni ADD "$(conf '{}')"
t_del 'DEL of a link that was up' "$(conf '{}')"
t_is 'it is up' "$(snapshot)" "$BEFORE"

for v in 0.1.0 0.2.0; do
	anew
	peer ADD "$(conf "{cniVersion: \"$v\"}")"
	known "cniVersion $v without addresses fails, the NIC stays in the pod" in_pod_up net1
	anew
	BEFORE=$(snapshot)
	t_add "cniVersion $v without addresses" "$(conf "{cniVersion: \"$v\"}")"
	t_json "cniVersion $v without addresses: the answer" "$OUT" . "{\"cniVersion\":\"$v\"}"
	t_del "cniVersion $v: DEL" "$(conf "{cniVersion: \"$v\"}")"
	t_is "cniVersion $v: the host is as before" "$(snapshot)" "$BEFORE"
done

# The interface's name is taken in the pod.
anew
ip -n pod link add net1 type veth peer name x
peer ADD "$(conf '{}')"
POD_BEFORE=$(pod_links pod)
anew
ip -n pod link add net1 type veth peer name x
BEFORE=$(snapshot) POD_BEFORE=$(pod_links pod)
t_refused 'the name is taken in the pod' ADD "$(conf '{}')" 103 'net1'
t_done
