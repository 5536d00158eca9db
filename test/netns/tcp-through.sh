#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Two hosts talk TCP through the forwarder in the documented pod, on NICs that the plugin attached and
# nobody prepared: the other ends leave checksums and segmentation to the receiver, as a veth does,
# and the pod turns GRO on, which a physical NIC has from the start.
. "$(dirname "$0")/../tap.sh"
t_in_sandbox "$0" "$@"
here=$(dirname "$0")
. "$here/plugin.sh"
. "$here/l2fwd-common.sh"
TCP=$here/tcp.py
MIB=4
mkdir -p /run/dpdk-pod

nic_conf() { # N
	jq -nc --arg n "$1" '{cniVersion: "1.0.0", name: ("net" + $n), type: "dpdk-cni",
		device: ("nic" + $n), podFile: {dir: "/run/dpdk-pod"}}'
}

# Hosts a and b, one at the other end of each NIC.
hosts() {
	local n host

	for host in pod a b; do
		ip netns del $host 2>/dev/null
		make_pod $host
	done
	for n in 0 1; do
		ip link add "nic$n" type veth peer name "far$n"
	done
}
to_hosts() {
	local n=0 host

	for host in a b; do
		ip link set "far$n" netns $host
		ip -n $host addr add "192.0.2.$((n + 1))/24" dev "far$n"
		ip -n $host addr add "2001:db8::$((n + 1))/64" dev "far$n" nodad
		ip -n $host link set "far$n" up
		n=$((n + 1))
	done
}
attach() { # VERB
	local n

	for n in 0 1; do
		IFNAME=net$n cni "$1" "$(nic_conf $n)"
		[ "$RC" -eq 0 ] || t_fail "$1 of nic$n" "$OUT" "$ERR"
		case $ERR in *warning*) t_fail "$1 of nic$n warns of nothing" "$ERR" ;; esac
	done
}

# In a namespace, or on the host: what ethtool says of one link that can be set.
features() { # NETNS|'' NAME
	${1:+ip netns exec "$1"} ethtool -k "$2" | grep -v fixed
}
both_features() { # NETNS NETNS
	features "$1" far0
	features "$2" far1
}

# shellcheck disable=SC2317 # called by name
listens_() {
	grep -qs listening "$T_TMP/served"
}
tcp() { # NAME ADDRESS
	local sent

	rm -f "$T_TMP/served"
	ip netns exec b timeout 60 "$TCP" serve >"$T_TMP/served" 2>&1 &
	local server=$!
	t_wait 5 listens_
	sent=$(ip netns exec a timeout 60 "$TCP" send "$2" $MIB 2>&1 | tail -n 1)
	wait $server
	t_like "$1: sent" "$sent" '^[0-9a-f]{64}$'
	t_is "$1: received" "$(tail -n 1 "$T_TMP/served")" "$sent"
}

forwards() { # NAME ADDRESS...
	local name=$1 address

	shift
	fwd_start ip netns exec pod "$L2FWD" --no-mac-updating --json --period 0.1
	ip netns exec a ping -q -c 1 -W 5 192.0.2.2 >/dev/null || t_fail "$name: ping" "$(fwd_log)"
	for address; do
		tcp "$name, $address" "$address"
	done
	fwd_stop
	t_is "$name: exit status" "$fwd_status" 0
}

for pmd in pcap af_packet af_xdp; do
	for_pmd $pmd
	export DPDK_POD_NETDEV_PMD=$pmd
	hosts
	before=$(both_features '' '')
	attach ADD
	to_hosts
	forwards "$pmd" 192.0.2.2 2001:db8::2
	attach DEL
	t_is "$pmd: the other ends have their offloads back" "$(both_features a b)" "$before"
	ip link del nic0
	ip link del nic1
done
t_like 'they had some' "$before" 'tcp-segmentation-offload: on'

# What a NIC has from the start, and a pod may turn on again.
for_pmd af_packet
export DPDK_POD_NETDEV_PMD=af_packet
hosts
for n in 0 1; do
	ethtool -K "nic$n" gro on rx-gro-list on rx-udp-gro-forwarding on
done
before=$(features '' nic0)
attach ADD
t_like 'GRO is off in the pod' "$(features pod net0)" 'generic-receive-offload: off'
t_like 'in all its kinds' "$(features pod net0)" 'rx-gro-list: off'
to_hosts
forwards 'a NIC with GRO' 192.0.2.2
for n in 0 1; do
	ip netns exec pod ethtool -K "net$n" gro on
	ip netns exec "$([ $n = 0 ] && echo a || echo b)" ethtool -K "far$n" gso off
done
forwards 'GRO turned on by the pod' 192.0.2.2 2001:db8::2
attach DEL
t_is 'the NIC has its GRO back' "$(features '' nic0)" "$before"
ip link del nic0
ip link del nic1

# The hosts were there before the pod.
hosts
to_hosts
before=$(both_features a b)
attach ADD
forwards 'other ends in namespaces of their own' 192.0.2.2
attach DEL
t_is 'these have their offloads back' "$(both_features a b)" "$before"

# CHECK, wherever the other end is.
check_sees() { # NAME COMMAND-PREFIX...
	local name=$1 conf

	shift
	IFNAME=net0 cni ADD "$(nic_conf 0)"
	conf=$(jq -c --argjson prev "$OUT" '.prevResult = $prev' <<<"$(nic_conf 0)")
	IFNAME=net0 cni CHECK "$conf"
	t_is "CHECK, the other end $name: all is well" "$RC$OUT" 0
	"$@" ethtool -K far0 tx-checksum-ip-generic on
	IFNAME=net0 cni CHECK "$conf"
	t_json "CHECK, the other end $name: it has its offloads again" "$OUT" '[.code, .msg]' \
		'[106,"interface net0: its other end far0 has tx-checksum-ip-generic on again: frames without checksums, or cut off"]'
	IFNAME=net0 cni DEL "$(nic_conf 0)"
	t_is "DEL after that" "$RC" 0
}
check_sees 'in a namespace' ip netns exec a
ip -n a link set far0 netns 1
check_sees 'on the host' env
ip link set far0 netns a

# What an administrator turned off stays off, and what he turned on meanwhile stays on.
ip netns exec a ethtool -K far0 tx-checksum-ip-generic on tx-udp-segmentation off
before=$(features a far0)
attach ADD
attach DEL
t_is 'what was off before stays off' "$(features a far0)" "$before"

# The NIC dies with the pod, and the other end with it.
attach ADD
ip netns del pod
attach DEL
t_run 'after the end of the pod nothing is left to do' test ! -e /run/dpdk-cni/pods/c1
t_done
