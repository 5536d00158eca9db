#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Calls side by side: many ADDs for one NIC, ADD against DEL, calls that are killed, namespaces
# that die. One call at most has the NIC, every other says why not, and nothing is left behind.
. "$(dirname "$0")/sandbox.sh"

PODS=20
make_nic nic0
make_nic nic1
t_tmpdir
for i in $(seq $PODS); do make_pod "p$i"; done
BEFORE=$(snapshot)
POD_LINKS_BEFORE=$(for i in $(seq $PODS); do pod_links "p$i"; done)

# A call in the background, for container and pod $1: its answer and exit status go to files.
call() { # WHO VERB CONFIGURATION [IFNAME]
	local rc=0

	CNI_COMMAND=$2 CNI_CONTAINERID=c$1 CNI_NETNS=/run/netns/p$1 CNI_IFNAME=${4-net1} CNI_PATH=$CNI_BIN \
		"$PLUGIN" <<<"$3" >"$T_TMP/out.$1.${4-net1}.$2" 2>"$T_TMP/err.$1.${4-net1}.$2" || rc=$?
	echo "$rc" >"$T_TMP/rc.$1.${4-net1}.$2"
}

# The answer of a call that failed: an error object with a code and words. Prints the code.
code_of() { # WHO VERB [IFNAME]
	jq -r 'if .code > 0 and (.msg | length) > 0 then .code else "no error: \(.)" end' \
		<"$T_TMP/out.$1.${3-net1}.$2" 2>&1 || echo 'no answer'
}

everything() {
	snapshot
	for i in $(seq $PODS); do pod_links "p$i"; done
}

# Waits for the children named; wait without arguments would wait for all that there are.
settle() {
	wait "$@" 2>/dev/null
	return 0
}

wrong=
for round in 1 2; do
	pids=()
	for i in $(seq $PODS); do
		call "$i" ADD "$(conf '{}')" &
		pids+=($!)
	done
	settle "${pids[@]}"
	winners=0
	for i in $(seq $PODS); do
		if [ "$(<"$T_TMP/rc.$i.net1.ADD")" = 0 ]; then
			winners=$((winners + 1))
			[ "$(pod_links "p$i")" = '["lo","net1"]' ] || wrong+="round $round: c$i has no NIC"$'\n'
		else
			code=$(code_of "$i" ADD)
			[[ $code =~ ^(11|101)$ ]] || wrong+="round $round: c$i: $code $(<"$T_TMP/out.$i.net1.ADD")"$'\n'
		fi
	done
	[ "$winners" = 1 ] || wrong+="round $round: $winners had the NIC"$'\n'
	pids=()
	for i in $(seq $PODS); do
		call "$i" DEL "$(conf '{}')" &
		pids+=($!)
	done
	settle "${pids[@]}"
	for i in $(seq $PODS); do
		[ "$(<"$T_TMP/rc.$i.net1.DEL")" = 0 ] || wrong+="round $round: DEL of c$i: $(<"$T_TMP/out.$i.net1.DEL")"$'\n'
	done
	[ "$(everything)" = "$BEFORE"$'\n'"$POD_LINKS_BEFORE" ] ||
		wrong+=$(diff <(echo "$BEFORE"; echo "$POD_LINKS_BEFORE") <(everything))
done
t_is "$PODS ADDs of one NIC at once: one has it, the others say why not" "$wrong" ''

# The runtime gives up on an ADD that is still at work, and sends DEL.
wrong='' won=0
for round in $(seq 15); do
	call 1 ADD "$(conf '{}')" &
	add=$!
	[ $((round % 3)) -eq 0 ] || sleep "0.0$((RANDOM % 5))"
	call 1 DEL "$(conf '{}')" &
	settle "$add" $!
	if [ "$(<"$T_TMP/rc.1.net1.ADD")" = 0 ]; then
		won=$((won + 1))
	else
		wrong+="round $round: ADD: $(code_of 1 ADD) $(<"$T_TMP/out.1.net1.ADD")"$'\n'
	fi
	[ "$(<"$T_TMP/rc.1.net1.DEL")" = 0 ] || wrong+="round $round: DEL: $(<"$T_TMP/out.1.net1.DEL")"$'\n'
	call 1 DEL "$(conf '{}')"
	[ "$(<"$T_TMP/rc.1.net1.DEL")" = 0 ] || wrong+="round $round: second DEL: $(<"$T_TMP/out.1.net1.DEL")"$'\n'
	[ "$(snapshot)" = "$BEFORE" ] || wrong+=$(diff <(echo "$BEFORE") <(snapshot))
done
t_is 'ADD and DEL of one attachment at once: both end well' "$wrong" ''
t_diag "$won ADDs were done"

