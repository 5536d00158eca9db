#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Addresses and routes where the network is not as it should be: no carrier, a duplicate, a pod or a
# host that has routes already.
. "$(dirname "$0")/sandbox.sh"

make_pod pod
ip link add nic0 type veth peer name far-nic0
static() { # ADDRESSES-AND-ROUTES
	conf "{ipam: ({type: \"static\"} + $1)}"
}
V6=$(static '{addresses: [{address: "2001:db8::5/64"}]}')

# ---------------------------------------------------------------- IPv6 and the carrier

t_add 'ADD with an IPv6 address and no carrier' "$V6"
t_like 'which the log says' "$ERR" 'warning: interface net1: it has no carrier'
t_like 'the address waits for one' "$(ip -n pod -6 addr show net1)" '2001:db8::5/64 scope global tentative'
ip link set far-nic0 up
t_run 'and is good when it comes' t_wait 10 sh -c 'ip -n pod -6 addr show net1 | grep 2001:db8::5 | grep -qv tentative'
t_del DEL "$V6"
t_add 'ADD with a carrier' "$V6"
t_unlike 'detection has ended' "$(ip -n pod -6 addr show dev net1 to 2001:db8::5)" tentative
t_del DEL "$V6"
ip addr add 2001:db8::5/64 dev far-nic0 nodad
BEFORE=$(snapshot)
t_refused 'an address that somebody else has' ADD "$V6" 104 'net1: duplicate address detection: somebody'
ip addr flush dev far-nic0

# ---------------------------------------------------------------- routes that are there

ip link add e0 type veth peer name e0far
ip link set e0far up
ip link set e0 netns pod name eth0
ip -n pod addr add 10.1.0.2/24 dev eth0
ip -n pod link set eth0 up
ip -n pod route add default via 10.1.0.1
BEFORE=$(snapshot)
ROUTES=$(ip -n pod route)
t_refused 'a default route beside the one that the pod has' ADD \
	"$(static '{addresses: [{address: "192.0.2.5/24", gateway: "192.0.2.1"}], routes: [{dst: "0.0.0.0/0"}]}')" 103 \
	'net1: route 0\.0\.0\.0/0: the pod has another one.*priority'
t_is 'which stays' "$(ip -n pod route)" "$ROUTES"
TWICE=$(static '{addresses: [{address: "192.0.2.5/24", gateway: "192.0.2.1"}],
	routes: [{dst: "198.51.100.0/24"}, {dst: "198.51.100.0/24"}]}')
t_add 'a route that is said twice' "$TWICE"
cni CHECK "$(jq -c --argjson p "$OUT" '. + {prevResult: $p}' <<<"$TWICE")"
t_is 'CHECK finds it' "$RC$OUT" 0
t_del DEL "$TWICE"
t_add 'the same subnet as another interface of the pod' "$(static '{addresses: [{address: "10.1.0.9/24"}]}')"
t_del DEL "$(conf '{}')"
t_is 'the pod has its routes' "$(ip -n pod route)" "$ROUTES"
t_is 'the host is as before' "$(snapshot)" "$BEFORE"

# ---------------------------------------------------------------- the host's routes

ip link set nic0 up
ip addr add 192.0.2.77/32 dev lo
for compat in 1 0; do
	sysctl -qw net.ipv4.nexthop_compat_mode=$compat
	ip nexthop add id 7 dev nic0
	ip nexthop add id 8 group 7
	for id in 7 8; do
		ip route add default nhid $id
		BEFORE=$(snapshot)
		t_refused "a default route by a nexthop object ($id, compatible: $compat)" ADD "$(conf '{}')" 102 \
			"nic0: refused: it carries the host's default route"
		ip route del default
	done
	ip route add default nexthop dev nic0 nexthop dev lo
	t_refused "one of several hops (compatible: $compat)" ADD "$(conf '{}')" 102 "it carries the host's default route"
	ip route del default
	ip -6 nexthop add id 9 dev nic0
	ip -6 route add default nhid 9
	t_refused "of IPv6 (compatible: $compat)" ADD "$(conf '{}')" 102 "it carries the host's default route"
	ip -6 route del default
	ip route add default dev lo table 77
	t_add "one over another link is none of it (compatible: $compat)" "$(conf '{}')"
	t_del DEL "$(conf '{}')"
	ip link set nic0 up
	ip route flush table 77
	ip nexthop flush >/dev/null 2>&1
done

# ---------------------------------------------------------------- how much it takes

BOTH=$(static '{addresses: [{address: "10.7.0.5/24"}, {address: "10.7.0.6/24"}, {address: "10.8.0.5/24"}]}')
traced() { # what the plugin itself calls
	local real=$PLUGIN

	straced_plugin "$T_TMP/traced" -o "$T_TMP/trace" -e trace=socket,recvmsg
	PLUGIN=$T_TMP/traced
	t_add "$1" "$BOTH"
	PLUGIN=$real
}
t_tmpdir
if command -v strace >/dev/null; then
	(tcpdump -lnei far-nic0 arp >"$T_TMP/heard" 2>"$T_TMP/tcpdump") &
	dump=$!
	t_wait 10 grep -q listening "$T_TMP/tcpdump"
	traced 'ADD of several addresses'
	t_is 'a socket of packets, which is slow to close, for the second of a subnet alone' "$(grep -c AF_PACKET "$T_TMP/trace")" 1
	few=$(grep -c recvmsg "$T_TMP/trace")
	for a in 10.7.0.5 10.7.0.6 10.8.0.5; do
		t_run "$a is announced" t_wait 5 grep -qE "(who-has $a .*tell $a|Announcement $a)" "$T_TMP/heard"
	done
	t_is 'no question is left open' "$(ip -n pod neigh show dev net1 | grep -E '10\.[78]')" ''
	kill "$dump"
	t_del DEL "$BOTH"
	ip link set e0far up
	ip addr add 203.0.113.1/24 dev e0far
	python3 -c 'for i in range(5000): print(f"route add 172.{16 + i // 256}.{i % 256}.0/24 via 203.0.113.9")' | ip -batch -
	t_is 'the host has many routes' "$(ip route show via 203.0.113.9 | wc -l)" 5000
	traced 'ADD again'
	t_is 'and the plugin reads none of them' "$(grep -c recvmsg "$T_TMP/trace")" "$few"
	t_del DEL "$BOTH"
else
	t_skip 'what it takes' 'strace is missing'
fi
t_done
