#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What docs/configuration.md says of capabilities: each verb works with just those, and says what is
# wrong without one of them.
. "$(dirname "$0")/../tap.sh"
t_in_sandbox "$0" "$@"
. "$(dirname "$0")/plugin.sh"

make_pod pod
make_pod other
make_nic nic0
ip link set far-nic0 up
t_tmpdir
command -v setpriv >/dev/null || t_skip_all 'setpriv is missing (util-linux)'
REAL=$PLUGIN
# The plugin with these capabilities, still as root, as services are limited.
with() { # +CAPABILITY...
	PLUGIN=$T_TMP/limited
	printf '#!/bin/sh\nexec setpriv --bounding-set=-all%s --inh-caps=-all %s "$@"\n' \
		"$(printf ',%s' "$@" | sed 's/^,$//')" "$REAL" >"$PLUGIN"
	chmod +x "$PLUGIN"
}
all() { PLUGIN=$REAL; }
STATIC='{ipam: {type: "static", addresses: [{address: "10.7.0.5/24"}, {address: "fd07::5/64"}], routes: [{dst: "10.8.0.0/16"}]}}'
C=$(conf "$STATIC")
V11=$(conf '{cniVersion: "1.1.0"}')
BEFORE=$(snapshot)

# ---------------------------------------------------------------- enough

CHANGE=(+net_admin +sys_admin +sys_ptrace)
LOOK=(+sys_admin)
with
t_run 'VERSION needs none' env CNI_COMMAND=VERSION "$PLUGIN" <<<'{"cniVersion": "1.1.0"}'
with "${CHANGE[@]}"
t_add 'ADD needs NET_ADMIN, SYS_ADMIN and SYS_PTRACE' "$C"
t_unlike 'and has nothing to warn of' "$ERR" warning
RESULT=$OUT
with "${LOOK[@]}"
cni CHECK "$(jq -c --argjson p "$RESULT" '. + {prevResult: $p}' <<<"$C")"
t_is 'CHECK needs SYS_ADMIN' "$RC$OUT" 0
cni STATUS "$V11"
t_is 'so does STATUS' "$RC$OUT" 0
t_run 'list' "$PLUGIN" list
t_like 'which tells of the pod' "$T_OUT" 'net1 .*alive'
with "${CHANGE[@]}"
t_del 'DEL as ADD' "$C"
t_is 'the host is as before' "$(snapshot)" "$BEFORE"
with "${LOOK[@]}"
plan() { CNI_PATH=$CNI_BIN "$PLUGIN" plan --netns /run/netns/pod <<<"$C"; }
t_run 'plan needs SYS_ADMIN' plan
for end in release GC; do
	with "${CHANGE[@]}"
	t_add "$end: ADD" "$V11"
	case $end in
	release) t_run 'release as ADD' "$PLUGIN" release c1 net1 ;;
	GC)
		cni GC "$(jq -c '. + {"cni.dev/valid-attachments": []}' <<<"$V11")"
		t_is 'GC as ADD' "$RC$OUT" 0
		;;
	esac
	t_is "$end: the host is as before" "$(snapshot)" "$BEFORE"
done

# ---------------------------------------------------------------- too little

with +net_admin +sys_ptrace
t_refused 'ADD without SYS_ADMIN' ADD "$V11" 8 'network namespace: enter: Operation not permitted'
with +sys_admin +sys_ptrace
t_refused 'ADD without NET_ADMIN' ADD "$V11" 104 'move to the pod.*Operation not permitted'
all
ip netns exec other sleep 1000 &
sleeper=$!
t_wait 5 sh -c "[ \"\$(cat /proc/$sleeper/comm)\" = sleep ]"
with +net_admin +sys_admin
t_add 'ADD without SYS_PTRACE' "$V11"
t_like 'warns that it may not look at every process' "$ERR" 'warning: some process may not be looked at \(CAP_SYS_PTRACE'
kill "$sleeper"
with +sys_admin
cni DEL "$V11"
t_json 'DEL without NET_ADMIN: the NIC stays on record' "$OUT" .code 104
with +net_admin
cni DEL "$V11"
t_json 'DEL without SYS_ADMIN' "$OUT" .code 8
with "${CHANGE[@]}"
t_del 'DEL with both completes it' "$V11"
t_is 'the host is as before' "$(snapshot)" "$BEFORE"
with
t_run_fails 'list without SYS_ADMIN' "$PLUGIN" list
t_done
