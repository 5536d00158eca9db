#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Twelve at once, every verb, on one NIC and on 32; every eighth call is killed, terminated or
# stopped for a while. No NIC is lost, no success is none, nothing hangs, and nothing is left.
#
#	STRESS_CALLS=1000000 bash test/crash/stress.sh        # as many calls as you like
. "$(dirname "$0")/../tap.sh"
t_in_sandbox "$0" "$@"
. "$(dirname "$0")/../netns/plugin.sh"

CALLS=${STRESS_CALLS:-4000} WORKERS=12
t_tmpdir
for i in $(seq 0 31); do make_nic "nic$i"; done
for i in $(seq $WORKERS); do make_pod "p$i"; done
mkdir -p /run/dpdk-pod/p
BEFORE=$(snapshot)

everything() {
	snapshot
	ls -A /run/dpdk-pod/p
}

# Ends calls in every way that a runtime, or a machine in trouble, ends them.
strike() { # PID
	sleep "0.0$((RANDOM % 4))$((RANDOM % 10))"
	case $((RANDOM % 3)) in
	0) kill -KILL "$1" ;;
	1) kill -TERM "$1" ;;
	*)
		kill -STOP "$1" && sleep "0.$((RANDOM % 2))$((RANDOM % 10))"
		kill -CONT "$1"
		;;
	esac 2>/dev/null
}

# One call. RC is its exit status, 137 and 143 for what was struck; a call that takes a minute hangs.
call() { # WHO VERB CONFIGURATION
	local pid

	CNI_COMMAND=$2 CNI_CONTAINERID=c$1 CNI_NETNS=/run/netns/p$1 CNI_IFNAME=net1 CNI_PATH=$CNI_BIN \
		"$PLUGIN" <<<"$3" >"$T_TMP/out.$me" 2>/dev/null &
	pid=$!
	[ $((RANDOM % 8)) -ne 0 ] || strike "$pid"
	for _ in $(seq 60); do
		{ timeout 1 tail --pid="$pid" -s 0.01 -f /dev/null; } && break
	done
	if kill -0 "$pid" 2>/dev/null; then
		echo "$2 of c$1 hangs" >>"$T_TMP/wrong"
		kill -KILL "$pid"
	fi
	RC=0
	wait "$pid" 2>/dev/null || RC=$?
	echo "$2 $RC" >>"$T_TMP/done.$me"
}

judge() { # WHO VERB: is an error an error?
	[ "$RC" -eq 0 ] || [ "$RC" -eq 137 ] || [ "$RC" -eq 143 ] ||
		jq -e '.code > 0 and (.msg | length) > 0' <"$T_TMP/out.$me" >/dev/null 2>&1 ||
		echo "$2 of c$1: exit status $RC without an error object" >>"$T_TMP/wrong"
}

# A worker that alone calls for its pod: what it is told must be so.
alone() { # WHO CALLS NICS
	local me=$1 n

	for ((n = 0; n < $2; n += 2)); do
		call "$me" ADD "$(conf_of $((RANDOM % $3)))"
		judge "$me" ADD
		[ "$RC" -ne 0 ] || [ -e "/run/dpdk-cni/pods/c$me/net1.json" ] || echo "ADD of c$me has no record" >>"$T_TMP/wrong"
		[ "$RC" -ne 0 ] || ip -n "p$me" link show net1 >/dev/null 2>&1 || echo "ADD of c$me: no NIC" >>"$T_TMP/wrong"
		call "$me" DEL "$(conf_of 0)"
		judge "$me" DEL
		[ "$RC" -ne 0 ] || ! ip -n "p$me" link show net1 >/dev/null 2>&1 || echo "DEL of c$me: it is still there" >>"$T_TMP/wrong"
	done
}

# Three pods for all: several calls for one attachment at once, whatever comes.
together() { # WHO CALLS NICS
	local me=$1 n who verbs=(ADD ADD ADD DEL DEL CHECK STATUS GC release list)

	for ((n = 0; n < $2; n++)); do
		who=$((RANDOM % 3 + 1))
		verb=${verbs[RANDOM % ${#verbs[@]}]}
		case $verb in
		release)
			"$PLUGIN" release "c$who" net1 >/dev/null 2>&1
			echo "release $?" >>"$T_TMP/done.$me"
			;;
		list)
			"$PLUGIN" list --json 2>&1 | jq -e .attachments >/dev/null 2>&1 || echo 'list fails' >>"$T_TMP/wrong"
			echo 'list 0' >>"$T_TMP/done.$me"
			;;
		*)
			call "$who" "$verb" "$(conf_of $((RANDOM % $3)))"
			judge "$who" "$verb"
			;;
		esac
	done
}

conf_of() { # NIC
	echo "{\"cniVersion\":\"1.1.0\",\"name\":\"net\",\"type\":\"dpdk-cni\",\"device\":\"nic$1\",\"podFile\":{\"dir\":\"/run/dpdk-pod/p\"},\"prevResult\":{\"cniVersion\":\"1.1.0\"},\"cni.dev/valid-attachments\":[{\"containerID\":\"c1\",\"ifname\":\"net1\"}]}"
}

stress() { # NAME HOW NICS
	local i pids=()

	: >"$T_TMP/wrong"
	rm -f "$T_TMP"/done.*
	for i in $(seq $WORKERS); do
		"$2" "$i" $((CALLS / 4 / WORKERS)) "$3" 2>/dev/null &
		pids+=($!)
	done
	wait "${pids[@]}" 2>/dev/null
	t_is "$1: every answer is true, and comes" "$(sort "$T_TMP/wrong" | uniq -c | head -20)" ''
	t_diag "$(cat "$T_TMP"/done.* | sort | uniq -c | awk '{printf "%s %s: %s, ", $2, $3, $1}')"
	t_is "$1: ADDs were done, and calls were killed" \
		"$(($(cat "$T_TMP"/done.* | grep -c 'ADD 0') > 0)) $(($(cat "$T_TMP"/done.* | grep -cE ' (137|143)$') > 0))" '1 1'
	for i in $(seq $WORKERS); do
		CONTAINER=c$i POD=p$i cni DEL "$(conf_of 0)"
		[ "$RC" -eq 0 ] || t_fail "$1: DEL of c$i" "$OUT"
	done
	cni GC "$(jq -c '."cni.dev/valid-attachments" = []' <<<"$(conf_of 0)")"
	t_is "$1: the last GC" "$RC$OUT" 0
	t_is "$1: nothing is lost and nothing is left" "$(everything)" "$BEFORE"
}
stress 'one NIC, a pod each' alone 1
stress '32 NICs, a pod each' alone 32
stress 'one NIC, three pods for all' together 1
stress '32 NICs, three pods for all' together 32
t_done
