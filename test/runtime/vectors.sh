#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Calls as clients really make them (vectors/*.json: recorded by record-shim.sh, or written after
# what a client is known to do), made again: the same answers, and nothing left in the end.
#
# To record anew: VECTORS=DIR in the environment of cri.sh, containerd.sh, podman.sh.
. "$(dirname "$0")/../tap.sh"
t_in_sandbox "$0" "$@"
. "$(dirname "$0")/../netns/plugin.sh"

policy '{"devices": ["nic*"]}'
t_tmpdir
PROC= PROC_PATH=/proc/0/none

# A namespace known by its process alone, as long as that lives.
proc_start() {
	unshare --net sleep 1000 &
	PROC=$!
	PROC_PATH=/proc/$PROC/ns/net
	t_wait 5 sh -c "[ \"\$(readlink $PROC_PATH)\" != \"\$(readlink /proc/self/ns/net)\" ] && nsenter --net=$PROC_PATH true"
}
proc_stop() {
	[ -n "$PROC" ] || return 0
	kill "$PROC" && wait "$PROC" 2>/dev/null
	PROC=
}

# Placeholders into this run's values, and back: as jq's arguments.
filled() {
	sed -e "s|@netns\([0-9]\)|/run/netns/pod\1|g" -e "s|@proc1|$PROC_PATH|g" -e "s|@container\([0-9]\)|c\1|g" \
		-e "s|@mac1|$MAC1|g" -e "s|@mac2|$MAC2|g" -e "s|@path|$CNI_BIN|g"
}

# What an answer must be: all of it, but for an empty dns, which older IPAM plugins write and newer
# ones do not; of a refusal the code (the words may get better).
expected() {
	jq -cS 'if .stdout.dns? == {} then del(.stdout.dns) else . end | if .exit == 0 then {exit, stdout} else {exit: 1, code: .stdout.code} end'
}

replay_one() { # NAME CALL
	local call env out rc=0 got

	call=$(filled <<<"$2")
	mapfile -d '' -t env < <(jq -j '.env | to_entries[] | "\(.key)=\(.value)\u0000"' <<<"$call")
	out=$(env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin "${env[@]}" "$PLUGIN" \
		<<<"$(jq -c .stdin <<<"$call")" 2>"$T_TMP/stderr") || rc=$?
	got=$(jq -nc --argjson rc "$rc" --arg out "$out" '{exit: $rc,
		stdout: (if $out == "" then null else try ($out | fromjson) catch $out end)}')
	t_is "$1" "$(expected <<<"$got")" "$(expected <<<"$call")"
	[ "$rc" -eq 0 ] || t_like "$1: a refusal has words" "$(jq -r .msg <<<"$out")" '[a-z]{3}'
}

replay() { # FILE
	local name n i call what died=
	name=$(basename "$1" .json)

	ip link del far-nic0 2>/dev/null
	ip link del far-nic1 2>/dev/null
	make_nic nic0
	make_nic nic1
	MAC1=$(cat /sys/class/net/nic0/address) MAC2=$(cat /sys/class/net/nic1/address)
	BEFORE=$(snapshot)
	for n in $(jq -r '[.. | strings | match("@netns([0-9])"; "g").captures[0].string] | unique[]' "$1"); do
		make_pod "pod$n"
	done
	! grep -q '@proc1' "$1" || proc_start
	n=$(jq '.calls | length' "$1")
	for ((i = 0; i < n; i++)); do
		call=$(jq -c ".calls[$i]" "$1")
		what=$(jq -r '[.env.CNI_COMMAND, .env.CNI_CONTAINERID // empty] | join(" ")' <<<"$call")
		# Who names no namespace any more has ended the process that it was.
		if [ -n "$PROC" ] && [ "$(jq -r .env.CNI_NETNS <<<"$call")" = '' ]; then
			proc_stop
			died=1
		fi
		replay_one "$name, call $((i + 1)), $what" "$call"
	done
	t_is "$name: nobody has anything in the end" "$("$PLUGIN" list)" 'no attachments'
	if [ -n "$died" ]; then
		t_is "$name: no lease is left" "$(find /var/lib/cni -name '10.*' 2>/dev/null)" ''
	else
		t_is "$name: the host is exactly as before" "$(snapshot)" "$BEFORE"
	fi
	proc_stop
	ip -all netns del
	rm -rf /var/lib/cni
}

for f in "$(dirname "$0")"/vectors/*.json; do
	replay "$f"
done
t_isnt 'there are vectors' "$t_n" 0
t_done
