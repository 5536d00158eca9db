#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One list of several plugins, as libcni runs it: what the others put into prevResult and on the
# link goes through, CHECK is content, and after DEL the NIC is as it was.
. "$(dirname "$0")/../tap.sh"
t_in_sandbox "$0" "$@"
. "$(dirname "$0")/runtime.sh"
for tool in tuning bandwidth; do
	[ -x "$CNI_BIN/$tool" ] || t_skip_all "$tool is missing (test/deps.sh run)"
done

# ---------------------------------------------------------------- a small libcni

# A call of one plugin of the list: OUT, ERR, RC.
call_one() { # VERB INDEX PREVRESULT
	local conf

	conf=$(jq -c --argjson i "$2" --argjson prev "${3:-null}" '. as $list | .plugins[$i]
		+ {cniVersion, name} + (if $prev then {prevResult: $prev} else {} end)
		+ (if .plugins[$i].capabilities then {runtimeConfig: ($list.runtime // {}
			| with_entries(select($list.plugins[$i].capabilities[.key])))} else {} end)' <<<"$LIST")
	RC=0
	OUT=$(CNI_COMMAND=$1 CNI_CONTAINERID=c1 CNI_NETNS=$NETNS CNI_IFNAME=net1 CNI_ARGS= CNI_PATH=$BIN \
		"$BIN/$(jq -r .type <<<"$conf")" <<<"$conf" 2>"$T_TMP/stderr") || RC=$?
	ERR=$(<"$T_TMP/stderr")
}

# Forward, each with what the one before it said; the last word stays in RESULT.
list_add() {
	local i n

	RESULT=
	n=$(jq '.plugins | length' <<<"$LIST")
	for ((i = 0; i < n; i++)); do
		call_one ADD "$i" "$RESULT"
		[ "$RC" -eq 0 ] || return 1
		RESULT=$OUT
	done
}
list_check() {
	local i n

	n=$(jq '.plugins | length' <<<"$LIST")
	for ((i = 0; i < n; i++)); do
		# bandwidth 1.1 crashes in CHECK where it was given no rates.
		[ "$(jq -c ".plugins[$i]" <<<"$LIST")" != '{"type":"bandwidth"}' ] || continue
		call_one CHECK "$i" "$RESULT"
		[ "$RC" -eq 0 ] || return 1
	done
}
# Backward. Before 0.4.0 nothing is remembered.
list_del() {
	local i n bad=0 prev=$RESULT

	case $(jq -r .cniVersion <<<"$LIST") in 0.[123]*) prev= ;; esac
	n=$(jq '.plugins | length' <<<"$LIST")
	for ((i = n - 1; i >= 0; i--)); do
		call_one DEL "$i" "$prev"
		[ "$RC" -eq 0 ] || bad=1
	done
	return "$bad"
}
t_list() { # NAME CMD
	if "$2"; then t_ok "$1"; else t_fail "$1" "$OUT" "$ERR"; fi
}

# A plugin that makes nothing and says that the NIC's far end is the host's: what a bridge says.
cat >"$BIN/first" <<'P'
#!/bin/sh
[ "$CNI_COMMAND" != ADD ] || jq -c '{cniVersion, interfaces: [{name: "far-nic0", mac: "02:00:00:00:00:0f"}],
	routes: [{dst: "10.99.0.0/16"}], dns: {nameservers: ["10.0.0.53"]}}'
P
chmod +x "$BIN/first"

make_nic nic0
# tuning's CHECK wants every link not promiscuous unless it made it so itself.
ip link set nic0 promisc off
make_pod pod
NETNS=/run/netns/pod
BEFORE=$(snapshot)
SYSCTLS=$(grep -r . /proc/sys/net/ipv4/conf/nic0)

# bandwidth leaves its shaper on the far end: of a veth made for the pod nothing would be left.
unshape() {
	tc qdisc del dev far-nic0 root 2>/dev/null
	tc qdisc del dev far-nic0 ingress 2>/dev/null
}
ours() { # JQ-EXPRESSION over our plugin's part
	jq -nc "{type: \"dpdk-cni\", device: \"nic0\"} + $IPAM + ($1)"
}
back() { # NAME
	unshape
	t_is "$1: the host is exactly as before" "$(snapshot)" "$BEFORE"
	t_is "$1: and so are the link's sysctls" "$(grep -r . /proc/sys/net/ipv4/conf/nic0)" "$SYSCTLS"
	t_is "$1: no lease is left" "$(leases)" 0
}