# The owner gives the NIC back just when we find that it has it: there is nobody to name.
call 1 ADD "$(conf '{}')"
rm -f "$T_TMP/trace"
CNI_COMMAND=ADD CNI_CONTAINERID=c2 CNI_NETNS=/run/netns/p2 CNI_IFNAME=net1 CNI_PATH=$CNI_BIN \
	straced -o "$T_TMP/trace" -e trace=getdents64 -e inject=getdents64:delay_exit=500000:when=1 \
	"$PLUGIN" <<<"$(conf '{}')" >"$T_TMP/out.2.net1.ADD" 2>/dev/null &
asker=$!
t_wait 5 test -s "$T_TMP/trace"
call 1 DEL "$(conf '{}')"
rc=0
wait "$asker" || rc=$?
t_like 'an owner that goes at that moment: an answer all the same' "$rc $([ "$rc" = 0 ] || code_of 2 ADD)" '^(0 |1 (11|100|101))$'
call 2 DEL "$(conf '{}')"
CNI_COMMAND=ADD CNI_CONTAINERID=c2 CNI_NETNS=/run/netns/p2 CNI_IFNAME=net1 CNI_PATH=$CNI_BIN \
	straced -o "$T_TMP/trace" -e trace=symlinkat -e inject=symlinkat:error=EEXIST:when=1 \
	"$PLUGIN" <<<"$(conf '{}')" >"$T_TMP/out.2.net1.ADD" 2>/dev/null || true
t_is 'a claim that is gone when we look whose it is: we have it then' "$(pod_links p2)" '["lo","net1"]'
call 2 DEL "$(conf '{}')"

# The NIC goes just before sysfs is asked what is on top of it: it has gone, sysfs is not missing.
CNI_COMMAND=ADD CNI_CONTAINERID=c2 CNI_NETNS=/run/netns/p2 CNI_IFNAME=net1 CNI_PATH=$CNI_BIN \
	straced -o "$T_TMP/trace" -e trace=openat2 "$PLUGIN" <<<"$(conf '{}')" >"$T_TMP/out" 2>&1
call 2 DEL "$(conf '{}')"
nth=$(grep -n '"[^"]*sys/class/net/nic0", .*O_DIRECTORY' "$T_TMP/trace" | head -n 1)
rm -f "$T_TMP/trace"
CNI_COMMAND=ADD CNI_CONTAINERID=c2 CNI_NETNS=/run/netns/p2 CNI_IFNAME=net1 CNI_PATH=$CNI_BIN \
	straced -o "$T_TMP/trace" -e trace=openat2 -e "inject=openat2:delay_enter=2000000:when=${nth%%:*}" \
	"$PLUGIN" <<<"$(conf '{}')" >"$T_TMP/out.2.net1.ADD" 2>/dev/null &
asker=$!
t_wait 5 grep -q 'sys/class/net/nic0"' "$T_TMP/trace"
call 1 ADD "$(conf '{}')"
rc=0
wait "$asker" || rc=$?
t_is 'a NIC that goes at that moment: the answer names who has it' "$rc $(code_of 2 ADD)" '1 101'
call 1 DEL "$(conf '{}')"

# Pods come and go on two NICs; nobody waits for anybody, nobody is told nothing.
worker() { # WHO
	local nic code end=$((SECONDS + 6))

	while [ "$SECONDS" -lt "$end" ]; do
		nic=nic$((RANDOM % 2))
		call "$1" ADD "$(conf "{device: \"$nic\"}")"
		if [ "$(<"$T_TMP/rc.$1.net1.ADD")" = 0 ]; then
			echo "$1" >>"$T_TMP/done"
			[ "$(pod_links "p$1")" = '["lo","net1"]' ] || echo "c$1 has no NIC after ADD" >>"$T_TMP/wrong"
		else
			code=$(code_of "$1" ADD)
			[[ $code =~ ^(11|101)$ ]] ||
				echo "c$1: $code $(<"$T_TMP/out.$1.net1.ADD")" >>"$T_TMP/wrong"
		fi
		call "$1" DEL "$(conf "{device: \"$nic\"}")"
		[ "$(<"$T_TMP/rc.$1.net1.DEL")" = 0 ] || echo "DEL of c$1: $(<"$T_TMP/out.$1.net1.DEL")" >>"$T_TMP/wrong"
		[ "$(pod_links "p$1")" = '["lo"]' ] || echo "c$1 has the NIC after DEL" >>"$T_TMP/wrong"
	done
}
: >"$T_TMP/wrong"
: >"$T_TMP/done"
pids=()
for i in $(seq 5); do
	worker "$i" &
	pids+=($!)
done
settle "${pids[@]}"
t_is 'five pods that come and go on two NICs' "$(head -20 "$T_TMP/wrong")" ''
t_diag "$(wc -l <"$T_TMP/done") ADDs were done"
t_is 'they had one now and then' "$(($(wc -l <"$T_TMP/done") > 4))" 1
t_is 'the host is as before' "$(everything)" "$BEFORE"$'\n'"$POD_LINKS_BEFORE"

