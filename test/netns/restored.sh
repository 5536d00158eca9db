#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What docs/restored.md says of a NIC that a pod gives back, row by row: the pod changes it, DEL is
# called, and the host finds it as it was.
. "$(dirname "$0")/../tap.sh"
t_in_sandbox "$0" "$@"
here=$(dirname "$0")
. "$here/plugin.sh"

make_pod pod
make_pod other
t_tmpdir
CONF=$(conf '{}')
bpf() { python3 "$here/attach-bpf.py" "$@"; }
in_pod() { ip netns exec pod "$@"; }

# Everything that ethtool shows, and what bpf, tc and lists of addresses do.
all_of_it() {
	local option

	snapshot
	for option in k l g c a; do
		ethtool "-$option" nic0 2>&1
	done
	ethtool nic0 2>&1 | grep -v -e 'Link detected' -e 'Speed: Unknown'
	tc qdisc show dev nic0 | grep -v -e noop -e noqueue -e pfifo_fast
	tc filter show dev nic0 ingress 2>/dev/null
	bridge fdb show dev nic0 | sort
	ip neigh show dev nic0
	ip addr show dev nic0 | grep inet
	cat /sys/class/net/nic0/proto_down /sys/class/net/nic0/link_mode
}

# The pod does it, and it can be seen; after DEL it cannot.
undone() { # WHAT COMMAND...
	local what=$1

	shift
	cni ADD "$CONF"
	[ "$RC" -eq 0 ] || t_fail "$what: ADD" "$OUT" "$ERR"
	if ! "$@" >"$T_TMP/change" 2>&1; then
		t_fail "$what: the pod can do it" "$(<"$T_TMP/change")"
	fi
	cni DEL "$CONF"
	[ "$RC" -eq 0 ] || t_fail "$what: DEL" "$OUT" "$ERR"
	t_is "$what" "$(all_of_it)" "$BEFORE"
	t_unlike "$what: nothing is left to warn of" "$ERR" warning
}

# ---------------------------------------------------------------- attributes of the link

ip link add nic0 mtu 1450 numtxqueues 2 numrxqueues 2 txqueuelen 77 type veth peer name far-nic0 numtxqueues 2 numrxqueues 2
ip link set far-nic0 up
ip link set nic0 alias "the NIC" group 5
ip link property add dev nic0 altname other-nic0
BEFORE=$(all_of_it)
# The flags that no option of ip sets, all at once.
# shellcheck disable=SC2317 # called by name
odd_flags() {
	in_pod python3 - <<'PY'
import socket, struct
s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
flags = 0x20 | 0x2000 | 0x4000 | 0x8000 | 0x4  # NOTRAILERS PORTSEL AUTOMEDIA DYNAMIC DEBUG
body = struct.pack("<BxHiII", 0, 0, socket.if_nametoindex("net1"), flags, flags)
s.send(struct.pack("<IHHII", 16 + len(body), 19, 5, 1, 0) + body)
assert struct.unpack_from("<i", s.recv(4096), 16)[0] == 0
PY
}
undone 'the broadcast address' in_pod ip link set net1 broadcast 02:66:66:66:66:66
undone 'the link mode' in_pod ip link set net1 mode dormant
undone 'the flags notrailers, portsel, automedia, dynamic, debug' odd_flags
undone 'the flags noarp, multicast, promisc, allmulti' in_pod ip link set net1 arp off multicast off promisc on allmulticast on
undone 'up and down' in_pod ip link set net1 down
undone 'MAC address' in_pod ip link set net1 address 02:00:00:00:00:99
undone 'MTU' in_pod ip link set net1 mtu 1000
undone 'txqueuelen, group and alias' in_pod ip link set net1 txqueuelen 3 group 9 alias mine
undone 'GSO and GRO limits' in_pod ip link set net1 gso_max_size 20000 gso_max_segs 3 gro_max_size 20000
undone 'name and alternative names' in_pod sh -c 'ip link set net1 down; ip link set net1 name mine;
	ip link property add dev mine altname a-name; ip link property del dev mine altname other-nic0'

# ---------------------------------------------------------------- ethtool

undone 'features' in_pod ethtool -K net1 tx off sg off tso off gso off gro off rxvlan off
undone 'channels' in_pod ethtool -L net1 rx 1 tx 1
ip link del nic0
ip tuntap add nic0 mode tap
BEFORE=$(all_of_it)
undone 'coalescing' in_pod ethtool -C net1 rx-frames 7
undone 'speed, duplex and autonegotiation' in_pod ethtool -s net1 speed 100 duplex half autoneg off
ip link del nic0
make_nic base0
ip link add nic0 link base0 type macvlan
BEFORE=$(all_of_it)
undone 'protodown, for whatever reason' in_pod ip link set net1 protodown on protodown_reason 3 on
ip link del nic0
ip link del base0

# ---------------------------------------------------------------- what goes by itself

make_nic nic0
BEFORE=$(all_of_it)
undone 'queueing disciplines' in_pod sh -c 'tc qdisc add dev net1 clsact && tc qdisc add dev net1 root handle 1: htb'
# A device that cannot filter is promiscuous for such an address, until it is next brought up.
lists() {
	bridge fdb show dev nic0 | grep 00:00:00:77
	ip -d -j link show nic0 | jq .[0].promiscuity
}
lists_before=$(lists)
t_add 'unicast and multicast lists: ADD' "$CONF"
t_run 'unicast and multicast lists: the pod can do it' in_pod sh -c \
	'bridge fdb add 02:00:00:00:00:77 dev net1 self && ip maddr add 33:33:00:00:00:77 dev net1'