for v in 0.3.1 0.4.0 1.0.0; do
	LIST=$(jq -nc --argjson ours "$(ours '{}')" --arg v "$v" '{cniVersion: $v, name: "net",
		runtime: {bandwidth: {ingressRate: 8000000, ingressBurst: 8000000, egressRate: 4000000, egressBurst: 4000000}},
		plugins: [
			{type: "first"},
			{type: "tuning", sysctl: {"net.core.somaxconn": "500"}},
			{type: "bandwidth"},
			$ours,
			{type: "tuning", mtu: 1300, mac: "02:00:00:00:00:66", sysctl: {"net.ipv4.conf.net1.rp_filter": "2"}},
			{type: "bandwidth", capabilities: {bandwidth: true}}]}')
	t_list "$v: ADD of a list of six" list_add
	t_json "$v: everybody's interfaces are there" "$RESULT" '[.interfaces[] | .name[:4]]' '["far-","net1","bwp6"]'
	t_json "$v: our address points to ours" "$RESULT" '[.ips[] | [.address, .gateway, .interface]]' \
		"[[\"10.6.0.$((v_n += 1, v_n + 4))/24\",\"10.6.0.1\",1]]"
	t_json "$v: the first plugin's route and dns went through" "$RESULT" '[.routes[0].dst, .dns.nameservers[0]]' \
		'["10.99.0.0/16","10.0.0.53"]'
	t_json "$v: the later plugin's MAC and MTU are on the link" "$(ip -n pod -j link show net1)" \
		'[.[0].address, .[0].mtu]' '["02:00:00:00:00:66",1300]'
	t_like "$v: the shaper is on the far end" "$(tc qdisc show dev far-nic0)" 'tbf .*rate 8Mbit'
	if [ "$v" != 0.3.1 ]; then
		t_list "$v: CHECK of the list" list_check
		ip -n pod addr flush dev net1
		t_run_fails "$v: CHECK of a link whose address went" list_check
		t_like "$v: ours says so" "$(jq -r .msg <<<"$OUT")" '10\.6\.0\.'
	fi
	t_list "$v: DEL of the list" list_del
	back "$v"
	t_list "$v: DEL again" list_del
done

# A later plugin's MTU and MAC are no fault of what ours had set.
LIST=$(jq -nc --argjson ours "$(ours '{mtu: 1400, mac: "02:00:00:00:00:55"}')" '{cniVersion: "1.0.0", name: "net",
	plugins: [$ours, {type: "tuning", mtu: 1300, mac: "02:00:00:00:00:66"}]}')
t_list 'ADD with MTU and MAC by ours, others by tuning' list_add
t_list 'CHECK takes the later for good' list_check
t_list 'DEL' list_del
back 'ours and tuning'

# tuning's own DEL is missed, as where the pod's namespace could not be opened: the image has it all.
LIST=$(jq -nc --argjson ours "$(ours '{}')" '{cniVersion: "1.0.0", name: "net",
	plugins: [$ours, {type: "tuning", mtu: 1300, mac: "02:00:00:00:00:66", promisc: true, allmulti: true}]}')
t_list 'ADD with all that tuning knows' list_add
t_json 'it is on the link' "$(ip -n pod -d -j link show net1)" '.[0] | [.mtu, .address, .promiscuity, .allmulti]' \
	'[1300,"02:00:00:00:00:66",1,1]'
call_one DEL 0 "$RESULT"
t_is 'DEL of ours alone' "$RC" 0
back 'without DEL of tuning'

# Ours fails in the middle: the list is deleted, with nothing to go by.
LIST=$(jq -nc --argjson ours "$(ours '{device: "nix"}')" '{cniVersion: "1.0.0", name: "net",
	plugins: [{type: "first"}, $ours, {type: "tuning", mtu: 1300}]}')
t_run_fails 'a list whose second plugin fails' list_add
t_json 'is refused by ours' "$OUT" .code 100
RESULT=
call_one DEL 1
t_is 'DEL of ours' "$RC" 0
back 'a list that failed'

# The plugin after ours fails.
LIST=$(jq -nc --argjson ours "$(ours '{}')" '{cniVersion: "1.0.0", name: "net",
	plugins: [$ours, {type: "tuning", sysctl: {"net.no.such": "1"}}]}')
t_run_fails 'a list whose last plugin fails' list_add
RESULT=
t_list 'DEL of the list' list_del
back 'a list whose last plugin failed'

# Ours twice: one interface cannot be two NICs.
make_nic nic1
BEFORE=$(snapshot)
LIST=$(jq -nc --argjson ours "$(ours '{}')" --argjson second "$(ours '{device: "nic1"}')" \
	'{cniVersion: "1.0.0", name: "net", plugins: [$ours, $second]}')
t_run_fails 'a list with ours twice' list_add
t_json 'the second is refused' "$OUT" .code 103
RESULT=
t_list 'DEL of the list' list_del
back 'ours twice'
t_done
