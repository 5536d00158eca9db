#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What docs/restored.md says of real NICs: the settings that only such drivers have, links on top that
# only such kernels have, and a VF that is renewed because the pod left what could not be taken off.
. "$(dirname "$0")/../../tap.sh"
. "$(dirname "$0")/nic.sh"
. "$(dirname "$0")/../../netns/plugin.sh"

t_need 'VFs' make_vfs 2
A=$(vf 0 1)
make_pod pod
make_pod other
t_tmpdir
in_pod() { ip netns exec pod "$@"; }

# Everything that ethtool shows of a NIC, by its address.
settings() { # ADDRESS
	local option name

	name=$(netdev "$1")
	ip -d -j link show "$name" | jq -S '.[0] | del(.operstate, .ifindex) | .flags -= ["NO-CARRIER"]'
	for option in k l g c a; do
		ethtool "-$option" "$name" 2>&1 | sed "s/$name/NIC/"
	done
	ethtool --show-eee "$name" 2>&1 | grep -e 'EEE status' -e 'Tx LPI' -e Advertised
	ethtool "$name" 2>&1 | sed "s/$name/NIC/" |
		grep -v -e 'Link detected' -e 'Speed:' -e 'Duplex:' -e 'Link partner' -e 'MDI-X:'
}
of() { # ADDRESS
	jq -nc "{cniVersion: \"1.1.0\", name: \"net\", type: \"dpdk-cni\", deviceID: \"$1\"}"
}
undone() { # WHAT ADDRESS COMMAND...
	local what=$1 address=$2

	shift 2
	cni ADD "$(of "$address")"
	[ "$RC" -eq 0 ] || t_fail "$what: ADD" "$OUT" "$ERR"
	t_run "$what: the pod can do it" "$@"
	cni DEL "$(of "$address")"
	[ "$RC" -eq 0 ] || t_fail "$what: DEL" "$OUT" "$ERR"
	t_is "$what" "$(settings "$address")" "$BEFORE"
	t_unlike "$what: nothing is left to warn of" "$ERR" warning
}

BEFORE=$(settings "$A")
undone 'rings' "$A" in_pod ethtool -G net1 rx 128 tx 128
undone 'message level' "$A" in_pod ethtool -s net1 msglvl 0xff
undone 'coalescing of a VF' "$A" in_pod ethtool -C net1 rx-usecs 99
undone 'several at once' "$A" in_pod sh -c 'ethtool -G net1 rx 128; ethtool -K net1 gso off gro off tx off;
	ip link set net1 broadcast 02:66:66:66:66:66 mode dormant mtu 1400'

BEFORE=$(settings "$PLAIN")
undone 'pause frames' "$PLAIN" in_pod ethtool -A net1 autoneg off rx off tx off
undone 'Wake-on-LAN' "$PLAIN" in_pod ethtool -s net1 wol d
undone 'what is advertised' "$PLAIN" in_pod ethtool -s net1 advertise 0x008
undone 'rings of a whole NIC' "$PLAIN" in_pod ethtool -G net1 rx 128 tx 128

# ---------------------------------------------------------------- on top, in other namespaces

BEFORE=$(settings "$A")
on_top() { # KIND ARGS...
	local kind=$1

	shift
	ip netns add nested
	t_add "$kind: ADD" "$(of "$A")"
	t_run "$kind: the pod makes it" ip -n pod link add link net1 name up0 type "$@"
	t_run "$kind: and hides it" ip -n pod link set up0 netns nested
	t_del "$kind: DEL" "$(of "$A")"
	t_is "$kind: it is gone" "$(pod_links nested)" '["lo"]'
	t_is "$kind: the host is as before" "$(settings "$A")" "$BEFORE"
	ip link add link "$(netdev "$A")" name up0 type "$@"
	ip link set up0 netns nested
	for mode in netdev vfio; do
		cni ADD "$(jq -c ".mode = \"$mode\"" <<<"$(of "$A")")"
		t_json "$kind: one of another pod is the reason to refuse, mode $mode" "$OUT" \
			'[.code, (.msg | contains("up0 ('"$kind"') in the network namespace of /run/netns/nested"))]' '[102,true]'
	done
	ip netns del nested
	t_wait 5 sh -c "! ls /sys/class/net/*/upper_up0"
}
on_top vlan vlan id 5
on_top macvlan macvlan mode bridge
on_top ipvlan ipvlan mode l2

# ---------------------------------------------------------------- renewed

# bpf(2) is refused, as by a security module: what is on the NIC cannot be told, nor taken off.
# igbvf makes up another permanent address each time.
renewed() { settings "$A" | grep -v '"permaddr"'; }
BEFORE=$(renewed)
t_add 'ADD' "$(of "$A")"
real=$PLUGIN
printf '#!/bin/sh\nexec strace -qq -o /dev/null -e trace=bpf -e inject=bpf:error=EACCES %s\n' "$real" >"$T_TMP/refusing"
chmod +x "$T_TMP/refusing"
PLUGIN=$T_TMP/refusing
in_pod ip link add link net1 name up0 type macvlan
t_del 'DEL where something cannot be taken off' "$(of "$A")"
t_like 'the driver was bound anew, which the log says' "$ERR" "device $A: .*igbvf was unbound and bound again, in [0-9]+ ms"
t_diag "$(grep -o 'igbvf was.*' <<<"$ERR")"
PLUGIN=$real
t_is 'the VF is as before' "$(renewed)" "$BEFORE"
t_is 'and nothing is on top of it' "$(pod_links pod)" '["lo"]'
POD=other CONTAINER=c2 t_add 'the next pod has it' "$(of "$A")"
POD=other CONTAINER=c2 t_del 'and gives it back' "$(of "$A")"
t_is 'as before' "$(renewed)" "$BEFORE"
t_done