t_del 'unicast and multicast lists: DEL' "$CONF"
ip link set nic0 up
ip link set nic0 down
t_is 'unicast and multicast lists' "$(lists)" "$lists_before"
ip link del nic0
make_nic nic0
BEFORE=$(all_of_it)
undone 'addresses, routes, neighbours' in_pod sh -c 'ip addr add 10.9.9.9/24 dev net1 && ip route add 10.8.0.0/16 via 10.9.9.1 &&
	ip neigh add 10.9.9.1 lladdr 02:00:00:00:00:01 dev net1 nud permanent'
undone 'sysctls' in_pod sh -c 'sysctl -w net.ipv4.conf.net1.forwarding=1 net.ipv6.conf.net1.accept_ra=2 net.ipv4.conf.net1.rp_filter=2'
undone 'a master' in_pod sh -c 'ip link add br0 type bridge && ip link set net1 master br0'
in_pod ip link del br0
undone 'links on top' in_pod sh -c 'ip link add mv0 link net1 type macvlan && ip link set mv0 up'

# ---------------------------------------------------------------- BPF

attached() { # what the plugin itself finds there at the next ADD
	cni ADD "$CONF"
	jq -c .bpfPrograms /run/dpdk-cni/pods/c1/net1.json
	cni DEL "$CONF"
}
if ! bpf tcx-ingress far-nic0 2>"$T_TMP/why"; then
	t_skip 'BPF programs' "tcx: $(tail -n 1 "$T_TMP/why")"
	t_done
fi
ip link del nic0
make_nic nic0
BEFORE=$(all_of_it)
for place in tcx-ingress tcx-egress; do
	undone "a program of $place" in_pod python3 "$here/attach-bpf.py" $place net1
	t_is "$place: none is left" "$(attached)" '["none"]'
	t_next_pod_works "$place"
done

# One that a process holds, which outlives the pod.
holding() { # WHAT ARGS...
	local holder what=$1

	shift
	t_add "$what: ADD" "$CONF"
	ip netns exec pod python3 "$here/attach-bpf.py" "$@" >"$T_TMP/held" 2>&1 &
	holder=$!
	t_run "$what: the pod holds it" t_wait 10 grep -q held "$T_TMP/held"
	t_del "$what: DEL" "$CONF"
	t_run "$what: the holder lives" kill -0 "$holder"
	t_is "$what: none is left" "$(attached) $(ip -d link show nic0 | grep -c xdp)" '["none"] 0'
	t_is "$what: the host is as before" "$(all_of_it)" "$BEFORE"
	t_next_pod_works "$what"
	kill "$holder"
	wait "$holder" 2>/dev/null
}
holding 'a tcx program by a link' tcx-ingress net1 hold
holding 'an XDP program by a link' xdp net1 hold
holding 'an XDP program of the stack by a link' xdp net1 hold xdpgeneric

# The host's own stays; one that the pod took off is its owner's to put back.
bpf tcx-egress nic0
t_add "the host's own program: ADD" "$CONF"
own=$(jq -c .bpfPrograms /run/dpdk-cni/pods/c1/net1.json)
t_like "it is on record" "$own" '"tcx-egress [0-9]+"'
in_pod python3 "$here/attach-bpf.py" tcx-egress net1
t_del 'DEL' "$CONF"
t_is "the pod's goes, the host's stays" "$(attached)" "$own"
ip link del nic0
make_nic nic0
BEFORE=$(all_of_it)

# ---------------------------------------------------------------- what cannot be taken off

if command -v strace >/dev/null; then
	refusing() { # COMMAND...: bpf(2) is refused, as by a security module
		local real=$PLUGIN

		straced_plugin "$T_TMP/refusing" -o /dev/null -e trace=bpf -e inject=bpf:error=EACCES
		PLUGIN=$T_TMP/refusing
		"$@"
		PLUGIN=$real
	}
	t_add 'ADD' "$CONF"
	in_pod python3 "$here/attach-bpf.py" tcx-ingress net1
	refusing cni DEL "$CONF"
	t_json 'a program that cannot be taken off: DEL' "$OUT" \
		'[.code, (.msg | contains("nic0: the pod has left something on it, and it is not given out: tcx-ingress"))]' '[11,true]'
	t_is 'and says the reason once' "$(grep -o 'it is not given out' <<<"$ERR" | wc -l)" 1
	t_is 'in one line' "$(wc -l <<<"$ERR")" 1
	refusing cni STATUS "$(jq -c '.cniVersion = "1.1.0"' <<<"$CONF")"
	t_is 'STATUS says it in one line' "$(grep -c . <<<"$ERR")$(grep -c 'not given out' <<<"$ERR")" 11
	CONTAINER=c2 POD=other refusing cni ADD "$CONF"
	t_json 'nobody is given the NIC' "$OUT" '[.code, (.msg | contains("not given out"))]' '[11,true]'
	t_like 'list says why' "$("$PLUGIN" list)" 'UNDOING.*not given out: tcx-ingress'
	t_next_pod_works 'when it can be'
	t_del 'DEL' "$CONF"
	t_is 'the host is as before' "$(all_of_it)" "$BEFORE"
else
	t_skip 'a program that cannot be taken off' 'strace is missing'
fi
t_done