# The same, and calls are killed wherever they are. What the dead leave is taken back by the next
# ADD of the NIC or by their own DEL, whichever comes first.
victim() { # WHO
	local pid nic signals end=$((SECONDS + 6))

	while [ "$SECONDS" -lt "$end" ]; do
		nic=nic$((RANDOM % 2))
		for verb in ADD DEL; do
			CNI_COMMAND=$verb CNI_CONTAINERID=c$1 CNI_NETNS=/run/netns/p$1 CNI_IFNAME=net1 CNI_PATH=$CNI_BIN \
				"$PLUGIN" <<<"$(conf "{device: \"$nic\"}")" >/dev/null 2>&1 &
			pid=$!
			sleep "0.0$((RANDOM % 5))$((RANDOM % 10))"
			signals=(KILL TERM)
			kill -"${signals[RANDOM % 2]}" "$pid" && echo killed >>"$T_TMP/done"
			wait "$pid"
		done 2>/dev/null
	done
}
: >"$T_TMP/done"
pids=()
for i in $(seq 4); do
	victim "$i" &
	pids+=($!)
done
settle "${pids[@]}"
t_diag "$(wc -l <"$T_TMP/done") calls were killed"
t_is 'calls were killed' "$(($(wc -l <"$T_TMP/done") > 20))" 1
wrong=
for i in $(seq 4); do
	call "$i" DEL "$(conf '{}')"
	[ "$(<"$T_TMP/rc.$i.net1.DEL")" = 0 ] || wrong+="DEL of c$i: $(<"$T_TMP/out.$i.net1.DEL")"$'\n'
done
t_is 'DEL of everybody after that' "$wrong" ''
t_is 'the host is as before all the killing' "$(everything)" "$BEFORE"$'\n'"$POD_LINKS_BEFORE"

# Many interfaces of one pod at once, one pod file.
mkdir -p /run/dpdk-pod/p
for i in $(seq 2 5); do make_nic "nic$i"; done
NOW=$(snapshot)
pids=()
for i in $(seq 0 5); do
	call 1 ADD "$(conf "{device: \"nic$i\", podFile: {dir: \"/run/dpdk-pod/p\"}}")" "net$i" &
	pids+=($!)
done
settle "${pids[@]}"
t_is 'six interfaces of one pod at once' "$(cat "$T_TMP"/rc.1.net[0-5].ADD | tr -d '\n')" 000000
t_json 'all of them are in its pod file' "$(</run/dpdk-pod/p/pod.json)" '[.interfaces[].name]' \
	'["net0","net1","net2","net3","net4","net5"]'
pids=()
for i in $(seq 0 5); do
	call 1 DEL "$(conf '{}')" "net$i" &
	pids+=($!)
done
settle "${pids[@]}"
t_is 'and gone at once' "$(cat "$T_TMP"/rc.1.net[0-5].DEL | tr -d '\n')" 000000
t_is 'with the file' "$(ls -A /run/dpdk-pod/p)" ''
t_is 'and the host is as before' "$(snapshot)" "$NOW"
for i in $(seq 2 5); do ip link del "nic$i"; done

# The namespace dies while a call is at work on it; a veth goes with it.
wrong=
for round in $(seq 6); do
	make_pod p99
	make_nic nic9
	[ $((round % 2)) = 0 ] || call 99 ADD "$(conf '{device: "nic9"}')"
	verb=$([ $((round % 2)) = 0 ] && echo ADD || echo DEL)
	call 99 "$verb" "$(conf '{device: "nic9"}')" &
	first=$!
	sleep "0.0$((RANDOM % 4))"
	ip netns del p99
	settle "$first"
	if [ "$(<"$T_TMP/rc.99.net1.$verb")" != 0 ]; then
		code=$(code_of 99 "$verb")
		[[ $verb,$code =~ ^ADD,(8|100|104)$ ]] || wrong+="round $round: $verb: $code $(<"$T_TMP/out.99.net1.$verb")"$'\n'
	fi
	call 99 DEL "$(conf '{device: "nic9"}')"
	[ "$(<"$T_TMP/rc.99.net1.DEL")" = 0 ] || wrong+="round $round: DEL: $(<"$T_TMP/out.99.net1.DEL")"$'\n'
	t_wait 5 sh -c '! ip link show nic9 || ip link del nic9' || wrong+="round $round: nic9 stays"$'\n'
	[ "$(snapshot)" = "$BEFORE" ] || wrong+=$(diff <(echo "$BEFORE") <(snapshot))
done 2>/dev/null
t_is 'a namespace that dies under a call' "$wrong" ''
t_done
